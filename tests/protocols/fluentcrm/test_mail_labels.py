"""Labels of campaigns and automations (wire notes 11)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.messaging.models import Label
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def add(crm: Crm, title: str, slug: str = "", color: str = "#ff0000") -> int:
    made = crm.post("/labels", {"label": {"title": title, "slug": slug, "color": color}})
    assert made.status_code == 200, made.text
    return int(made.json()["label"]["id"])


def titles(crm: Crm) -> list[str]:
    return [label["title"] for label in crm.get("/labels").json()["labels"]]


def test_labels_are_added_listed_in_their_order_changed_and_removed(mia: Crm, company: Company) -> None:
    red, blue = add(mia, "Very red"), add(mia, "Blue", "b", "#0000FF")
    assert titles(mia) == ["Very red", "Blue"]
    row = mia.get("/labels").json()["labels"][0]
    assert list(row) == [
        "id", "parent_id", "slug", "title", "description", "position", "settings", "created_at", "updated_at",
    ]  # fmt: skip
    assert (row["id"], row["slug"], row["position"], row["settings"]) == (red, "very-red", "1.00", {"color": "#ff0000"})
    changed = mia.put(f"/labels/{blue}", {"label": {"title": "Navy", "slug": "b", "color": "#000080"}}).json()
    assert (changed["label"]["title"], changed["label"]["settings"]) == ("Navy", {"color": "#000080"})
    assert mia.delete(f"/labels/{red}").status_code == 200
    assert mia.delete(f"/labels/{red}").status_code == 404
    assert titles(mia) == ["Navy"]
    entries = AuditEntry.objects.filter(company_id=company.pk, subject="label").order_by("id")
    assert [entry.action for entry in entries] == ["label.added", "label.added", "label.changed", "label.deleted"]


def test_a_slug_is_taken_once_however_many_ask_for_it_at_once(mia: Crm, company: Company) -> None:
    body = {"label": {"title": "Red", "slug": "red", "color": "#ff0000"}}
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: mia.post("/labels", body), range(16)))
    assert sorted({one.status_code for one in done}) == [200, 422]
    assert [one.status_code for one in done].count(200) == Label.objects.filter(company=company).count() == 1
    blue = add(mia, "Blue")
    taken = mia.put(f"/labels/{blue}", body)
    assert (taken.status_code, {field: set(rules) for field, rules in taken.json().items()}) == (
        422,
        {"slug": {"unique"}},
    )
    assert titles(mia) == ["Red", "Blue"]


@pytest.mark.parametrize(
    ("label", "problems"),
    [
        (None, {"title", "color"}),
        ("x", {"title", "color"}),
        ([], {"title", "color"}),
        ({}, {"title", "color"}),
        ({"title": "<b></b>", "color": "#ff0000"}, {"title"}),
        ({"title": "x" * 300, "color": "#ff0000"}, {"title"}),
        ({"title": "x", "slug": "x" * 300, "color": "#ff0000"}, {"slug"}),
        ({"title": ["x"], "color": "#ff0000"}, {"title"}),
        ({"title": "x", "color": "red"}, {"color"}),
        ({"title": "x", "color": "#ff00000"}, {"color"}),
        ({"title": "x", "color": "url(//evil.test)"}, {"color"}),
        ({"title": "x", "color": 7}, {"color"}),
    ],
)
def test_what_is_no_label_is_refused(mia: Crm, label: object, problems: set[str]) -> None:
    id = add(mia, "Red")
    for refused in (mia.post("/labels", {"label": label}), mia.put(f"/labels/{id}", {"label": label})):
        assert (refused.status_code, set(refused.json())) == (422, problems)
    assert titles(mia) == ["Red"]


def test_another_companys_labels_are_as_if_they_were_not_there(server: Server, mia: Crm) -> None:
    eve = Crm(server, make_key(make_company("other")))
    id = add(eve, "Theirs")
    mine = {"label": {"title": "Mine", "color": "#000000"}}
    assert mia.put(f"/labels/{id}", mine).json() == mia.put("/labels/999999999", mine).json()
    assert mia.delete(f"/labels/{id}").status_code == 404
    assert titles(mia) == []
    assert titles(eve) == ["Theirs"]
