"""In which order files are run: long ones first, so that no process is left alone with one at the end."""

from collections import Counter
from pathlib import Path

import pytest

# Whose tests are few and take long: the number of tests, by which all other files are ordered, says nothing of them.
FEW_BUT_LONG = (
    "cli/test_demo.py",
    "cli/test_starting.py",
    "contacts/test_import_batches.py",
    "contacts/test_import_whole.py",
    "contacts/test_import_undo.py",
    "contacts/test_sample.py",
    "contacts/test_search.py",
    "contacts/test_counts.py",
    "contacts/test_working_at_once.py",
    "contacts/test_bulk_changes.py",
    "contacts/test_import_working.py",
    "contacts/test_import_history.py",
    "contacts/test_upserting_many.py",
    "contacts/test_filtering.py",
    "identity/test_leaving.py",
    "outbox/test_slow_receivers.py",
    "reports/test_days.py",
    "test_log_secrets.py",
    "test_migrations.py",
    "web/console/test_in_a_browser.py",
    "web/console/test_quality_in_a_browser.py",
)
_HERE = Path(__file__).parent


def longest_first(items: list[pytest.Item]) -> None:
    """Sort files, and leave the tests of each as they stand."""
    tests = Counter(item.path for item in items)
    places = {_HERE / file: place for place, file in enumerate(FEW_BUT_LONG)}
    items.sort(key=lambda item: (places.get(item.path, len(places)), -tests[item.path], str(item.path)))
