"""The audit's chain: sealed once, proven whole, and whatever is done to it behind our back is found."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from portico.access import operator
from portico.audit import sealing
from portico.audit.actions import record
from portico.audit.models import AuditEntry, AuditSeal
from portico.audit.sealing import remove_old_entries, seal_entries
from portico.audit.verifying import export_audit, verify_audit
from portico.companies.models import Company
from tests.make import make_company


@pytest.fixture(autouse=True)
def small_seals(database: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 -- must be up
    seal_entries()  # what other tests have left
    monkeypatch.setattr(sealing, "ENTRIES_A_SEAL", 4)


@pytest.fixture
def company() -> Company:
    return make_company()


def happen(company: Company, times: int) -> None:
    for number in range(times):
        record(operator(company.pk), "thing.happened", "thing", number, word="ä", number=1.5, none=None)


def entries(company: Company) -> list[int]:
    return list(AuditEntry.objects.filter(company_id=company.pk).order_by("id").values_list("id", flat=True))


def behind_our_back(statement: str, *values: int) -> None:
    """As somebody does who owns the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_keep")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_keep")


def test_a_chain_is_whole_and_grows(company: Company) -> None:
    happen(company, 9)
    before = verify_audit(company.pk)
    assert (before.seals, before.head) == (0, "")
    assert before.unsealed >= 9
    seal_entries()
    first = verify_audit(company.pk)
    assert (first.broken, first.unsealed, first.entries) == ("", 0, before.unsealed)
    assert first.seals == -(-before.unsealed // 4)
    happen(company, 1)
    seal_entries()
    second = verify_audit(company.pk, head=first.head)
    assert (second.broken, second.entries, second.seals) == ("", first.entries + 1, first.seals + 1)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit_entry SET actor = 'somebody else' WHERE id = {middle}", "Entry {middle} in seal 2 was changed."),
        ("UPDATE audit_entry SET at = at + interval '1 us' WHERE id = {middle}", "Entry {middle} in seal 2"),
        ("UPDATE audit_entry SET details = details || '{{\"a\": 1}}' WHERE id = {middle}", "Entry {middle} in seal 2"),
        ("DELETE FROM audit_entry WHERE id = {middle}", "Seal 2 covers 4 entries, and 3 are there."),
        ("DELETE FROM audit_seal WHERE company_id = {company} AND number = 2", "Seal 2 is missing."),
        ("UPDATE audit_seal SET hash = 'x' WHERE company_id = {company} AND number = 2", "Seal 2 does not fit"),
        ("UPDATE audit_entry SET digest = sha256('x') WHERE id = {middle}", "Entry {middle} in seal 2 was changed."),
    ],
    ids=["actor", "time", "details", "gone", "seal gone", "hash", "digest"],
)
def test_the_first_broken_link_is_named(company: Company, statement: str, told: str) -> None:
    happen(company, 12)
    seal_entries()
    names = {"company": company.pk, "middle": entries(company)[5]}
    behind_our_back(statement.format(**names).replace("%", "%%"))
    assert verify_audit(company.pk).broken.startswith(told.format(**names))


def test_a_cut_off_end_is_found_by_a_noted_head(company: Company) -> None:
    happen(company, 8)
    seal_entries()
    head = verify_audit(company.pk).head
    last = AuditSeal.objects.filter(company_id=company.pk).order_by("-number")[0]
    behind_our_back("DELETE FROM audit_entry WHERE seal_id = %s", last.pk)
    last.delete()
    assert verify_audit(company.pk).broken == ""
    assert "cut off" in verify_audit(company.pk, head=head).broken


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.update(actor="x"),
        lambda one: one.update(details={}),
        lambda one: one.update(seal_id=None),
        lambda one: one.update(actor="x", erased_at=Now()),
        lambda one: one.delete(),
    ],
    ids=["actor", "details", "unsealing", "actor under the name of erasure", "deleting"],
)
def test_the_table_itself_refuses(company: Company, change: Callable[..., object]) -> None:
    happen(company, 1)
    seal_entries()
    with pytest.raises(IntegrityError), transaction.atomic():
        change(AuditEntry.objects.filter(company_id=company.pk))


def test_erased_details_do_not_break_the_chain(company: Company) -> None:
    happen(company, 5)
    seal_entries()
    AuditEntry.objects.filter(id=entries(company)[2]).update(details={}, address="", erased_at=Now())
    verdict = verify_audit(company.pk)
    assert (verdict.broken, verdict.erased) == ("", 1)


def test_what_is_old_goes_and_the_chain_stays(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(company, 8)
    seal_entries()
    head = verify_audit(company.pk).head
    assert remove_old_entries() == 0
    monkeypatch.setattr(settings, "AUDIT_DAYS", 30)
    assert remove_old_entries() == 0
    seals = AuditSeal.objects.filter(company_id=company.pk)
    seals.filter(number__lte=2).update(newest_at=Now() - timedelta(days=31))
    assert remove_old_entries() >= 8
    happen(company, 3)
    seal_entries()
    verdict = verify_audit(company.pk, head=head)
    assert (verdict.broken, verdict.removed) == ("", 2)


def test_the_export_is_every_entry_in_order(company: Company) -> None:
    happen(company, 6)
    seal_entries()
    happen(company, 1)
    rows = list(export_audit(company.pk))
    assert [row["id"] for row in rows] == entries(company)
    assert rows[-1]["digest"] is None
    assert rows[-1]["details"] == {"word": "ä", "number": 1.5, "none": None}
    assert all(len(row["digest"]) == 64 for row in rows[:-1])


WRITER = """
import django; django.setup()
from portico.access import operator
from portico.audit import sealing
from portico.audit.actions import record
sealing.ENTRIES_A_SEAL = 7
for number in range(120):
    record(operator({company}), "thing.happened", "thing", number)
    if number % 5 == 0: sealing.seal_entries()
sealing.seal_entries()
"""


def test_processes_that_write_and_seal_at_once_make_one_chain(company: Company) -> None:
    before = len(entries(company))
    code = WRITER.format(company=company.pk)
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    seal_entries()
    verdict = verify_audit(company.pk)
    assert (verdict.broken, verdict.entries, verdict.unsealed) == ("", before + 360, 0)
