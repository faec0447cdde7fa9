"""What goes for good, of every noun that declares it: only under its name."""

import html
import re

import pytest

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.actions.labels import Titled, add_label
from portico.contacts.models import Tag
from portico.web.console.routes import CONSOLE
from tests.web.browser import Browser
from tests.web.console.forms import fields_of
from tests.web.console.test_routes import address
from tests.web.console.things import make_things

FOR_GOOD = re.compile(r"/(delete|revoke|remove|erase)$")
BY_A_PRESS = {"saved-views/<int:id>/delete"}  # can be saved again
pytestmark = pytest.mark.usefixtures("database")


def name_wanted(page: str) -> str:
    found = re.search(r'<label for="field-name">Type ([^<]+)</label>', page)
    assert found, page
    return html.unescape(found[1])


def test_whatever_goes_for_good_says_what_is_lost_and_wants_its_name(acme: Company, owner: Browser) -> None:
    things = make_things(acme)
    routes = [one for one in CONSOLE if one.method == "GET" and FOR_GOOD.search(one.path)]
    paths = [address(one, things) for one in routes if one.path not in BY_A_PRESS]
    assert len(paths) >= 20
    # Backwards, so that what is part of something goes before it.
    for path in reversed(paths):
        shown = owner.get(path).text
        name = name_wanted(shown)
        assert re.search(r"<p>[^<]{20,}</p>", shown.partition("<h1")[2]), path
        for wrong in ("", name[:-1], f"{name} <b>"):
            refused = owner.send(path, name=wrong)
            assert refused.status_code == 422, (path, wrong)
            assert f"Type {html.escape(name)} to " in refused.text.partition('id="error-name"')[2], path
            assert f'value="{html.escape(wrong)}"' in refused.text, path
        sent = {**fields_of(shown), "name": f" {name} "}
        assert owner.call("POST", path, data=sent).status_code == 303, path


def test_a_name_is_typed_as_it_is_read(acme: Company, owner: Browser) -> None:
    spaced = add_label(operator(acme.pk), Tag, Titled("Gold  Star"))
    path = f"/tags/{spaced.pk}/delete"
    assert owner.send(path, name="Gold star").status_code == 422
    assert owner.send(path, name="Gold Star").headers["Location"] == "/tags?done=deleted"
    assert owner.get(path).status_code == 404
