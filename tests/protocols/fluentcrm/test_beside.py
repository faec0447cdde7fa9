"""What is shown beside a contact, and contacts for a form to choose from (wire notes 8.8)."""

import pytest

from portico.companies.models import Company
from portico.outbox.models import Mail
from tests.make import make_company, make_contact
from tests.protocols.fluentcrm.client import Crm

EMPTY = {
    "purchase-history?provider=woo": {"orders": {"orders": [], "total": 0}},
    "form-submissions?provider=x": {"submissions": {"data": [], "total": 0}},
    "support-tickets": {"tickets": {"data": [], "total": 0, "columns_config": {}}},
    "info-widgets": {"widgets": {"top_widgets": [], "other_widgets": [], "widgets_count": 0}},
    "info-widgets?by_widget=x": {"widget": {"content": ""}},
    "external_view?section_provider=x": {"heading": "", "content_html": ""},
    "dynamic-item-view?provider=x": {
        "data_view": {"type": "", "title": "", "content_html": "", "footer_content": ""}
    },
}  # fmt: skip


@pytest.mark.parametrize("path", EMPTY)
def test_what_is_not_there_yet_is_empty_and_true_to_shape(mia: Crm, path: str) -> None:
    ann = mia.add("ann@people.test")
    answer = mia.get(f"/subscribers/{ann}/{path}")
    assert (answer.status_code, answer.json()) == (200, EMPTY[path])
    assert mia.get(f"/subscribers/{2**40}/{path}").status_code == 404


@pytest.mark.parametrize(("path", "name"), [("emails", "emails"), ("url-metrics", "urlMetrics")])
def test_an_empty_page_is_a_whole_one(mia: Crm, path: str, name: str) -> None:
    ann = mia.add("ann@people.test")
    page = mia.get(f"/subscribers/{ann}/{path}?per_page=5&page=3&filter=open").json()[name]
    assert page == {
        "total": 0, "per_page": 5, "current_page": 3, "last_page": 0, "next_page_url": None,
        "prev_page_url": f"/wp-json/fluent-crm/v2/subscribers/{ann}/{path}?page=2", "from": None, "to": None,
        "data": [],
    }  # fmt: skip
    for wrong in ("per_page=0", "per_page[]=1", "page=-1", "page=x"):
        assert mia.get(f"/subscribers/{ann}/{path}?{wrong}").json()[name]["data"] == []


def test_a_mail_is_not_sent_and_the_answer_says_so(mia: Crm, company: Company) -> None:
    ann = mia.add("ann@people.test")
    answer = mia.post(f"/subscribers/{ann}/emails/send", {"campaign": {"email_subject": "S", "email_body": "B"}})
    assert (answer.status_code, list(answer.json())) == (422, ["message"])
    assert not Mail.objects.filter(company_id=company.pk).exists()
    assert mia.delete(f"/subscribers/{ann}/emails", {"email_ids": [1, 2]}).json().keys() == {"message"}


def test_each_asks_for_the_contact_first(mia: Crm) -> None:
    theirs = make_contact(make_company("other")).pk
    for method, path in (
        ("GET", "emails"),
        ("DELETE", "emails"),
        ("POST", "emails/send"),
        ("GET", "emails/template-mock"),
        ("GET", "url-metrics"),
        ("POST", "external_view"),
    ):
        for id in (theirs, 2**40, 0):
            answer = mia.call(method, f"/subscribers/{id}/{path}", json={"id": mia.key.key.pk})
            assert (answer.status_code, list(answer.json())) == (404, ["message"]), path


def picked(mia: Crm, query: str = "") -> dict[str, dict[str, str]]:
    answer = mia.get(f"/subscribers/search-contacts?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, dict[str, str]] = answer.json()["contacts"]
    return found


def test_contacts_to_choose_from_stand_under_their_ids(mia: Crm) -> None:
    ann = mia.add("ann@people.test", first_name="Ann", last_name="Lee")
    mia.add("bob@people.test")
    assert picked(mia, "search=lee") == {
        str(ann): {
            "first_name": "Ann",
            "last_name": "Lee",
            "full_name": "Ann Lee",
            "email": "ann@people.test",
            "id": str(ann),
        }
    }
    assert list(next(iter(picked(mia, "search=lee").values()))) == [
        "first_name",
        "last_name",
        "full_name",
        "email",
        "id",
    ]
    assert mia.get("/subscribers/search-contacts?search=nobody").text == '{"contacts":{}}'


def test_they_are_limited_and_what_was_chosen_before_comes_too(mia: Crm, company: Company) -> None:
    people = [make_contact(company).pk for _ in range(25)]
    theirs = make_contact(make_company("other"))
    assert list(picked(mia)) == [str(id) for id in reversed(people[5:])]
    assert list(picked(mia, "limit=2")) == [str(people[24]), str(people[23])]
    assert set(picked(mia, f"limit=1&values[]={people[0]}&values[]={theirs.pk}")) == {str(people[24]), str(people[0])}
    assert set(picked(mia, f"search=nobody&values[]={people[0]}")) == {str(people[0])}
    assert picked(mia, f"search={theirs.email}") == {}
    for limit in ("0", "-5", "x", "9" * 30, ""):
        assert len(picked(mia, f"limit={limit}")) >= 20


@pytest.mark.parametrize("query", ["search=%00", "search[]=a", "search=%ff", "values=1", "values[][]=x", "limit[]=1"])
def test_no_query_breaks_the_choice(mia: Crm, query: str) -> None:
    mia.add("ann@people.test")
    picked(mia, query)
