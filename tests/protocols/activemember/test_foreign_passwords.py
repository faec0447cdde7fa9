import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from portico.audit.models import AuditEntry
from portico.contacts.actions.passwords import set_password_hash
from portico.contacts.models import Contact
from portico.lib.passwords.formats import Format
from portico.lib.passwords.native import hash_password, is_current
from portico.lib.passwords.verify import verify
from tests.lib.passwords.vectors import PUBLIC, RAW, SLASHED
from tests.make import make_contact
from tests.protocols.activemember.site import Site

SLOW = ("my_password", "$wp$2y$12$RnJgFT5Ooe6P0ajs/eaCYuqKLwWEqkZd01j2JyyrF6mcZa8NHJTxu")


def imported(site: Site, stored: str) -> Contact:
    contact = make_contact(site.company)
    set_password_hash(site.operator, contact.pk, stored)
    return contact


def stored_of(contact: Contact) -> str:
    return str(Contact.objects.values_list("password_hash", flat=True).get(pk=contact.pk))


@pytest.mark.parametrize(("_format", "password", "stored"), PUBLIC, ids=[f"{row[0]} {row[2][:12]}" for row in PUBLIC])
def test_a_foreign_password_works_and_is_then_ours(site: Site, _format: Format, password: str, stored: str) -> None:
    contact = imported(site, stored)
    assert site.fields(contact.email, f"{password}!") is False
    assert stored_of(contact) == stored
    assert site.fields(contact.email, password)["id"] == str(contact.pk)
    assert is_current(stored_of(contact))
    assert verify(password, stored_of(contact))
    for _ in range(3):
        assert site.fields(contact.email, password)["id"] == str(contact.pk)
    assert site.fields(contact.email, f"{password}!") is False


@pytest.mark.parametrize("stored", [*RAW, *SLASHED], ids=lambda stored: stored[:12])
def test_a_password_with_a_quote_works_however_wordpress_stored_it(site: Site, stored: str) -> None:
    contact = imported(site, stored)
    assert site.fields(contact.email, "ONeil") is False
    assert site.fields(contact.email, "O'Neil")["id"] == str(contact.pk)
    assert verify("O'Neil", stored_of(contact))
    assert site.fields(contact.email, "O'Neil")


def test_blanks_around_a_trimmed_password_never_matter(site: Site) -> None:
    contact = imported(site, "$wp$2y$05$abcdefghijklmnopqrstuu9iY1gyjA3k6CGptWJJ9nIT22tG/wV8K")
    assert site.fields(contact.email, "  correct horse\t")
    assert is_current(stored_of(contact))
    assert site.fields(contact.email, "correct horse")
    assert site.fields(contact.email, "  correct horse\t")
    assert site.fields(contact.email, "correct  horse") is False


def test_blanks_of_a_password_of_ours_are_part_of_it(site: Site) -> None:
    ann = site.member(password=" with blanks ")
    assert site.fields(ann.email, "with blanks") is False
    assert site.fields(ann.email, " with blanks ")


def test_replacing_a_hash_is_written_down_without_it(site: Site) -> None:
    contact = imported(site, "5f4dcc3b5aa765d61d8327deb882cf99")
    assert site.fields(contact.email, "password")
    entries = AuditEntry.objects.filter(subject="contact", subject_id=contact.pk).order_by("id")
    assert [(entry.action, entry.details.get("format")) for entry in entries][1:] == [
        ("contact.password_set", "md5"),
        ("contact.password_rehashed", "md5"),
        ("contact.signed_in", None),
    ]
    assert "5f4dcc" not in str([entry.details for entry in entries])


def _until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.02)


def _waiting() -> int:
    """How many connections wait for a row that somebody changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
        )
        return int(cursor.fetchone()[0])


def test_a_password_set_while_the_old_one_is_verified_stays(site: Site) -> None:
    password, stored = SLOW
    contact, fresh = imported(site, stored), hash_password("set meanwhile")
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Contact.objects.filter(pk=contact.pk).update(
                password_hash=fresh
            )  # holds the row until the end of the block
            asked = threads.submit(site.fields, contact.email, password)
            _until(lambda: _waiting() == 1)
        assert asked.result() is False
    assert stored_of(contact) == fresh
    assert site.fields(contact.email, "set meanwhile")


def test_first_sign_ins_at_the_same_moment_all_succeed(site: Site) -> None:
    password, stored = SLOW
    contact = imported(site, stored)
    with ThreadPoolExecutor(4) as threads:
        with transaction.atomic():
            Contact.objects.select_for_update().get(pk=contact.pk)
            asked = [threads.submit(site.fields, contact.email, password) for _ in range(4)]
            _until(lambda: _waiting() >= 2)
        assert all(one.result() for one in asked)
    assert verify(password, stored_of(contact))
    rehashed = AuditEntry.objects.filter(subject="contact", subject_id=contact.pk, action="contact.password_rehashed")
    assert rehashed.count() == 1
