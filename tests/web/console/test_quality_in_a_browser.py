"""What only a browser sees: contrast and roles (axe-core), what runs out of a phone's screen, and the keyboard."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize

from portico.companies.models import Company
from portico.web.browsers import COOKIE
from tests.chromium import chromium
from tests.web.browser import Browser
from tests.web.console.screens import password_page_of, screens, site_of
from tests.web.console.test_quality import filled

FOLDERS = [os.environ.get("TEST_NODE_MODULES"), Path(__file__).parents[3] / "node_modules"]
AXE = next(
    (file for folder in FOLDERS if folder and (file := Path(folder) / "axe-core" / "axe.min.js").is_file()), None
)
PHONE = ViewportSize(width=360, height=780)
DESK = ViewportSize(width=1280, height=900)
# Serious and critical ones, of WCAG 2.2 AA and of what else axe-core knows.
RUN = """async (rules) => {
    const quick = {resultTypes: ["violations"], selectors: false, preload: false, iframes: false};
    const only = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
    const found = await axe.run(document, {...quick, ...only});
    return found.violations
        .filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(" | ")}`);
}"""
RUNS_OUT = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > wide + 1 && !one.closest(".table, pre"))
        .map((one) => one.outerHTML.slice(0, 120)).slice(0, 3).concat("runs out");
}"""
# Everything that the keyboard has to reach, each with a number by which it is told; of radio buttons one is enough.
REACHABLE = """() => {
    const all = document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
    const seen = [...all].filter((one) => one.checkVisibility() && !one.disabled && one.type !== "radio");
    seen.forEach((one, place) => (one.dataset.place = place));
    document.body.tabIndex = -1;
    document.body.focus();
    return seen.length;
}"""
FOCUSED = """() => {
    const one = document.activeElement;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const hasLine = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const isSeen = hasLine && box.right > 0 && box.bottom > 0;
    return {place: one.dataset.place ?? "", text: one.outerHTML.slice(0, 120), isSeen};
}"""


@contextmanager
def context_of(owner: Browser, **how: Any) -> Iterator[BrowserContext]:
    with chromium() as browser:
        context = browser.new_context(viewport=DESK, **how)
        context.add_cookies([{"name": COOKIE, "value": owner.session, "url": owner.server.url}])
        yield context


@pytest.mark.timeout(600)
def test_axe_finds_nothing_serious_on_any_screen_light_or_dark(acme: Company, owner: Browser) -> None:
    if AXE is None:
        warnings.warn(
            "axe-core IS NOT INSTALLED (see tests/clients/axe-core): accessibility was NOT tested.", stacklevel=1
        )
        pytest.skip("no axe-core")
    paths, wrong = [*screens(filled(acme)), site_of(owner, acme), password_page_of(acme)], dict[str, list[str]]()
    with context_of(owner) as context:
        context.add_init_script(path=AXE)
        page = context.new_page()
        for path in paths:
            page.emulate_media(color_scheme="light")
            page.goto(f"{owner.server.url}{path}")
            found = page.evaluate(RUN, [])
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {one}" for one in page.evaluate(RUN, ["color-contrast"])]
            if found:
                wrong[path] = found
        context.clear_cookies()
        page.goto(f"{owner.server.url}/sign-in")
        assert page.evaluate(RUN, []) == []
        page.evaluate("document.querySelector('label').remove()")
        assert [one.partition(":")[0] for one in page.evaluate(RUN, [])] == ["label"]
    assert wrong == {}


@pytest.mark.timeout(300)
def test_nothing_runs_out_of_a_phones_screen_not_even_in_german(acme: Company, owner: Browser) -> None:
    paths, wrong = [*screens(filled(acme)), site_of(owner, acme), password_page_of(acme)], dict[str, list[str]]()
    with context_of(owner, locale="de-DE") as context:
        page = context.new_page()
        page.set_viewport_size(PHONE)
        for path in paths:
            page.goto(f"{owner.server.url}{path}")
            found = page.evaluate(RUNS_OUT)
            if found:
                wrong[path] = found
        page.evaluate("document.querySelector('h1').style.width = '600px'")
        assert page.evaluate(RUNS_OUT)
    assert wrong == {}


def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(acme: Company, owner: Browser) -> None:
    things = filled(acme)
    paths = [
        "/console",
        "/contacts",
        "/contacts/add",
        f"/contacts/{things.ids['contacts']}",
        "/account",
        "/settings/mail",
    ]
    with context_of(owner) as context:
        page = context.new_page()
        for path in paths:
            page.goto(f"{owner.server.url}{path}")
            many = page.evaluate(REACHABLE)
            reached = list(tabbed(page, many + 40))
            assert all(one["isSeen"] for one in reached if one["place"]), [one for one in reached if not one["isSeen"]]
            assert {one["place"] for one in reached} >= {str(place) for place in range(many)}, path
            # The parts of a date are reached one by one.
            in_order = dict.fromkeys(int(one["place"]) for one in reached if one["place"])
            assert list(in_order) == list(range(many)), path
        page.goto(f"{owner.server.url}/contacts")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def tabbed(page: Page, most: int) -> Iterator[dict[str, Any]]:
    """What has the focus after each press of Tab, once around."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        yield focused
        if focused["text"].startswith("<body"):
            return
