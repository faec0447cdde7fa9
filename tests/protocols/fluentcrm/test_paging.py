"""The contact list beyond the original: pages without a total, and reading on by a cursor."""

from typing import Any
from urllib.parse import quote

import pytest
import requests

from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import Crm

UNCOUNTED = {"Prefer": "count=none"}
NINE = [
    "total", "per_page", "current_page", "last_page", "next_page_url", "prev_page_url", "from", "to", "data",
]  # fmt: skip
KEYS = ["subscribers", "custom", "current_page", "per_page", "total", "data"]


@pytest.fixture
def people(company: Company) -> list[str]:
    """Twelve contacts; three without an address, and capitals where the order must not mind them."""
    emails: list[str | None] = [f"{letter}@people.test" for letter in "bADcfEhgI"]
    for number, email in enumerate([*emails[:4], None, *emails[4:7], None, *emails[7:], None]):
        tags: list[int | str] = ["VIP"] if number % 2 else []
        make_contact(company, email=email or "gone@people.test", first_name=f"Person {number}", tags=tags)
        if email is None:
            Contact.objects.filter(company_id=company.pk, email="gone@people.test").update(email=None)
    return [email for email in emails if email]


def walk(mia: Crm, query: str, *, headers: dict[str, str] | None = None) -> list[list[dict[str, Any]]]:
    """All pages that the cursors lead to."""
    pages, cursor = [], ""
    while True:
        answer = mia.get(f"/subscribers?{query}&cursor={cursor}", headers=headers)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["subscribers"]["data"])
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return pages


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["id"]) for row in rows]


@pytest.mark.parametrize("size", [1, 2, 5, 12, 100])
@pytest.mark.parametrize(
    "query",
    ["", "sort_type=ASC", "sort_by=email&sort_type=ASC", "sort_by=email", "tags[]=vip", "search=person",
     "tags[]=vip&sort_by=email&sort_type=ASC", "statuses[]=subscribed&tags[]=vip&sort_by=email"],
)  # fmt: skip
@pytest.mark.usefixtures("people")
def test_cursors_lead_through_the_whole_list_in_its_order(mia: Crm, query: str, size: int) -> None:
    whole = mia.get(f"/subscribers?{query}&per_page=1000").json()["subscribers"]["data"]
    assert len(whole) in {6, 12}
    for headers in (None, UNCOUNTED):
        pages = walk(mia, f"{query}&per_page={size}", headers=headers)
        assert [row for page in pages for row in page] == whole
        assert all(len(page) == size for page in pages[:-1])


@pytest.mark.usefixtures("people")
def test_an_answer_with_a_cursor_has_the_usual_keys_and_says_where_it_goes_on(mia: Crm) -> None:
    answer = mia.get("/subscribers?per_page=5&sort_by=email&search=Person&cursor=")
    body = answer.json()
    assert list(body) == [*KEYS, "next_cursor"]
    assert list(body["subscribers"]) == NINE
    shown = {name: body["subscribers"][name] for name in NINE if name not in {"data", "next_page_url"}}
    assert shown == {
        "total": 12, "per_page": 5, "current_page": None, "last_page": 3,
        "prev_page_url": None, "from": None, "to": None,
    }  # fmt: skip
    assert (body["current_page"], body["per_page"], body["total"], len(body["data"])) == (None, 5, 12, 5)
    address = answer.links["next"]["url"]
    assert address.endswith(body["subscribers"]["next_page_url"])
    assert "Preference-Applied" not in answer.headers
    seen = ids(body["subscribers"]["data"])
    while "next" in answer.links:
        answer = requests.get(answer.links["next"]["url"], auth=mia.auth, timeout=60)
        seen += ids(answer.json()["subscribers"]["data"])
    assert len(seen) == len(set(seen)) == 12
    assert answer.json()["next_cursor"] is answer.json()["subscribers"]["next_page_url"] is None


def test_who_was_there_all_the_time_is_seen_once_whoever_comes_and_goes(mia: Crm, company: Company) -> None:
    for query in ("", "sort_type=ASC", "sort_by=email", "sort_by=email&sort_type=ASC"):
        staying = [make_contact(company).pk for _ in range(9)]
        leaving = [make_contact(company).pk for _ in range(3)]
        seen, cursor = [], ""
        while cursor is not None:
            body = mia.get(f"/subscribers?{query}&per_page=2&cursor={cursor}").json()
            seen += ids(body["subscribers"]["data"])
            cursor = body["next_cursor"]
            make_contact(company)
            if leaving:
                mia.delete(f"/subscribers/{leaving.pop()}")
        assert len(seen) == len(set(seen))
        assert set(staying) <= set(seen)
        mia.delete("/subscribers", {"subscribers": [one.pk for one in Contact.objects.filter(company_id=company.pk)]})


@pytest.mark.usefixtures("people")
def test_without_a_total_a_page_is_the_same_but_for_what_needs_it(mia: Crm) -> None:
    for page, size in ((1, 5), (2, 5), (3, 5), (4, 5), (1, 12), (2, 12)):
        counted = mia.get(f"/subscribers?per_page={size}&page={page}").json()
        answer = mia.get(f"/subscribers?per_page={size}&page={page}", headers=UNCOUNTED)
        body = answer.json()
        assert answer.headers["Preference-Applied"] == "count=none"
        assert list(body) == KEYS
        assert list(body["subscribers"]) == NINE
        assert body["total"] is body["subscribers"]["total"] is body["subscribers"]["last_page"] is None
        assert body["data"] == counted["data"]
        for name in ("data", "from", "to", "per_page", "current_page", "prev_page_url"):
            assert body["subscribers"][name] == counted["subscribers"][name], name
    full = mia.get("/subscribers?per_page=12", headers=UNCOUNTED).json()["subscribers"]
    assert full["next_page_url"] == "/wp-json/fluent-crm/v2/subscribers?page=2"  # nobody has counted what is behind
    assert mia.get("/subscribers?per_page=13", headers=UNCOUNTED).json()["subscribers"]["next_page_url"] is None


@pytest.mark.parametrize("wish", ["count=none", 'respond-async, Count = "none"', "count=none;x=1, wait=5"])
def test_the_preference_is_read_as_its_standard_has_it(mia: Crm, wish: str) -> None:
    assert mia.get("/subscribers", headers={"Prefer": wish}).headers["Preference-Applied"] == "count=none"


@pytest.mark.parametrize("wish", ["count=exact", "count", "none", "", "respond-async", "xcount=none"])
def test_any_other_preference_changes_nothing(mia: Crm, wish: str) -> None:
    answer = mia.get("/subscribers", headers={"Prefer": wish})
    assert answer.json()["total"] == 0
    assert "Preference-Applied" not in answer.headers


def test_a_cursor_works_with_any_filter_but_only_in_an_order_that_has_an_index(mia: Crm) -> None:
    for name in ("city", "created_at", "status", "last_name"):
        refused = mia.get(f"/subscribers?cursor=&sort_by={name}")
        assert (refused.status_code, refused.json()) == (
            422,
            {"sort_by": {"cursor": refused.json()["sort_by"]["cursor"]}},
        )


@pytest.mark.usefixtures("people")
def test_what_is_no_cursor_of_this_list_is_refused(mia: Crm) -> None:
    cursor = mia.get("/subscribers?per_page=1&cursor=").json()["next_cursor"]
    elsewhere = Crm(mia.server, make_key(make_company()))
    other = "B" if cursor[0] == "A" else "A"
    for wrong in (cursor[:-3], f"{other}{cursor[1:]}", "x", "%00", "é", "9" * 5000, cursor + cursor):
        refused = mia.get(f"/subscribers?per_page=1&cursor={quote(wrong, safe='%')}")
        assert (refused.status_code, list(refused.json()["cursor"])) == (422, ["cursor"]), wrong
    assert elsewhere.get(f"/subscribers?cursor={cursor}").json() == elsewhere.get("/subscribers?cursor=x").json()
    for other in ("sort_type=ASC", "sort_by=email"):
        refused = mia.get(f"/subscribers?cursor={cursor}&{other}")
        assert (refused.status_code, list(refused.json()["cursor"])) == (422, ["order"])
    for other in ("cursor[]=x", "cursor[a][b]=x"):
        assert mia.get(f"/subscribers?{other}").status_code == 422


@pytest.mark.usefixtures("people")
def test_a_cursor_tells_nobody_an_address_and_a_link_no_credential(mia: Crm) -> None:
    answer = mia.get(
        f"/subscribers?per_page=1&sort_by=email&_wp_http_referer={mia.key.username}:{mia.key.password}"
        '&search=Person&x=%0d%0aSet-Cookie:a&y="><b>&page=2&cursor='
    )
    link = answer.links["next"]["url"]
    assert mia.key.password not in link
    assert "search=Person" in link
    assert "page=2" not in link
    assert "people.test" not in link
    assert "Set-Cookie" not in answer.headers
    assert requests.get(link, auth=mia.auth, timeout=60).status_code == 200


@pytest.mark.usefixtures("people")
def test_a_filter_by_someone_elses_tag_finds_nobody_with_a_cursor_too(mia: Crm) -> None:
    other = make_company()
    make_contact(other, tags=["Theirs"])
    theirs = Crm(mia.server, make_key(other))
    tag = theirs.get("/tags").json()["tags"]["data"][0]["id"]
    body = mia.get(f"/subscribers?tags[]={tag}&cursor=").json()
    assert (body["total"], body["data"], body["next_cursor"]) == (0, [], None)
