"""Requests to ask a contact for its consent by mail, kept for who will send it (wire notes 8.6, 8.8)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from portico.access import Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.opt_ins import SECONDS_BETWEEN
from portico.contacts.models import OptInRequest
from portico.outbox.models import Mail
from tests.make import make_company, make_contact, make_member
from tests.protocols.fluentcrm.client import Crm

FORCE = {"__force_update": "yes"}


def asked(mia: Crm) -> list[int]:
    rows = OptInRequest.objects.filter(company_id=mia.key.key.company_id)
    return sorted(rows.values_list("contact_id", flat=True))


def entries(mia: Crm) -> int:
    rows = AuditEntry.objects.filter(company_id=mia.key.key.company_id, action="contact.opt_in_requested")
    return rows.count()


def test_a_request_is_kept_with_who_asked_and_nothing_is_sent(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    answer = mia.post(f"/subscribers/{ann}/send-double-optin")
    assert (answer.status_code, list(answer.json())) == (200, ["message"])
    request = OptInRequest.objects.get(company_id=mia.key.key.company_id)
    assert (request.contact_id, request.requested_by_id) == (ann, mia.key.key.membership_id)
    assert not Mail.objects.filter(company_id=mia.key.key.company_id).exists()


def test_an_import_keeps_one_for_each_who_is_pending_then(mia: Crm, company: Company) -> None:
    known = {name: mia.add(f"{name}@people.test", status=name) for name in ("pending", "unsubscribed")}
    people = "Email\nnew@people.test\n" + "".join(f"{name}@people.test\n" for name in known)
    file = mia.call("POST", "/import/csv-upload", files={"file": ("p.csv", people)}).json()["file"]
    wanted = {"file": file, "map": [{"csv": "Email", "table": "email"}], "new_status": "pending", "update": True}
    for _ in range(2):
        page = mia.post("/import/csv-import", {**wanted, "double_optin_email": "yes", "import_silently": "yes"}).json()
        OptInRequest.objects.filter(company=company).update(requested_at=timezone.now() - timedelta(days=1))
    new = mia.get("/subscribers/0?get_by_email=new@people.test").json()["subscriber"]["id"]
    assert (page["updated"], asked(mia), entries(mia)) == (3, sorted([known["pending"], int(new)]), 1)


def test_an_import_of_people_keeps_them_only_if_it_is_asked_to(mia: Crm, company: Company) -> None:
    rita = make_member(company, "Rita", Role.REP)
    config = {"roles": ["rep"], "status": "pending", "update": "yes"}
    for said, times in (("no", 0), ("yes", 1)):
        wanted = {"config": {**config, "double_optin_email": said}, "importing_page": 1}
        assert mia.post("/import/drivers/users", wanted).status_code == 200
        assert len(asked(mia)) == times
    assert OptInRequest.objects.get(company=company).contact.email == rita.user.email


def test_one_counts_until_some_time_has_gone_by_and_the_answer_is_the_same(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    path = f"/subscribers/{ann}/send-double-optin"
    first = mia.post(path)
    rows = OptInRequest.objects.filter(company_id=mia.key.key.company_id)
    before = rows.get().requested_at
    assert mia.post(path).content == first.content
    assert (rows.get().requested_at, entries(mia)) == (before, 1)
    rows.update(requested_at=F("requested_at") - timedelta(seconds=SECONDS_BETWEEN - 60))
    mia.post(path)
    assert (rows.get().requested_at < before, entries(mia)) == (True, 1)
    rows.update(requested_at=timezone.now() - timedelta(seconds=SECONDS_BETWEEN))
    mia.post(path)
    assert (rows.get().requested_at > before, entries(mia)) == (True, 2)


def test_of_many_at_once_one_counts(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: mia.post(f"/subscribers/{ann}/send-double-optin").status_code, range(24)))
    assert (answers, asked(mia), entries(mia)) == ({200}, [ann], 1)


def test_an_unknown_contact_and_another_companys_are_404(mia: Crm) -> None:
    theirs = make_contact(make_company("other"))
    for id in (theirs.pk, 2**40, 0):
        answer = mia.post(f"/subscribers/{id}/send-double-optin")
        assert (answer.status_code, list(answer.json())) == (404, ["message"])
    assert not OptInRequest.objects.filter(contact_id=theirs.pk).exists()


@pytest.mark.parametrize("yes", [True, 1, "1", "yes", "on", "true", "TRUE"])
def test_a_new_contact_is_asked_where_the_call_says_so_whatever_its_status(mia: Crm, yes: object) -> None:
    ann = mia.add("ann@people.test", double_optin=yes)
    bob = mia.add("bob@people.test", double_optin=yes, status="pending", tags=["New tag"], **FORCE)
    assert asked(mia) == [ann, bob]


@pytest.mark.parametrize("no", [None, False, 0, "", "no", "false", [], {"a": 1}, "\0", 10**30])
def test_a_new_contact_is_not_asked_otherwise(mia: Crm, no: object) -> None:
    mia.add("ann@people.test", double_optin=no, status="pending")
    mia.add("bob@people.test", status="pending", **FORCE)
    assert asked(mia) == []


def test_one_that_is_there_is_asked_where_it_is_pending_afterwards(mia: Crm) -> None:
    ann, bob = mia.add("ann@people.test", status="unsubscribed"), mia.add("bob@people.test")
    mia.add("ann@people.test", status="pending", **FORCE)
    mia.add("bob@people.test", status="pending", double_optin="yes", **FORCE)  # stays subscribed
    assert (asked(mia), mia.get(f"/subscribers/{bob}").json()["subscriber"]["status"]) == ([ann], "subscribed")


def test_a_refused_contact_is_not_asked(mia: Crm) -> None:
    mia.add("ann@people.test")
    answer = mia.post("/subscribers", {"email": "ann@people.test", "status": "pending", "double_optin": True})
    assert (answer.status_code, asked(mia)) == (422, [])


def test_in_bulk_new_and_pending_ones_are_asked_where_the_call_says_so(mia: Crm) -> None:
    ann, bob = mia.add("ann@people.test", status="pending"), mia.add("bob@people.test")
    rows = [{"email": f"{name}@people.test"} for name in ("ann", "bob", "kim")]
    mia.post("/subscribers/bulk-add-update", {"contacts": rows[:2]})
    assert asked(mia) == []
    updated = mia.post("/subscribers/bulk-add-update", {"contacts": rows, "double_optin": "yes"}).json()["updated"]
    kim = next(row["id"] for row in updated if row["email"] == "kim@people.test")
    assert bob not in asked(mia)
    assert asked(mia) == [ann, kim]
