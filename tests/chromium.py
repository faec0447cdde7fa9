"""Debian's Chromium, for the few things that no test without a browser sees."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Without one the test is skipped, and the run says so among its warnings."""
    if not CHROMIUM.exists():
        warnings.warn(f"There is no {CHROMIUM}: what browsers do with our pages was NOT tested.", stacklevel=3)
        pytest.skip(f"no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
