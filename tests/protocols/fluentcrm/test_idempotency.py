"""Idempotency-Key: a write that comes twice is done once and answered twice (draft-ietf-httpapi-idempotency-key)."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company, KeptAnswer
from portico.companies.once import _PURPOSE, forget_kept_answers
from portico.contacts.models import Contact, Tag
from portico.contacts.persons.erasing import erase_person
from portico.lib.secrets import unseal
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def named(key: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key or str(uuid4())}


def ann() -> dict[str, Any]:
    return {"email": "ann@people.test", "status": "subscribed", "tags": ["VIP"]}


def test_the_first_answer_is_given_again_and_nothing_is_done_again(mia: Crm, company: Company) -> None:
    how = {"headers": named()}
    first, again = mia.post("/subscribers", ann(), **how), mia.post("/subscribers", ann(), **how)
    assert (first.status_code, first.json()["action_type"]) == (200, "created")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    changing = {"x-request-id", "date", "idempotent-replayed"}
    assert {k: v for k, v in again.headers.items() if k not in changing} == {
        k: v for k, v in first.headers.items() if k not in changing
    }
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Contact.objects.filter(company_id=company.pk).count() == 1
    assert AuditEntry.objects.filter(company_id=company.pk, action="contact.added").count() == 1


def test_without_the_header_each_call_is_done_and_nothing_is_kept(mia: Crm, company: Company) -> None:
    mia.post("/subscribers", ann())
    assert mia.post("/subscribers", ann()).status_code == 422
    assert not KeptAnswer.objects.filter(company_id=company.pk).exists()


def test_a_refusal_is_an_answer_too_and_undoes_what_came_before_it(mia: Crm, company: Company) -> None:
    mia.add("ann@people.test")
    how = {"headers": named()}
    first = mia.post("/subscribers", {**ann(), "tags": ["Made on the way"]}, **how)
    assert first.status_code == 422
    assert not Tag.objects.filter(company_id=company.pk).exists()
    Contact.objects.filter(company_id=company.pk).delete()
    again = mia.post("/subscribers", {**ann(), "tags": ["Made on the way"]}, **how)
    assert (again.status_code, again.content) == (422, first.content)
    assert mia.emails() == []


def test_an_owner_that_nobody_knows_is_refused_with_the_key_as_without(mia: Crm) -> None:
    body = {**ann(), "contact_owner": 10**12, "tags": []}
    plain, keyed = mia.post("/subscribers", body), mia.post("/subscribers", body, headers=named())
    assert (keyed.status_code, keyed.content) == (plain.status_code, plain.content) == (422, plain.content)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/subscribers", {"email": "bob@people.test", "status": "subscribed"}),
        ("POST", "/tags", {"email": "ann@people.test", "status": "subscribed", "tags": ["VIP"]}),
        ("DELETE", "/subscribers", {"email": "ann@people.test", "status": "subscribed", "tags": ["VIP"]}),
        ("POST", "/subscribers?city=Bonn", {"email": "ann@people.test", "status": "subscribed", "tags": ["VIP"]}),
    ],
)
def test_the_same_key_on_another_request_is_refused(
    mia: Crm, company: Company, method: str, path: str, body: dict[str, Any]
) -> None:
    how = {"headers": named()}
    mia.post("/subscribers", ann(), **how)
    other = mia.call(method, path, json=body, **how)
    assert (other.status_code, other.json()["code"]) == (422, "rest_idempotency_key_reused")
    assert Contact.objects.filter(company_id=company.pk).count() == 1


def test_the_same_change_under_another_condition_is_another_request(mia: Crm) -> None:
    id = mia.add("ann@people.test")
    key = named()
    first = mia.put(f"/subscribers/{id}", {"city": "Bonn"}, headers={**key, "If-Match": '"-old"'})
    assert first.status_code == 412
    etag = mia.get(f"/subscribers/{id}").headers["ETag"]
    again = mia.put(f"/subscribers/{id}", {"city": "Bonn"}, headers={**key, "If-Match": etag})
    assert again.json()["code"] == "rest_idempotency_key_reused"


def test_a_file_sent_again_is_the_same_whatever_the_boundary_between_its_parts(mia: Crm) -> None:
    key = named()
    answers = [mia.call("POST", "/tags", files={"file": b"a,b"}, headers=key) for _ in range(2)]
    assert answers[0].request.body != answers[1].request.body
    assert [one.headers.get("Idempotent-Replayed") for one in answers] == [None, "true"]


def test_the_same_key_of_another_company_or_credential_is_another_key(mia: Crm, server: Server) -> None:
    how = {"headers": named("same")}
    other, colleague = (
        Crm(server, make_key(make_company())),
        Crm(server, make_key(Company.objects.get(pk=mia.key.key.company_id))),
    )
    first = mia.post("/subscribers", ann(), **how)
    theirs = other.post("/subscribers", ann(), **how)
    assert theirs.json()["contact"]["id"] != first.json()["contact"]["id"]
    assert colleague.post("/subscribers", ann(), **how).status_code == 422  # done, and refused as a duplicate


def test_quoted_and_bare_name_the_same_key(mia: Crm) -> None:
    first = mia.post("/subscribers", ann(), headers=named('"k-1"'))
    assert mia.post("/subscribers", ann(), headers=named("k-1")).content == first.content


@pytest.mark.parametrize("key", ['""', '"open', "two words", '"a", "b"', "x" * 256, '"\\n"', "\xe4"])
def test_what_is_no_key_is_refused_before_anything_is_done(mia: Crm, key: str) -> None:
    answer = mia.post("/subscribers", ann(), headers={"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (400, "rest_idempotency_key_invalid")
    assert mia.emails() == []


def test_reading_takes_no_notice_and_overridden_methods_count(mia: Crm, company: Company) -> None:
    id = mia.add("ann@people.test")
    assert mia.get("/subscribers", headers=named('""')).status_code == 200
    how = {"headers": {**named(), "X-HTTP-Method-Override": "DELETE"}}
    assert mia.call("POST", f"/subscribers/{id}", **how).status_code == 200
    assert mia.call("POST", f"/subscribers/{id}", **how).status_code == 200  # without the key 404: it is gone
    assert KeptAnswer.objects.filter(company_id=company.pk).count() == 1


def test_who_may_no_longer_write_gets_no_old_answer(mia: Crm, server: Server) -> None:
    how = {"headers": named()}
    mia.post("/subscribers", ann(), **how)
    assert server.post("/wp-json/fluent-crm/v2/subscribers", json=ann(), **how).status_code == 401


def test_an_answer_is_kept_for_a_day_and_then_forgotten(mia: Crm, company: Company) -> None:
    how = {"headers": named()}
    mia.post("/subscribers", ann(), **how)
    kept = KeptAnswer.objects.filter(company_id=company.pk)
    kept.update(kept_at=timezone.now() - timedelta(hours=23, minutes=59))
    forget_kept_answers()
    assert mia.post("/subscribers", ann(), **how).status_code == 200
    kept.update(kept_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert mia.post("/subscribers", ann(), **how).status_code == 422  # done again, and kept anew in the same row
    assert mia.post("/subscribers", ann(), **how).headers["Idempotent-Replayed"] == "true"
    kept.update(kept_at=timezone.now() - timedelta(hours=24, minutes=1))
    forget_kept_answers()
    assert not kept.exists()


def test_what_is_kept_cannot_be_read_in_the_database(mia: Crm, company: Company) -> None:
    mia.post("/subscribers", ann(), headers=named("a-name"))
    row = KeptAnswer.objects.get(company_id=company.pk)
    for column in (row.key, row.fingerprint, row.answer):
        assert b"ann@people.test" not in bytes(column)
        assert b"a-name" not in bytes(column)


def test_no_answer_tells_of_somebody_who_was_erased_and_nothing_is_done_again(mia: Crm, company: Company) -> None:
    hows = [{"headers": named()} for _ in range(5)]
    mia.post("/subscribers", {**ann(), "first_name": "Ann"}, **hows[0])
    bob = mia.add("bob@people.test")
    id = Contact.objects.get(company_id=company.pk, email="ann@people.test").pk
    mia.post("/subscribers", ann(), **hows[1])  # refused, and says the address
    mia.put(f"/subscribers/{id}", {"email": "anna@people.test"}, **hows[2])
    note = {"note": {"title": "T", "description": "Ann told me so", "type": "note"}}
    mia.post(f"/subscribers/{id}/notes", note, **hows[3])
    mia.put(f"/subscribers/{bob}", {"city": "Berlin"}, **hows[4])
    erase_person(operator(company.pk), id)
    kept = KeptAnswer.objects.filter(company_id=company.pk)
    assert kept.count() == 5
    told = b"".join(unseal(bytes(one.answer), _PURPOSE) for one in kept.exclude(answer=b""))
    assert b"bob@people.test" in told
    assert not any(word in told for word in (b"ann@people.test", b"anna@people.test", b"Ann"))
    again = mia.post("/subscribers", {**ann(), "first_name": "Ann"}, **hows[0])
    assert (again.status_code, again.json()["code"]) == (410, "rest_idempotency_answer_erased")
    assert mia.post(f"/subscribers/{id}/notes", note, **hows[3]).status_code == 410
    assert mia.post("/subscribers", ann(), **hows[0]).status_code == 422  # another request, as ever
    assert mia.put(f"/subscribers/{bob}", {"city": "Berlin"}, **hows[4]).headers["Idempotent-Replayed"] == "true"
    assert mia.emails() == ["bob@people.test", None]


def test_of_many_at_once_on_two_processes_one_is_done(mia: Crm, company: Company) -> None:
    how = {"headers": named()}
    ready = threading.Barrier(16)

    def call(_: int) -> requests.Response:
        ready.wait()
        return mia.post("/subscribers", ann(), **how)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(call, range(16)))
    done = [one for one in answers if one.status_code == 200]
    assert {one.status_code for one in answers} <= {200, 409}
    assert len({one.content for one in done}) == 1
    assert len([one for one in done if "Idempotent-Replayed" not in one.headers]) == 1
    assert Contact.objects.filter(company_id=company.pk).count() == 1
    assert AuditEntry.objects.filter(company_id=company.pk, action="contact.added").count() == 1


@contextmanager
def held(contact_id: int, company: Company) -> Iterator[None]:
    """Whoever changes this contact waits."""
    with transaction.atomic():
        Contact.objects.filter(company_id=company.pk).select_for_update().get(pk=contact_id)
        yield


def waiting() -> None:
    """Until somebody waits for a lock."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def kill(server: Server) -> None:
    """The web server and the processes that answer, with no time to finish anything."""
    if server.process.poll() is None:
        pid = server.process.pid
        server.process.send_signal(signal.SIGSTOP)  # or it would start others in their place
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        server.process.kill()
        server.process.wait(30)


def test_while_the_first_is_running_the_second_is_told_so(mia: Crm, company: Company) -> None:
    id = mia.add("ann@people.test")
    how = {"headers": named()}
    with ThreadPoolExecutor(1) as pool:
        with held(id, company):
            first: Future[requests.Response] = pool.submit(mia.put, f"/subscribers/{id}", {"city": "Bonn"}, **how)
            waiting()
            second = mia.put(f"/subscribers/{id}", {"city": "Bonn"}, **how)
            assert (second.status_code, second.json()["code"]) == (409, "rest_idempotency_in_progress")
            assert second.headers["Retry-After"] == "1"
        assert first.result().status_code == 200
    third = mia.put(f"/subscribers/{id}", {"city": "Bonn"}, **how)
    assert (third.content, third.headers["Idempotent-Replayed"]) == (first.result().content, "true")


def test_a_process_that_is_killed_leaves_nothing_and_the_next_try_is_done(mia: Crm, company: Company) -> None:
    id = mia.add("ann@people.test")
    how = {"headers": named()}
    other = Server(Path(settings.DATA_FOLDER), "web")
    try:
        other.wait()
        with ThreadPoolExecutor(1) as pool:
            with held(id, company):
                lost = pool.submit(Crm(other, mia.key).put, f"/subscribers/{id}", {"city": "Bonn"}, **how)
                waiting()
                kill(other)
                with pytest.raises(requests.ConnectionError):
                    lost.result()
            end = time.monotonic() + 30
            answer = mia.put(f"/subscribers/{id}", {"city": "Bonn"}, **how)
            while answer.status_code == 409 and time.monotonic() < end:
                time.sleep(0.1)  # until PostgreSQL has seen that the line is dead
                answer = mia.put(f"/subscribers/{id}", {"city": "Bonn"}, **how)
    finally:
        kill(other)
    assert answer.status_code == 200
    assert AuditEntry.objects.filter(company_id=company.pk, action="contact.changed").count() == 1
    assert KeptAnswer.objects.filter(company_id=company.pk).count() == 1
