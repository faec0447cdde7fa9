"""The company's own people as contacts of it."""

import time
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from portico.access import Actor, Role
from portico.contacts.importing import books
from portico.contacts.importing.actions import may_import
from portico.contacts.importing.loading import Loaded, Row, loading
from portico.contacts.importing.options import Options
from portico.contacts.models import ImportBatch
from portico.identity.models import User
from portico.identity.queries.people import list_users_by_role

ROWS = 100
_FIELDS = {"email", "first_name", "last_name", "phone"}
State = ImportBatch.State


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """How many people have these roles in all, and how many of them this page had."""

    total: int
    people: int

    @property
    def pages(self) -> int:
        return -(-self.total // ROWS)


def list_importable_people(actor: Actor, roles: set[Role], *, most: int) -> tuple[int, list[User]]:
    """How many of the company's people have these roles, and the first of them. Raises Denied."""
    may_import(actor)
    users = list_users_by_role(actor, roles)
    return users.count(), list(users[:most])


@transaction.atomic
def import_people(actor: Actor, roles: set[Role], options: Options, *, page: int) -> PeoplePage:
    """Make the people with these roles contacts: page number `page`, from 1, of ROWS, by address.

    Each page that has somebody is a batch of its own, which can be undone. Their address, names and phone number
    come along; they own nothing by it, and no sign-in goes with it. Raises Denied.
    """
    may_import(actor)
    users = list_users_by_role(actor, roles)
    total, some = users.count(), list(users[(page - 1) * ROWS : page * ROWS])
    if some:
        _load(actor, options, [_row(line, user, options) for line, user in enumerate(some, 1)])
    return PeoplePage(total, len(some))


def _row(line: int, user: User, options: Options) -> Row:
    fields = {name: getattr(user, name) for name in _FIELDS if getattr(user, name)}
    return Row(line, fields, tags=options.tags, lists=options.lists)


def _load(actor: Actor, options: Options, rows: list[Row]) -> None:
    batch = books.open_batch(
        actor, ImportBatch.Kind.PEOPLE, "people", state=State.RUNNING, options=options.kept(), total=len(rows)
    )
    started = time.monotonic()

    def note(loaded: Loaded) -> None:
        books.note(batch, loaded, [], position=len(rows), seconds=time.monotonic() - started)

    with loading(
        actor,
        _FIELDS,
        batch_id=batch.pk,
        consent=options.consent,
        overrides_consent=options.overrides_consent,
        skip_existing=options.skip_existing,
        asks_opt_in=options.asks_opt_in,
    ) as loader:
        loader.load(rows, first=partial(books.hold, batch, State.RUNNING), then=note)
    books.close(actor, batch, State.DONE)
