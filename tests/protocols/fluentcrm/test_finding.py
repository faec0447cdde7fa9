"""GET /global-search: of each kind what the caller may see (wire notes 24)."""

from typing import Any

import pytest

from portico.access import GRANTABLE, Permission
from portico.companies.models import Company
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def found(mia: Crm, query: str) -> dict[str, Any]:
    answer = mia.get(f"/global-search?{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert list(body) == ["subscribers", "campaigns", "funnels", "companies"]
    return body


def names(mia: Crm, query: str) -> list[str]:
    return [one["full_name"] for one in found(mia, query)["subscribers"]]


def test_the_newest_ten_in_which_the_word_is_found_come(mia: Crm, company: Company) -> None:
    make_contact(make_company("other"), first_name="Zoe", last_name="Theirs")
    for number in range(12):
        make_contact(company, first_name="Zoe", last_name=f"Number {number}")
    zora = make_contact(company, first_name="Zora", last_name="Kay", email="zora@people.test")
    assert names(mia, "search=zoe") == [f"Zoe Number {number}" for number in range(11, 1, -1)]
    assert found(mia, "search=zora@")["subscribers"] == [
        {
            "id": zora.pk,
            "email": "zora@people.test",
            "first_name": "Zora",
            "last_name": "Kay",
            "full_name": "Zora Kay",
            "photo": found(mia, "search=zora kay")["subscribers"][0]["photo"],
        }
    ]
    assert names(mia, "search=ka") == ["Zora Kay"]
    assert names(mia, "search=%25") == names(mia, "search=") == names(mia, "") == []


def test_the_scope_names_one_kind(mia: Crm, company: Company) -> None:
    make_contact(company, first_name="Zoe")
    assert names(mia, "search=zoe&scope=subscribers") == names(mia, "search=zoe&scope=all") == ["Zoe"]
    assert names(mia, "search=zoe&scope=campaigns") == names(mia, "search=zoe&scope=companies") == []
    assert names(mia, "search=zoe&scope=nonsense") == ["Zoe"]


def test_who_may_not_read_contacts_finds_none(server: Server, company: Company) -> None:
    make_contact(company, first_name="Zoe")
    reader = Crm(server, make_key(company, {Permission.CONTACTS_READ}))
    other = Crm(server, make_key(company, GRANTABLE - {Permission.CONTACTS_READ}))
    assert names(reader, "search=zoe") == ["Zoe"]
    assert names(other, "search=zoe") == []
    assert server.get("/wp-json/fluent-crm/v2/global-search?search=zoe").status_code == 401


@pytest.mark.parametrize("search", ["\0", "x" * 5000, "'", "\\", "%", "_", "\u202e", "a b c d"])
def test_no_word_breaks_it(mia: Crm, search: str) -> None:
    assert mia.get("/global-search", params={"search": search}).json()["subscribers"] == []
