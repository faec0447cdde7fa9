"""Anywhere, anybody and anything from one field."""

import re

from portico.access import Role
from portico.companies.models import Company
from tests.make import make_company, make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter


def found(browser: Browser, term: str) -> list[str]:
    page = browser.get(f"/find?q={term}").text
    return re.findall(r'<li><a href="([^"]+)">', page[page.index('id="finds"') :])


def test_what_one_may_see_is_found_and_every_link_leads_somewhere(
    acme: Company, owner: Browser, viewer: Browser, enter: Enter
) -> None:
    zora = make_contact(acme, first_name="Zora", last_name="Lee", email="zora@acme.test").pk
    make_contact(make_company(), first_name="Zora", last_name="Other")
    assert found(owner, "new+key") == ["/settings/rest-api/add"]
    assert found(owner, "zora+lee") == [f"/contacts/{zora}"]
    assert found(owner, "AUDIT") == ["/settings/audit"]
    assert found(owner, "no+such+thing") == []
    everything = found(owner, "")
    assert {"/contacts", "/contacts/add", "/settings/rest-api", "/account"} <= set(everything)
    for browser in (owner, viewer):
        for path in found(browser, ""):
            assert browser.get(path).status_code == 200, path
    assert "/contacts/add" not in found(viewer, "")
    assert found(viewer, "api+key") == []
    rep = enter(make_member(acme, "Rita", Role.REP))
    assert found(rep, "zora") == []
    for term in ("%00", "x" * 5000, "%25", "'"):
        assert owner.get(f"/find?q={term}").status_code == 200


def test_many_contacts_are_shown_in_the_list(acme: Company, owner: Browser) -> None:
    for number in range(9):
        make_contact(acme, first_name=f"Zora {number}")
    links = found(owner, "zora+")
    assert len([one for one in links if re.fullmatch(r"/contacts/\d+", one)]) == 8
    assert "/contacts?search=zora" in links
