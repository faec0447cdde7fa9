"""ETag, If-None-Match and If-Match (RFC 9110, 13)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.protocols.fluentcrm.client import Crm

PATHS = ("/subscribers", "/subscribers/{id}", "/tags", "/lists", "/reports/options?fields=tags")


@pytest.fixture
def ann(mia: Crm) -> int:
    return mia.add("ann@people.test", tags=["VIP"])


@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_already_is_told_so_without_a_body(mia: Crm, ann: int, path: str) -> None:
    first = mia.get(path.format(id=ann))
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = mia.get(path.format(id=ann), headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert "Content-Length" not in again.headers
        left_out = {"content-length", "x-request-id", "date"}
        assert {k: v for k, v in first.headers.items() if k not in left_out} == {
            k: v for k, v in again.headers.items() if k not in left_out
        }
    for other in ('"other"', etag.strip('"'), ""):
        assert mia.get(path.format(id=ann), headers={"If-None-Match": other}).content == first.content


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_like_get(mia: Crm, ann: int, path: str) -> None:
    got, head = mia.get(path.format(id=ann)), mia.call("HEAD", path.format(id=ann))
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(got.content))
    known = {"If-None-Match": got.headers["ETag"]}
    assert mia.call("HEAD", path.format(id=ann), headers=known).status_code == 304


def test_whatever_is_shown_changes_the_tag(mia: Crm, ann: int) -> None:
    def etags() -> list[str]:
        return [mia.get(path).headers["ETag"] for path in ("/subscribers", f"/subscribers/{ann}")]

    before = etags()
    assert etags() == before
    for change in ({"city": "Bonn"}, {"attach_tags": ["New"]}, {"status": "unsubscribed"}):
        mia.put(f"/subscribers/{ann}", change)
        after = etags()
        assert all(one != other for one, other in zip(before, after, strict=True))
        before = after


def test_refusals_have_no_tag(mia: Crm) -> None:
    for answer in (mia.get("/subscribers/999999999"), mia.get("/nothing"), mia.get("/subscribers", auth=None)):
        assert "ETag" not in answer.headers
    assert mia.get("/subscribers/999999999", headers={"If-None-Match": "*"}).status_code == 422


def test_who_may_not_read_learns_nothing_from_a_tag(mia: Crm, ann: int) -> None:
    etag = mia.get(f"/subscribers/{ann}").headers["ETag"]
    assert mia.get(f"/subscribers/{ann}", auth=None, headers={"If-None-Match": etag}).status_code == 401


@pytest.mark.parametrize(
    "query",
    ["", "?with[]=stats", "?with[]=subscriber.custom_values&with[]=custom_fields", "?with[]=commerce_stat&with[]=x"],
)
def test_a_change_is_made_only_while_the_contact_is_as_it_was_read(mia: Crm, ann: int, query: str) -> None:
    etag = mia.get(f"/subscribers/{ann}{query}").headers["ETag"]
    read = {"If-Match": f'"some-other", {etag}'}
    changed = mia.put(f"/subscribers/{ann}", {"city": "Bonn"}, headers=read)
    assert (changed.status_code, changed.json()["contact"]["city"]) == (200, "Bonn")
    for refused in (
        mia.put(f"/subscribers/{ann}", {"city": "Ulm", "attach_tags": ["Half"]}, headers=read),
        mia.delete(f"/subscribers/{ann}", headers=read),
    ):
        assert (refused.status_code, refused.json()["code"]) == (412, "rest_precondition_failed")
    shown = mia.get(f"/subscribers/{ann}{query}")
    assert shown.json()["subscriber"]["city"] == "Bonn"
    assert [tag["title"] for tag in shown.json()["subscriber"]["tags"]] == ["VIP"]
    assert "Half" not in mia.get("/tags").text
    assert mia.delete(f"/subscribers/{ann}", headers={"If-Match": shown.headers["ETag"]}).status_code == 200


def test_a_tag_taken_away_meanwhile_counts_as_a_change(mia: Crm, ann: int) -> None:
    read = {"If-Match": mia.get(f"/subscribers/{ann}").headers["ETag"]}
    mia.post("/subscribers/sync-segments", {"type": "tags", "detach": ["vip"], "subscribers": [ann]})
    assert mia.put(f"/subscribers/{ann}", {"city": "Bonn"}, headers=read).status_code == 412


@pytest.mark.parametrize("header", ["W/{etag}", '"x"', "{bare}", "", '"svfc-"', '"zz-zz"', '"' + "s-," * 500 + '"'])
def test_what_is_not_exactly_the_tag_does_not_match(mia: Crm, ann: int, header: str) -> None:
    etag = mia.get(f"/subscribers/{ann}").headers["ETag"]
    read = {"If-Match": header.format(etag=etag, bare=etag.strip('"'))}
    assert mia.put(f"/subscribers/{ann}", {"city": "Bonn"}, headers=read).status_code == 412


def test_any_will_do_where_the_contact_is_there(mia: Crm, ann: int) -> None:
    anything = {"If-Match": "*"}
    assert mia.put(f"/subscribers/{ann}", {"city": "Bonn"}, headers=anything).status_code == 200
    assert mia.delete(f"/subscribers/{ann}", headers=anything).status_code == 200
    assert mia.put(f"/subscribers/{ann}", {"city": "Bonn"}, headers=anything).status_code == 404
    assert mia.delete(f"/subscribers/{ann}", headers={"If-Match": '"-x"'}).status_code == 404


def test_of_many_who_read_the_same_one_writes(mia: Crm, company: Company, ann: int) -> None:
    read = {"If-Match": mia.get(f"/subscribers/{ann}").headers["ETag"]}

    def write(number: int) -> requests.Response:
        return mia.put(f"/subscribers/{ann}", {"city": f"City {number}"}, headers=read)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(write, range(12)))
    assert sorted(one.status_code for one in answers) == [200] + [412] * 11
    (done,) = (one for one in answers if one.status_code == 200)
    assert Contact.objects.get(company_id=company.pk).city == done.json()["contact"]["city"]
