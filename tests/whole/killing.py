"""Changes made in a process of their own that is killed at a random moment, and what must hold then."""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import django

django.setup()  # once, in the process from which those that will be killed are forked

from django.db import connections  # noqa: E402 -- the settings first

from portico.access import Actor, Permission, operator  # noqa: E402
from portico.audit.models import AuditEntry  # noqa: E402
from portico.companies.models import Company  # noqa: E402
from portico.contacts.actions.events import Event, track_event  # noqa: E402
from portico.contacts.actions.members import sign_in_member  # noqa: E402
from portico.contacts.actions.notes import NoteText, add_note  # noqa: E402
from portico.contacts.actions.passwords import set_password_hash  # noqa: E402
from portico.contacts.importing.actions import import_contacts  # noqa: E402
from portico.contacts.models import Contact, ContactNote, ImportBatch  # noqa: E402
from portico.contacts.persons.erasing import erase_person  # noqa: E402
from portico.contacts.queries.history import list_history  # noqa: E402
from portico.identity.actions.credentials import rotate_key  # noqa: E402
from portico.identity.models import ApiKey  # noqa: E402
from portico.identity.queries.credentials import actor_for_bearer  # noqa: E402
from portico.lib.passwords.native import is_current  # noqa: E402
from portico.lib.passwords.verify import verify  # noqa: E402
from portico.lib.secrets import digest  # noqa: E402
from portico.lib.statements import Shape  # noqa: E402
from tests.make import make_contact, make_key  # noqa: E402

PASSWORD, MD5 = "password", "5f4dcc3b5aa765d61d8327deb882cf99"
PEOPLE, MORE_PEOPLE = 12_000, 21_000  # more than an import takes in at once, and more than twice that


@dataclass(frozen=True, slots=True)
class Change:
    """What is killed: `prepare` makes what it needs and answers it, `act` is the change, `holds` asserts afterwards.

    `holds` answers how far it had come.
    """

    prepare: Callable[[Company, Path], Any]
    act: Callable[[int, Any], object]
    holds: Callable[[Company, Any], str]


def entries(company: Company, subject: str, id: int) -> Counter[str]:
    """How many entries the audit has about this, by action."""
    rows = AuditEntry.objects.filter(company_id=company.pk, subject=subject, subject_id=id)
    return Counter(rows.values_list("action", flat=True))


# A sign-in, which replaces a foreign hash


def a_member(company: Company, _folder: Path) -> tuple[int, str]:
    contact = make_contact(company)
    set_password_hash(operator(company.pk), contact.pk, MD5)
    return contact.pk, contact.email or ""


def sign_in(company_id: int, member: tuple[int, str]) -> None:
    site = Actor(company_id, "code site", "activemember", frozenset({Permission.MEMBERS_VERIFY}))
    sign_in_member(site, Shape({"id": "id"}), email=member[1], password=PASSWORD)


def signed_in_or_not(company: Company, member: tuple[int, str]) -> str:
    contact, written = Contact.objects.get(pk=member[0]), entries(company, "contact", member[0])
    assert is_current(contact.password_hash or "") is (written["contact.password_rehashed"] == 1)
    assert (contact.last_sign_in_at is not None) is (written["contact.signed_in"] == 1)
    assert contact.last_activity_at == contact.last_sign_in_at
    assert verify(PASSWORD, contact.password_hash or "")
    return f"rehashed {written['contact.password_rehashed']}, signed in {written['contact.signed_in']}"


# A key's rotation


def a_key(company: Company, _folder: Path) -> tuple[int, str]:
    new = make_key(company)
    return new.key.pk, new.password


def rotate(company_id: int, key: tuple[int, str]) -> None:
    rotate_key(operator(company_id), key[0], grace=timedelta(days=1))


def rotated_or_not(company: Company, key: tuple[int, str]) -> str:
    row, old = ApiKey.objects.get(pk=key[0]), digest(key[1], "api key")
    rotations = entries(company, "key", key[0])["key.rotated"]
    assert (bytes(row.digest), row.old_digest and bytes(row.old_digest))[rotations] == old
    assert (row.old_until is not None) is (rotations == 1)
    assert actor_for_bearer(key[1], request_id="", address="").credential == ("key", key[0])
    return f"rotated {rotations}"


# An erasure


def a_person(company: Company, _folder: Path) -> int:
    by = operator(company.pk)
    contact = make_contact(company, first_name="Evelyn", last_name="Sharp", city="Leeds", tags=["Gold"])
    for number in range(5):
        add_note(by, contact.pk, NoteText("note", f"About Evelyn {number}", "Sharp"))
    track_event(by, Event("bought", "Evelyn bought a hat"), contact_id=contact.pk)
    return contact.pk


def erase(company_id: int, person: int) -> None:
    erase_person(operator(company_id), person)


def erased_or_not(company: Company, person: int) -> str:
    contact, written = Contact.objects.get(pk=person), entries(company, "contact", person)
    told = str([(one.changes, one.details) for one in list_history(operator(company.pk), person).events])
    notes = ContactNote.objects.filter(company_id=company.pk, contact_id=person).count()
    if written["contact.erased"]:
        assert written["contact.erased"] == 1
        assert (contact.email, contact.first_name, contact.last_name, contact.city) == (
            None, f"erased-{person}", None, None,
        )  # fmt: skip
        assert (notes, "Evelyn" in told, "Leeds" in told) == (0, False, False)
    else:
        assert (contact.first_name, contact.last_name, contact.city) == ("Evelyn", "Sharp", "Leeds")
        assert (notes, "Evelyn" in told, contact.archived_at) == (5, True, None)
    return f"erased {written['contact.erased']}"


# An import


def a_file(_company: Company, folder: Path, people: int = PEOPLE) -> tuple[str, int]:
    file = folder / "people.csv"
    lines = (f"p{number}@people.test,Ann,Tag {number % 7}" for number in range(people))
    file.write_text("\n".join(["Email,First Name,Tags", *lines, ""]))
    return str(file), people


def a_longer_file(company: Company, folder: Path) -> tuple[str, int]:
    return a_file(company, folder, MORE_PEOPLE)


def bring_in(company_id: int, file: tuple[str, int]) -> None:
    import_contacts(operator(company_id), Path(file[0]))


def brought_in_so_far(company: Company, file: tuple[str, int]) -> str:
    """Whole portions, as the books have it; and what is missing comes when it is run again."""
    batch = ImportBatch.objects.filter(company_id=company.pk).order_by("id").last()
    here = Contact.objects.filter(company_id=company.pk)
    so_far = here.count()
    assert so_far == (batch.created if batch else 0)
    if batch:
        written = entries(company, "import", batch.pk)
        assert written["contacts.import_started"] == 1
        assert (written.total() == 2) is (batch.state == ImportBatch.State.DONE)
    if so_far < file[1]:
        assert import_contacts(operator(company.pk), Path(file[0])).created == file[1] - so_far
    assert here.count() == file[1]
    return f"imported {so_far}"


CHANGES = {
    "sign-in": Change(a_member, sign_in, signed_in_or_not),
    "rotation": Change(a_key, rotate, rotated_or_not),
    "erasure": Change(a_person, erase, erased_or_not),
    "import": Change(a_file, bring_in, brought_in_so_far),
    "longer import": Change(a_longer_file, bring_in, brought_in_so_far),
}


def _change(name: str, company_id: int, what: Any, begun: Connection) -> None:
    """In the process that will be killed: connected first, so that the moment falls into the change itself."""
    os.environ["PGAPPNAME"] = f"killed {os.getpid()}"
    connections["default"].ensure_connection()
    begun.send(None)
    start = time.monotonic()
    CHANGES[name].act(company_id, what)
    begun.send(time.monotonic() - start)
    begun.recv()  # its end is the parent's


def _wait_for_its_connections(name: str) -> None:
    """PostgreSQL ends what it was told last, a COMMIT perhaps, before it notices that nobody is there any more."""
    end = time.monotonic() + 30
    with connections["default"].cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.005)
    raise AssertionError(f"{name} is still connected")


class Killer:
    """Makes changes in processes of their own and kills them (SIGKILL) at moments chosen by `seed`."""

    def __init__(self, seed: int) -> None:
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["tests.whole.killing"])
        self._chance = random.Random(seed)  # noqa: S311 -- to be repeated, not to be secret

    def whole(self, name: str, company: Company, folder: Path) -> float:
        """The change, not killed; answers the seconds that it takes."""
        return self._run(name, company, folder, None)[1]

    def kill(self, name: str, company: Company, folder: Path, seconds: float) -> str:
        """The change, killed somewhere within these seconds; answers how far it had come, all that must hold held."""
        return self._run(name, company, folder, self._chance.uniform(0, seconds))[0]

    def _run(self, name: str, company: Company, folder: Path, after: float | None) -> tuple[str, float]:
        change = CHANGES[name]
        what = change.prepare(company, folder)
        ours, theirs = self._processes.Pipe()
        process = self._processes.Process(target=_change, args=(name, company.pk, what, theirs))
        process.start()
        theirs.close()
        ours.recv()
        if after is None:
            after = float(ours.recv())
        else:
            time.sleep(after)
        process.kill()
        process.join()
        ours.close()
        _wait_for_its_connections(f"killed {process.pid}")
        return change.holds(company, what), after
