"""A person in a real browser: what one sees, clicks and types. Scripts run, and nothing may complain."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from portico.web.browsers import COOKIE
from tests.chromium import chromium
from tests.web.browser import Browser

# What sticks out of the screen sideways, if anything.
STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

_REFUSED = "with a status of 422"


@contextmanager
def walk(who: Browser, **how: Any) -> Iterator[Page]:
    """A page in which this browser's person has signed in; `how` is of Playwright's new_context.

    Whatever its console complains of fails the test in the end, but for a form that is refused. Nothing in the block
    may ask the database by itself: Playwright's loop forbids it.
    """
    with chromium() as started:
        page = started.new_context(base_url=who.server.url, **how).new_page()
        complaints = list[str]()
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.context.add_cookies([{"name": COOKIE, "value": who.session, "url": who.server.url}])
        yield page
    assert complaints == []


def _is_complaint(message: ConsoleMessage) -> bool:
    return message.type == "error" and _REFUSED not in message.text


def go_to(page: Page, place: str) -> None:
    """By the navigation, as the manuals say it: Settings, then a name. On a phone it is folded away."""
    menu = page.get_by_text("Menu", exact=True)
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation", name="Console").get_by_role("link", name=place, exact=True).click()
