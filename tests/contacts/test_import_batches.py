"""Imports that the worker does: killed, run twice, paused, cancelled, failed; and what may not be done to them."""

import random
import signal
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.importing.batches import (
    cancel_import,
    load_batch,
    pause_import,
    resume_import,
    start_import,
)
from portico.contacts.importing.upkeep import drop_old_imports, take_up_imports
from portico.contacts.importing.uploads import keep_upload, open_upload
from portico.contacts.models import Contact, ContactTag, ImportBatch, ImportChunk, ImportRejected, Tag
from portico.contacts.queries.imports import count_rejected, get_import, list_rejected
from portico.errors import Conflict, Invalid, NotFound
from tests.contacts.importing import Imports, rows
from tests.contacts.uploading import loader_of, no_worker, now, started
from tests.make import make_company
from tests.server import Server

PEOPLE = 5_000
pytestmark = pytest.mark.usefixtures("small_portions")


@pytest.fixture
def company() -> Company:
    return make_company()


def people(count: int) -> str:
    return rows("Email,First Name,Tags", *(f"p{number}@people.test,Ann,Tag {number % 7}" for number in range(count)))


def emails(company: Company) -> list[str | None]:
    return list(Contact.objects.filter(company=company).order_by("pk").values_list("email", flat=True))


def test_an_import_killed_again_and_again_loads_every_row_once(company: Company, imported: Imports) -> None:
    imported.company = company
    text = people(PEOPLE) + "broken\np7@people.test,Twice,\n"
    batch = started(company, text)
    chance = random.Random(7)  # noqa: S311 -- to be repeated
    for _ in range(6):
        before, running = now(batch).position, loader_of(batch)
        while now(batch).position == before and running.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.1))
        running.send_signal(signal.SIGKILL)
        running.wait()
    # Another process may have gone on with its first half: this one begins where the books say.
    load_batch(company.pk, batch.pk)
    assert now(batch).state == ImportBatch.State.DONE
    assert (batch.created, batch.updated, batch.unchanged, batch.rejected) == (PEOPLE, 0, 0, 2)
    assert (batch.position, batch.total) == (PEOPLE + 2, PEOPLE + 2)
    assert emails(company) == [f"p{number}@people.test" for number in range(PEOPLE)]
    assert imported.count("all") == PEOPLE
    for tag in Tag.objects.filter(company=company):
        assert imported.count("tag", tag.pk) == ContactTag.objects.filter(company=company, tag=tag).count() > 0
    assert [one.line for one in list_rejected(operator(company.pk), batch.pk)] == [PEOPLE + 2, PEOPLE + 3]
    assert count_rejected(operator(company.pk), batch.pk) == {"cells": 1, "duplicate": 1}


def test_two_processes_at_one_batch_load_every_row_once(company: Company) -> None:
    batch = started(company, people(PEOPLE))
    both = [loader_of(batch), loader_of(batch)]
    assert [one.wait() for one in both] == [0, 0]
    assert now(batch).state == ImportBatch.State.DONE
    assert (batch.created, batch.updated, batch.position) == (PEOPLE, 0, PEOPLE)
    assert len(emails(company)) == PEOPLE
    finished = AuditEntry.objects.filter(company_id=company.pk, action="contacts.imported")
    assert finished.count() == 1


def test_two_batches_of_the_same_people_at_once_make_them_once(company: Company) -> None:
    batches = [started(company, people(PEOPLE)), started(company, people(PEOPLE))]
    running = [loader_of(batch) for batch in batches]
    assert [one.wait() for one in running] == [0, 0]
    assert {now(batch).state for batch in batches} == {ImportBatch.State.DONE}
    assert sum(batch.created for batch in batches) == PEOPLE
    assert len(emails(company)) == PEOPLE


def test_the_worker_takes_it_up_and_says_how_far_it_is(server: Server, company: Company) -> None:
    assert server.port
    actor = operator(company.pk)
    batch = start_import(actor, keep_upload(actor, [people(500).encode()]))
    end = time.monotonic() + 60
    while now(batch).state != ImportBatch.State.DONE and time.monotonic() < end:
        time.sleep(0.2)
    assert (batch.state, batch.created, batch.total) == (ImportBatch.State.DONE, 500, 500)
    assert batch.busy_seconds > 0


def test_a_batch_whose_job_is_lost_gets_another(server: Server, company: Company) -> None:
    assert server.port
    actor = operator(company.pk)
    # As a process leaves it that was killed between the two: begun, and nobody at it.
    lost = ImportBatch.objects.create(
        company=company, kind=ImportBatch.Kind.UPLOAD, state=ImportBatch.State.RUNNING, file="x", by=_by(),
        upload=keep_upload(actor, [people(20).encode()]), options=_options(),
        touched_at=timezone.now() - timedelta(minutes=2),
    )  # fmt: skip
    take_up_imports()
    end = time.monotonic() + 60
    while now(lost).state != ImportBatch.State.DONE and time.monotonic() < end:
        time.sleep(0.2)
    assert (lost.state, lost.created) == (ImportBatch.State.DONE, 20)


def _by() -> dict[str, Any]:
    from portico.contacts.importing.books import _by

    return _by(operator(1))


def _options() -> dict[str, Any]:
    from portico.contacts.importing.options import AS_IT_COMES

    return AS_IT_COMES.kept()


def test_what_is_paused_stays_until_it_is_resumed_and_what_is_cancelled_for_good(company: Company) -> None:
    actor = operator(company.pk)
    batch = started(company, people(50))
    assert pause_import(actor, batch.pk).state == ImportBatch.State.PAUSED
    assert load_batch(company.pk, batch.pk)
    assert emails(company) == []
    with pytest.raises(Conflict):
        pause_import(actor, batch.pk)
    with no_worker():
        assert resume_import(actor, batch.pk).state == ImportBatch.State.WAITING
    load_batch(company.pk, batch.pk)
    assert now(batch).created == 50
    with pytest.raises(Conflict):
        cancel_import(actor, batch.pk)
    other = started(company, people(60))
    assert cancel_import(actor, other.pk).state == ImportBatch.State.CANCELLED
    load_batch(company.pk, other.pk)
    assert len(emails(company)) == 50
    with pytest.raises(Conflict):
        resume_import(actor, other.pk)


def test_pausing_in_the_middle_keeps_what_is_loaded_and_resuming_goes_on_there(company: Company) -> None:
    actor = operator(company.pk)
    batch = started(company, people(PEOPLE))
    running = loader_of(batch)
    while not now(batch).position:
        time.sleep(0.005)
    pause_import(actor, batch.pk)
    assert running.wait() == 0
    there = now(batch).position
    assert 0 < there < PEOPLE
    assert len(emails(company)) == batch.created == there
    with no_worker():
        resume_import(actor, batch.pk)
    load_batch(company.pk, batch.pk)
    assert now(batch).created == len(emails(company)) == PEOPLE


def test_a_worker_that_is_stopped_leaves_it_to_the_next(company: Company) -> None:
    batch = started(company, people(50))
    assert load_batch(company.pk, batch.pk, should_stop=lambda: True) is False
    assert (now(batch).state, batch.position, batch.total) == (ImportBatch.State.RUNNING, 0, 50)
    assert load_batch(company.pk, batch.pk) is True
    assert now(batch).state == ImportBatch.State.DONE
    assert batch.created == 50


def test_one_upload_is_one_import(company: Company) -> None:
    actor = operator(company.pk)
    name = keep_upload(actor, [people(3).encode()])
    start_import(actor, name)
    with pytest.raises(Conflict):
        start_import(actor, name)


def test_a_batch_that_may_not_make_its_tags_fails_and_says_why(company: Company) -> None:
    from dataclasses import replace

    from portico.access import Permission

    writer = replace(operator(company.pk), permissions=frozenset({Permission.CONTACTS_WRITE}))
    with no_worker():
        batch = start_import(writer, keep_upload(writer, [people(3).encode()]))
    load_batch(company.pk, batch.pk)
    assert now(batch).state == ImportBatch.State.FAILED
    assert batch.problem == "You are not allowed to do this."
    assert emails(company) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"PK\x03\x04\x14\0\0\0\x08\0zip", bytes(range(256)) * 40, b"Name\nAnn\n", b"Email,Email\na,b\n",
     b"\xff\xfe" + b"\xd8" * 7, b"Email" + b"\0\n" * 5],
    ids=["empty", "blank", "zip", "binary", "no e-mail", "twice", "half a character", "NUL"],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_before_anything_starts(company: Company, content: bytes) -> None:
    with pytest.raises(Invalid):
        started(company, content)
    assert not ImportBatch.objects.filter(company=company).exists()


def test_strange_files_lose_only_their_strange_rows(company: Company) -> None:
    wide = ",".join(f"c{number}" for number in range(10_000))
    filled = ",".join("x" for _ in range(10_000))
    many = started(company, f"Email,{wide}\nann@people.test,{filled}\nbob@people.test,short\n")
    load_batch(company.pk, many.pk)
    assert (now(many).created, many.rejected, many.state) == (1, 1, ImportBatch.State.DONE)
    huge = started(company, f"Email,City\ncid@people.test,{'x' * 200_000}\ndan@people.test,Rome\n")
    load_batch(company.pk, huge.pk)
    assert now(huge).state == ImportBatch.State.DONE
    nul = started(company, b"Email,City\neva@people.test,Ro\0me\nfay@people.test,Caf\xe9\ngus@people.test,\xc3\xa9\n")
    load_batch(company.pk, nul.pk)
    assert (now(nul).created, nul.rejected) == (1, 2)
    cells = [one.cells for one in list_rejected(operator(company.pk), nul.pk)]
    assert cells == [["eva@people.test", "Ro\N{REPLACEMENT CHARACTER}me"], ["fay@people.test", "Caf?"]]


def test_another_companys_batch_and_upload_are_not_there(company: Company) -> None:
    batch = started(company, people(3))
    eve = operator(make_company().pk)
    for call in (get_import, pause_import, resume_import, cancel_import, list_rejected, count_rejected):
        with pytest.raises(NotFound):
            call(eve, batch.pk)
    with pytest.raises(NotFound):
        start_import(eve, batch.upload or "")
    assert now(batch).state == ImportBatch.State.WAITING


def test_what_is_old_is_let_go_of_and_what_is_still_needed_is_not(company: Company) -> None:
    import os

    actor = operator(company.pk)
    done, waiting = started(company, people(3) + "bad\n"), started(company, people(4))
    load_batch(company.pk, done.pk)
    two_days_ago = time.time() - 2 * 86400
    for batch in (done, waiting):
        os.utime(open_upload(actor, batch.upload or ""), (two_days_ago, two_days_ago))
    drop_old_imports()
    with pytest.raises(NotFound):
        open_upload(actor, done.upload or "")
    assert open_upload(actor, waiting.upload or "").exists()
    assert ImportRejected.objects.filter(company=company, batch=done).count() == 1
    ImportBatch.objects.filter(company=company, pk=done.pk).update(touched_at=timezone.now() - timedelta(days=31))
    drop_old_imports()
    for kept in (ImportRejected, ImportChunk):
        assert not kept._default_manager.filter(company=company, batch=done).exists()
    assert get_import(actor, done.pk).created == 3


def test_a_batch_of_a_process_that_has_gone_fails(company: Company, imported: Imports) -> None:
    imported.company = company
    imported(people(3))
    batch = ImportBatch.objects.get(company=company)
    ImportBatch.objects.filter(company=company).update(
        state=ImportBatch.State.RUNNING, touched_at=timezone.now() - timedelta(hours=2)
    )
    take_up_imports()
    assert now(batch).state == ImportBatch.State.FAILED
    assert "has gone" in batch.problem
