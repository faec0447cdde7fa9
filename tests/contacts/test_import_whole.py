"""Imports as a whole: killed and run again, beside other writers, in flat memory, and what they leave in the books."""

import signal
import subprocess
import sys
import threading

import pytest
from django.db import connection

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.contacts.actions.contacts import add_contact
from portico.contacts.importing.actions import Options, import_contacts
from portico.contacts.models import Contact, ContactCount, ContactTag, Tag
from portico.errors import Denied, Invalid
from tests.contacts.importing import Imports, rows
from tests.make import make_company, make_contact

PEOPLE = 21_000  # in three portions
MEASURED = """
import resource, sys
from pathlib import Path
import django
django.setup()
from portico.access import operator
from portico.contacts.importing.actions import import_contacts
summary = import_contacts(operator(int(sys.argv[1])), Path(sys.argv[2]))
print(summary.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def people(count: int) -> str:
    return rows("Email,First Name,Tags", *(f"p{number}@people.test,Ann,Tag {number % 7}" for number in range(count)))


def test_an_import_killed_in_the_middle_ends_with_the_same_data_when_it_is_run_again(imported: Imports) -> None:
    imported.file.write_text(people(PEOPLE))
    command = [sys.executable, "-m", "portico", "contact", "import", str(imported.file)]
    running = subprocess.Popen([*command, "--company", imported.company.slug], stderr=subprocess.DEVNULL)
    here = Contact.objects.filter(company=imported.company)
    while not here.exists():
        assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = here.count()
    assert 0 < done < PEOPLE
    summary = import_contacts(operator(imported.company.pk), imported.file)
    assert (summary.created, summary.unchanged, summary.rejected) == (PEOPLE - done, done, 0)
    assert imported.emails() == [f"p{number}@people.test" for number in range(PEOPLE)]
    assert imported.count("all") == PEOPLE
    tags = Tag.objects.filter(company=imported.company)
    assert len(tags) == 7
    for tag in tags:
        live = ContactTag.objects.filter(company=imported.company, tag=tag).count()
        assert imported.count("tag", tag.pk) == live > 0


def test_memory_stays_flat_however_long_the_file_is(imported: Imports) -> None:
    # One address again and again goes all the way into the staging table and stays out of the contact table. She is
    # there before, or only the first of the files would find nobody, which takes less.
    row = f"ann@people.test,Ann,{'Rome' * 100}"
    imported(rows("Email,First Name,City", row))

    def megabytes(count: int) -> int:
        imported.file.write_text(rows("Email,First Name,City", *[row] * count))
        command = [sys.executable, "-c", MEASURED, str(imported.company.pk), str(imported.file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        handled, kilobytes = map(int, done.stdout.split())
        assert handled == count
        return kilobytes // 1024

    assert megabytes(80_000) < megabytes(20_000) + 10


def test_people_added_through_the_api_meanwhile_are_neither_doubled_nor_lost(imported: Imports) -> None:
    actor = operator(imported.company.pk)
    added: list[str] = []
    over = threading.Event()

    def others() -> None:
        number = 0
        while not over.is_set():
            number += 97
            email = f"p{number}@people.test"
            try:
                add_contact(actor, {"email": email.upper(), "phone": "1"})
                added.append(email)
            except Invalid:
                pass
        connection.close()

    imported.file.write_text(people(20_000))
    writer = threading.Thread(target=others)
    writer.start()
    try:
        summary = import_contacts(actor, imported.file)
    finally:
        over.set()
        writer.join()
    assert summary.rejected == 0
    assert summary.created + summary.updated == 20_000
    addresses = [email.lower() for email in imported.emails()]
    assert (
        len(addresses) == len(set(addresses)) == len({*added, *(f"p{number}@people.test" for number in range(20_000))})
    )
    assert imported.count("all") == len(addresses)


def test_two_imports_of_one_file_at_once_end_as_one(imported: Imports) -> None:
    imported.file.write_text(people(11_000))
    command = [sys.executable, "-m", "portico", "contact", "import", str(imported.file), "--company"]
    both = [
        subprocess.Popen(
            [*command, imported.company.slug, "--rejected", str(imported.file.with_name(f"{number}.csv"))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for number in (1, 2)
    ]
    assert [one.communicate()[1].count(b"Traceback") for one in both] == [0, 0]
    assert [one.returncode for one in both] == [0, 0]
    assert len(imported.emails()) == len(set(imported.emails())) == imported.count("all") == 11_000


def test_the_books_say_who_imported_what_and_no_more(imported: Imports) -> None:
    imported(rows("Email,Password", "ann@people.test,Kestrel-Heron-1", "bad,x"))
    entries = AuditEntry.objects.filter(company_id=imported.company.pk, action__startswith="contacts.import")
    assert list(entries.order_by("id").values_list("action", flat=True)) == [
        "contacts.import_started",
        "contacts.imported",
    ]
    assert entries.last().details == {  # type: ignore[union-attr]  # there are two
        "file": "people.csv", "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 1,
    }  # fmt: skip


def test_an_import_touches_nothing_of_another_company(imported: Imports) -> None:
    other = make_company()
    ann = make_contact(other, email="ann@people.test", first_name="Ann")
    assert imported(rows("Email,First Name", "ann@people.test,Other")).created == 1
    assert Contact.objects.get(pk=ann.pk).first_name == "Ann"


def test_a_rep_cannot_import(imported: Imports) -> None:
    from dataclasses import replace

    from portico.access import REP_PERMISSIONS, Role

    imported.file.write_text("Email\nann@people.test\n")
    rep = replace(operator(imported.company.pk), role=Role.REP, permissions=REP_PERMISSIONS)
    with pytest.raises(Denied):
        import_contacts(rep, imported.file, Options())
    assert imported.emails() == []


def test_counts_by_consent_and_owner_are_exact_after_rows_changed_both(imported: Imports) -> None:
    imported(people(300))
    changed = [f"p{number}@people.test,{'pending' if number % 2 else 'unsubscribed'}" for number in range(100)]
    assert imported(rows("Email,Status", *changed)).updated == 100
    by_consent = {
        name: Contact.objects.filter(company=imported.company, consent=name).count()
        for name in ("subscribed", "pending", "unsubscribed")
    }
    kept = ContactCount.objects.filter(company_id=imported.company.pk, kind="all")
    assert by_consent == {name: sum(kept.filter(value=name).values_list("n", flat=True)) for name in by_consent}
    assert by_consent == {"subscribed": 200, "pending": 50, "unsubscribed": 50}
