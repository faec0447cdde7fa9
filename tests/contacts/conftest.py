from pathlib import Path

import pytest

from tests.contacts.importing import Imports
from tests.make import make_company


@pytest.fixture
def imported(tmp_path: Path) -> Imports:
    """Imports into a company of the test's own: imported(text, skip_existing=True)."""
    return Imports(make_company(), tmp_path)
