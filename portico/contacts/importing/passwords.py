"""Clear passwords of a file: hashed on every core before their rows are loaded, so that no transaction waits for it."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db.models import Value
from django.db.models.functions import Lower

from portico.access import Actor
from portico.contacts.actions.passwords import hash_of
from portico.contacts.importing.loading import Row
from portico.contacts.models import Contact
from portico.lib.passwords.verify import verify

ROWS_BETWEEN_WORDS = 500


def hash_passwords(
    actor: Actor, rows: Sequence[Row], *, skip_existing: bool, done: Callable[[int], None] = lambda _: None
) -> None:
    """Replace each row's clear password by its hash; `done` hears how many more are ready.

    A contact that has this very password keeps its hash, so that an import that is run again changes nothing. Argon2
    lets go of the interpreter's lock, so threads use all cores.
    """
    waiting = [row for row in rows if "password" in row.fields]
    if not waiting:
        return
    stored = _stored(actor, [row.fields["email"] for row in waiting])
    work = partial(_hashed, stored, skip_existing)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for count, (row, hashed) in enumerate(zip(waiting, pool.map(work, waiting), strict=True), 1):
            del row.fields["password"]
            if hashed:
                row.fields["password_hash"] = hashed
            if count % ROWS_BETWEEN_WORDS == 0:
                done(ROWS_BETWEEN_WORDS)


def _hashed(stored: Mapping[str, str | None], skip_existing: bool, row: Row) -> str | None:  # noqa: FBT001 -- filled by partial
    key, password = row.fields["email"].lower(), row.fields["password"]
    if key in stored and skip_existing:
        return None
    known = stored.get(key)
    if known:
        verdict = verify(password, known)
        if verdict and not verdict.needs_rehash:
            return None
    return hash_of(password)


def _stored(actor: Actor, emails: Iterable[str]) -> dict[str, str | None]:
    """The hashes of those of these addresses that are there."""
    rows = Contact.objects.filter(company_id=actor.company_id).annotate(key=Lower("email"))
    keys = [Lower(Value(email)) for email in emails]
    return dict(rows.filter(key__in=keys).values_list("key", "password_hash"))
