from pathlib import Path

import pytest

from portico.contacts.importing import chunks
from tests.contacts.importing import Imports
from tests.make import make_company


@pytest.fixture
def imported(tmp_path: Path) -> Imports:
    """Imports into a company of the test's own: imported(text, skip_existing=True)."""
    return Imports(make_company(), tmp_path)


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> int:
    """Files are loaded in portions of so many rows here: there are many to be killed in without loading for long."""
    monkeypatch.setattr(chunks, "ROWS", 500)
    return chunks.ROWS
