"""What holds for every screen of the console: who gets there, and what becomes of somebody else's numbers."""

import re

import pytest

from portico.access import Permission, Role
from portico.companies.models import Company
from portico.http.routes import Route, SignedIn
from portico.web.console.routes import CONSOLE
from tests.make import make_company, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.spoken import untranslated
from tests.web.console.things import Things, make_things

# Where everybody has his own: what somebody else has is not there, whatever one may do.
OF_ONE_PERSON = "saved-views/<int:id>"
pytestmark = pytest.mark.usefixtures("database")


def address(route: Route, things: Things) -> str:
    """The route's path with the ids and names of these things in it."""
    noun = route.path.split("/")[1 if route.path.startswith(("settings/", "content/")) else 0]
    path = re.sub(r"<int:id>", lambda _: str(things.ids[noun]), route.path)
    path = path.replace("imports/match", f"imports/match?upload={things.upload}")
    return "/" + re.sub(r"<str:name>", "remote-authentication", path)


def pressed(browser: Browser, route: Route, path: str, *, token: str) -> int:
    """The status of opening it, or of sending it an empty form."""
    if route.method == "GET":
        return browser.get(path).status_code
    return browser.call("POST", path, data={"csrfmiddlewaretoken": token}).status_code


def test_an_administrator_gets_to_every_screen(acme: Company, owner: Browser) -> None:
    things = make_things(acme)
    for route in CONSOLE:
        if route.method == "GET":
            answer = owner.get(address(route, things))
            assert answer.status_code == 200, route.path
            assert "no-store" in answer.headers["Cache-Control"], route.path
            assert "'unsafe" not in answer.headers.get("Content-Security-Policy", "none: a file"), route.path
            assert len(answer.content) < 100_000, route.path


def test_an_empty_form_is_refused_in_the_readers_words_or_changes_nothing_at_all(acme: Company, owner: Browser) -> None:
    things = make_things(acme)
    token = owner.token("/contacts/add")
    wrong = []
    for route in CONSOLE:
        if route.method == "POST":
            path = address(route, things)
            english, german = (refused(owner, path, language, token) for language in ("en", "de"))
            wrong += [f"{path}: not in German: {text}" for text in untranslated(english, german, "de")]
    assert not wrong, "\n".join(wrong)
    assert make_things(acme, only_look=True).ids == things.ids


def refused(browser: Browser, path: str, language: str, token: str) -> str:
    """What an empty form is told, "" where it leads somewhere else."""
    headers = {"Origin": browser.server.url, "Accept-Language": language}
    answer = browser.call("POST", path, data={"csrfmiddlewaretoken": token}, headers=headers)
    assert answer.status_code in {303, 404, 409, 422}, path
    return "" if answer.status_code == 303 else answer.text


def test_nobody_gets_in_without_signing_in(acme: Company, browser: Browser) -> None:
    things = make_things(acme)
    token = browser.token("/sign-in")
    for route in CONSOLE:
        path = address(route, things)
        how = {"data": {"csrfmiddlewaretoken": token}} if route.method == "POST" else {}
        answer = browser.call(route.method, path, **how)
        assert answer.status_code == 303, route.path
        assert answer.headers["Location"].startswith("/sign-in?"), route.path


def test_what_one_may_not_do_is_not_there(acme: Company, viewer: Browser) -> None:
    things = make_things(acme)
    token = viewer.token("/account")
    for route in CONSOLE:
        status = pressed(viewer, route, address(route, things), token=token)
        may = route.demand is SignedIn or route.demand is Permission.CONTACTS_READ
        may = may and not route.path.startswith(OF_ONE_PERSON)
        assert (status == 404) == (not may), route.path


def test_another_companys_things_are_not_there(acme: Company, enter: Enter) -> None:
    things = make_things(acme)
    other = enter(make_member(make_company("other"), "Otto", Role.ADMIN))
    token = other.token("/contacts/add")
    for route in CONSOLE:
        if "<int:" in route.path:
            path = address(route, things)
            assert pressed(other, route, path, token=token) == 404, route.path
            assert pressed(other, route, re.sub(r"\d+", "999999999999", path), token=token) == 404, route.path
    assert make_things(acme, only_look=True).ids == things.ids


def test_a_form_from_elsewhere_is_refused(acme: Company, owner: Browser) -> None:
    things = make_things(acme)
    for route in CONSOLE:
        if route.method == "POST":
            forged = owner.call("POST", address(route, things), data={"title": "x", "email": "x@acme.test"})
            assert forged.status_code == 403, route.path
