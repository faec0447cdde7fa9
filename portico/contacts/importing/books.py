"""What a batch says of itself, written in the transactions that load its rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.importing.chunks import Rejection
from portico.contacts.importing.loading import Loaded, Overtaken
from portico.contacts.models import ImportBatch

State = ImportBatch.State
COUNTS = ("created", "updated", "unchanged", "skipped", "rejected")
SUBJECT = "import"


@transaction.atomic
def open_batch(actor: Actor, kind: ImportBatch.Kind, file: str, **fields: Any) -> ImportBatch:
    """A new batch, recorded: a million contacts must not come from nowhere if this process is killed."""
    batch = ImportBatch.objects.create(company_id=actor.company_id, kind=kind, file=file, by=_by(actor), **fields)
    record(actor, "contacts.import_started", SUBJECT, batch.pk, file=file)
    return batch


def actor_of(batch: ImportBatch) -> Actor:
    """Who began it, with the permissions of that moment."""
    return Actor(
        company_id=batch.company_id,
        name=batch.by["name"],
        wire=batch.by["wire"],
        permissions=frozenset(map(Permission, batch.by["permissions"])),
        membership_id=batch.by["membership_id"],
    )


def _by(actor: Actor) -> dict[str, Any]:
    return {
        "name": actor.name,
        "wire": actor.wire,
        "permissions": sorted(actor.permissions),
        "membership_id": actor.membership_id,
    }


def hold(batch: ImportBatch, *states: str, position: int | None = None) -> ImportBatch:
    """Lock the batch, so that nobody else loads, pauses or undoes it until the transaction ends.

    Raises Overtaken where it is in no such state, or at another position: another process went on with it.
    """
    rows = ImportBatch.objects.filter(company_id=batch.company_id, pk=batch.pk, state__in=states)
    if position is not None:
        rows = rows.filter(position=position)
    held = rows.select_for_update().first()
    if held is None:
        raise Overtaken
    return held


def note(batch: ImportBatch, loaded: Loaded, rejected: Sequence[Rejection], *, position: int, seconds: float) -> None:
    """Move the batch forward, with what became of its rows."""
    counts = {
        "created": loaded.created,
        "updated": loaded.updated,
        "unchanged": loaded.unchanged,
        "skipped": len(loaded.skipped),
        "rejected": len(rejected),
    }
    ImportBatch.objects.filter(company_id=batch.company_id, pk=batch.pk).update(
        position=Greatest("position", position),
        busy_seconds=F("busy_seconds") + seconds,
        touched_at=Now(),
        **{name: F(name) + count for name, count in counts.items()},
    )
    _keep_rejected(batch, rejected)


def _keep_rejected(batch: ImportBatch, rejected: Sequence[Rejection]) -> None:
    if not rejected:
        return
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(
        "COPY import_rejected (company_id, batch_id, line, kind, reason, cells) FROM STDIN"
    ) as copy:  # fmt: skip
        for one in rejected:
            cells = [_storable(cell) for cell in one.cells]
            copy.write_row([batch.company_id, batch.pk, one.line, one.kind, _storable(one.reason), cells])


def _storable(text: str) -> str:
    """What PostgreSQL takes: bytes that were no text become question marks."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


@transaction.atomic
def close(
    actor: Actor, batch: ImportBatch, state: str, *, position: int | None = None, problem: str = ""
) -> ImportBatch:
    """The batch is at its end, recorded with its counts. Raises Overtaken."""
    held = hold(batch, State.RUNNING, position=position)
    held.state, held.problem = state, problem
    ImportBatch.objects.filter(company_id=held.company_id, pk=held.pk).update(
        state=state, problem=problem, finished_at=Now(), touched_at=Now()
    )
    done = "contacts.imported" if state == State.DONE else "contacts.import_failed"
    why: dict[str, Any] = {"problem": problem} if problem else {}
    record(actor, done, SUBJECT, held.pk, file=held.file, **counts_of(held), **why)
    return held


def counts_of(batch: ImportBatch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in COUNTS}
