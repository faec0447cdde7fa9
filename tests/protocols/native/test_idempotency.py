"""Writes of the company's own software that come twice, one after the other and at once."""

from concurrent.futures import ThreadPoolExecutor

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company, KeptAnswer
from portico.contacts.persons.erasing import erase_person
from portico.outbox.models import WebhookEndpoint
from portico.selling.models import Order
from tests.make import make_company, make_contact, make_key
from tests.protocols.native.client import Native, assert_problem
from tests.server import Server

AN_ORDER = {"external_id": "A1", "currency": "USD", "total": "10.00"}


def named(key: str = "one") -> dict[str, dict[str, str]]:
    return {"headers": {"Idempotency-Key": key}}


def test_a_write_is_answered_the_same_again_and_done_once(mia: Native, company: Company) -> None:
    first, again = mia.post("/orders", AN_ORDER, **named()), mia.post("/orders", AN_ORDER, **named())
    assert (first.status_code, first.json()["outcome"]) == (201, "added")
    assert (again.status_code, again.content) == (201, first.content)
    assert (again.headers.get("Idempotent-Replayed"), first.headers.get("Idempotent-Replayed")) == ("true", None)
    assert mia.post("/orders", AN_ORDER).json()["outcome"] == "same"
    other = {**AN_ORDER, "total": "11.00"}
    assert_problem(mia.post("/orders", other, **named()), 422, "idempotency-key-reused")
    assert_problem(mia.post("/events", AN_ORDER, **named()), 422, "idempotency-key-reused")
    assert_problem(mia.post("/orders", other, **named("é".encode().decode("latin-1"))), 400, "idempotency-key-invalid")
    assert str(Order.objects.get(company=company).total).startswith("10")
    # A refusal is an answer too; reading takes no notice.
    wrong = mia.post("/orders", {}, **named("two"))
    assert mia.post("/orders", {}, **named("two")).content == wrong.content
    assert mia.get("/orders", **named("three")).status_code == 200
    assert KeptAnswer.objects.filter(company=company).count() == 2


def test_of_many_at_once_one_is_done(mia: Native, company: Company) -> None:
    body = {"url": "https://hooks.test/x"}
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: mia.post("/webhooks", body, **named()), range(12)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.json()["secret"] for one in answers if one.status_code == 201}) == 1
    assert WebhookEndpoint.objects.filter(company=company).count() == 1
    assert AuditEntry.objects.filter(company_id=company.pk, action="webhook_endpoint.added").count() == 1


def test_the_same_name_of_another_key_is_another_write(server: Server, mia: Native, company: Company) -> None:
    for other in (Native(server, make_key(company, name="Max")), Native(server, make_key(make_company()))):
        mine, theirs = mia.post("/orders", AN_ORDER, **named()), other.post("/orders", AN_ORDER, **named())
        assert "Idempotent-Replayed" not in theirs.headers
        assert mine.status_code == 201


def test_what_told_of_somebody_who_was_erased_is_gone_and_not_done_again(mia: Native, company: Company) -> None:
    ann = make_contact(company)
    wrong = {**AN_ORDER, "contact_id": ann.pk, "total": "x"}
    bought = {**AN_ORDER, "contact_email": str(ann.email)}
    assert mia.post("/orders", wrong, **named("wrong")).status_code == 422
    assert mia.post("/orders", bought, **named()).status_code == 201
    erased = mia.call("DELETE", f"/contacts/{ann.pk}", **named("erase"))
    assert erased.json()["pseudonym"] == f"erased-{ann.pk}"
    assert mia.call("DELETE", f"/contacts/{ann.pk}", **named("erase")).content == erased.content
    assert mia.post("/orders", bought, **named()).headers["Idempotent-Replayed"] == "true"  # told nothing of her
    bob = make_contact(company)
    merged = make_contact(company)
    preview = {"winner": bob.pk, "loser": merged.pk}
    assert str(merged.email) in mia.post("/contacts/merge/preview", preview, **named("look")).text
    erase_person(operator(company.pk), merged.pk)
    assert_problem(mia.post("/contacts/merge/preview", preview, **named("look")), 410, "idempotency-answer-erased")
