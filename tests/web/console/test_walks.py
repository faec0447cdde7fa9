"""What people do with Portico, each story in a real browser, by the words on the screen."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import requests
from django.conf import settings
from playwright.sync_api import Page, ViewportSize, expect

from portico.access import Permission, Role, operator
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.actions.passwords import set_password
from portico.identity.actions.credentials import add_key
from portico.selling.models import Task
from tests.make import make_contact, make_member
from tests.outbox.receiver import eventually
from tests.web.browser import Browser
from tests.web.console.walking import STICKS_OUT, go_to, walk

PHONE = ViewportSize(width=360, height=780)
PASSWORD = "quiet otter lamps"
# What changes something, is only for those who may, or leads to it.
PRESSES = re.compile(
    r"\b(add|edit|delete|erase|export|merge|import|password|put on|write|invite|upload|change)\b", re.IGNORECASE
)
COLOURS = """(selector) => {
    const style = getComputedStyle(document.querySelector(selector));
    return [style.color, style.backgroundColor];
}"""
pytestmark = pytest.mark.usefixtures("database")


def ran(example: str, owner: Browser) -> tuple[str, str]:
    """What a shell gets for an example on the screen, and the status. The tests' server has a port of its own."""
    command = example.replace(settings.PUBLIC_URL, owner.server.url)
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} --silent --show-error --write-out '\\n%{{http_code}}'"],
        capture_output=True, check=True, text=True, timeout=60,
    )  # fmt: skip
    body, _, status = done.stdout.rpartition("\n")
    return body, status


def secrets_on(page: Page) -> list[str]:
    return page.get_by_role("region", name="Save these now").locator(".secrets code").all_inner_texts()


def status_of(owner: Browser, username: str, password: str) -> int:
    url = f"{owner.server.url}/wp-json/fluent-crm/v2/subscribers"
    return requests.get(url, auth=(username, password), timeout=30).status_code


def test_from_the_first_screen_to_the_first_call(owner: Browser) -> None:
    """Settings → Managers → Add New Manager; Settings → Rest API → Create New API Key, as the manual has it."""
    with walk(owner) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto("/console")
        steps = page.get_by_role("region", name="First steps").get_by_role("listitem")
        expect(steps.filter(has_text="done")).to_have_count(0)
        # Whoever begins with the key is told what comes before it.
        steps.get_by_role("link", name="Create an API key").click()
        expect(page.get_by_text("There is no manager yet")).to_be_visible()

        go_to(page, "Managers")
        page.get_by_role("link", name="Add New Manager").click()
        page.get_by_label("E-mail", exact=True).fill("zapier@acme.test")
        page.get_by_role("textbox", name="Name").fill("Zapier")
        page.get_by_label("View Contacts").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("Next: a key under Rest API")

        go_to(page, "Rest API")
        page.get_by_role("link", name="Create New API Key").click()
        page.get_by_label("Manager", exact=True).select_option(label="Zapier (zapier@acme.test)")
        page.get_by_label("Name of the key").fill("Shop")
        page.get_by_role("button", name="Generate Key").click()
        panel = page.get_by_role("region", name="Save these now")
        expect(panel).to_contain_text("The password is never shown again")
        username, password = secrets_on(page)
        panel.get_by_role("button", name="Copy Application Password").click()
        expect(panel.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == password
        panel.get_by_text("As a file").click()
        with page.expect_download() as saved:
            panel.get_by_role("button", name="Download portico.env").click()
        assert saved.value.suggested_filename == "portico.env"
        lines = Path(saved.value.path()).read_text().splitlines()
        assert f"PORTICO_USERNAME={username}" in lines
        assert f"PORTICO_PASSWORD={password}" in lines

        body, status = ran(page.locator("#example-1").inner_text(), owner)
        assert (status, json.loads(body)["total"]) == ("200", 0)
        page.get_by_role("button", name="Try it").click()
        expect(page.locator("#answer")).to_contain_text("HTTP 200")
        panel.get_by_role("link", name="I have stored it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
        assert username in page.content()
        assert password not in page.content()

        done = '<li class="done"><a href="/settings/rest-api">Call the API with it</a>'
        eventually(lambda: done in owner.get("/console").text)
        page.goto("/console")
        expect(steps.filter(has_text="Create an API key")).to_contain_text("done")
        expect(steps.filter(has_text="Call the API with it")).to_contain_text("done")
        expect(steps.filter(has_text="Add contacts")).not_to_contain_text("done")


def test_modules_then_security_codes_and_another_site_asks(acme: Company, owner: Browser) -> None:
    """Modules → Remote Authentication → Yes → Save Settings; Settings → Security → Security Codes."""
    member = make_contact(acme, email="anna@example.test")
    set_password(operator(acme.pk), member.pk, PASSWORD)
    switch_module(operator(acme.pk), module="remote-authentication", on=False)
    with walk(owner) as page:
        page.goto("/console")
        go_to(page, "Modules")
        page.get_by_role("link", name="Remote Authentication").click()
        group = page.get_by_role("group", name="Enable Remote Authentication module")
        expect(group.get_by_label("No", exact=True)).to_be_checked()
        group.get_by_label("Yes", exact=True).check()
        page.get_by_role("button", name="Save Settings").click()
        expect(page.get_by_role("status").first).to_have_text("Remote Authentication is saved.")
        module = page.get_by_role("row", name="Remote Authentication")
        expect(module.get_by_role("cell", name="on", exact=True)).to_be_visible()

        go_to(page, "Security")
        expect(page.get_by_role("heading", level=1)).to_have_text("Security Codes")
        page.get_by_role("link", name="Add Security Code").click()
        page.get_by_label("Name", exact=True).fill("Shop")
        page.get_by_role("button", name="Save Settings").click()
        (code,) = secrets_on(page)
        example = page.locator("#example-1").inner_text()
        assert code in example
        body, status = ran(example.replace("the password", PASSWORD), owner)
        assert (status, json.loads(body)["email"]) == ("200", "anna@example.test")
        page.get_by_role("link", name="I have stored it").click()
        assert code not in page.content()


def test_a_key_gets_a_new_password_and_is_revoked_by_its_name(acme: Company, owner: Browser) -> None:
    manager = make_member(acme, "Zapier", Role.MANAGER, {Permission.CONTACTS_READ})
    old = add_key(operator(acme.pk), email=manager.user.email, name="Shop")
    with walk(owner) as page:
        page.goto("/console")
        go_to(page, "Rest API")
        page.get_by_role("link", name="Shop").click()
        page.get_by_role("link", name="Rotate").click()
        expect(page.get_by_label("The old password is good")).to_have_value("day")
        page.get_by_role("button", name="Generate Key").click()
        username, password = secrets_on(page)
        assert (username, password != old.password) == (old.username, True)
        # Nothing fails while it is changed everywhere.
        assert [status_of(owner, username, one) for one in (old.password, password)] == [200, 200]

        page.get_by_role("link", name="I have stored it").click()
        page.get_by_role("link", name="Revoke").click()
        typed = page.get_by_label("Type Shop")
        typed.fill("Zapier")
        page.get_by_role("button", name="Revoke").click()
        expect(page.get_by_text("Type Shop to revoke it.")).to_be_visible()
        expect(typed).to_be_focused()
        expect(typed).to_have_value("Zapier")
        assert status_of(owner, username, password) == 200
        typed.fill("Shop")
        page.get_by_role("button", name="Revoke").click()
        expect(page.get_by_role("status").first).to_contain_text("The key is revoked")
        expect(page.get_by_role("link", name="Shop")).to_have_count(0)
        # A key that was good a moment ago is good for half a second more (docs/decisions/0004).
        eventually(lambda: {status_of(owner, username, one) for one in (old.password, password)} == {401})


def test_who_may_only_look_meets_nothing_that_it_may_not_press(acme: Company, viewer: Browser) -> None:
    anna = make_contact(acme, first_name="Anna", tags=["Gold"])
    Task.objects.create(company=acme, owner=make_member(acme, "Max", Role.MANAGER), title="Call", contact=anna)
    contact = f"/contacts/{anna.pk}"
    with walk(viewer) as page:
        page.goto("/console")
        places = page.get_by_role("navigation", name="Console").get_by_role("link")
        expect(places).to_have_text(
            ["Home", "Contacts", "Tasks", "Calendar", "Orders", "MySite", "News", "Media", "Libraries"]
        )
        led_to = set[str]()
        for path in ("/console", "/contacts", contact, "/tasks", "/orders", "/calendar", "/content/media"):
            page.goto(path)
            main = page.get_by_role("main")
            for role in ("button", "link"):
                expect(main.get_by_role(role, name=PRESSES)).to_have_count(0)
            led_to |= set(page.eval_on_selector_all("a[href^='/']", "all => all.map((one) => one.pathname)"))
        assert contact in led_to
        assert {path: page.request.get(path).status for path in led_to} == dict.fromkeys(led_to, 200)
        behind = ("/contacts/add", f"{contact}/edit", f"{contact}/delete", "/imports", "/tags", "/settings/rest-api")
        for path in behind:
            refused = page.request.get(path)
            assert (refused.status, "There is no such page" in refused.text()) == (404, True), path


def test_dark_and_german_on_a_phone_and_back_in_english(acme: Company, owner: Browser) -> None:
    make_contact(acme, first_name="Zoë", tags=["Gold"])
    with walk(owner, viewport=PHONE, locale="de-DE", color_scheme="light") as page:
        page.goto("/contacts")
        shown = ("body", ".bar", "thead th", ".button", "input[type=search]")
        light = {one: page.evaluate(COLOURS, one) for one in shown}
        page.emulate_media(color_scheme="dark")
        dark = {one: page.evaluate(COLOURS, one) for one in shown}
        assert not [one for one in shown if light[one] == dark[one]]
        assert [brightness(one) > 128 for one in light["body"]] == [False, True]
        assert [brightness(one) > 128 for one in dark["body"]] == [True, False]

        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.get_by_role("heading", level=1)).to_have_text("Kontakte")
        expect(page.get_by_role("main")).not_to_contain_text(re.compile("Contacts|Search|Name of"))
        assert page.evaluate(STICKS_OUT) <= 0
        # Whoever would rather read English says so at the end of any page, and stays where it was.
        page.get_by_role("contentinfo").get_by_role("link").click()
        page.get_by_role("combobox").select_option(label="English")
        page.get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Contacts")
        assert page.evaluate(STICKS_OUT) <= 0


def brightness(colour: str) -> float:
    """Of what CSS says as rgb(…), from 0 to 255."""
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue
