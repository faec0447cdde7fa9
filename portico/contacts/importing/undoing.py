"""An import taken back: who came with it goes, what it changed is as before unless somebody has changed it since."""

from datetime import timedelta
from functools import cache
from typing import LiteralString

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.contacts import remove_contacts
from portico.contacts.actions.locking import keep_organizations, lock_owned_organizations, locked
from portico.contacts.actions.recording import record_of_contacts
from portico.contacts.importing import books
from portico.contacts.importing.actions import may_import
from portico.contacts.importing.history import told, told_changes, who_and_batch
from portico.contacts.importing.loading import Overtaken
from portico.contacts.importing.statements import ADDED_TO
from portico.contacts.importing.upkeep import DAYS_TO_UNDO
from portico.contacts.models import Contact, ImportBatch, ImportChunk, ImportReplaced
from portico.contacts.queries.imports import get_import
from portico.errors import Conflict, Gone

State = ImportBatch.State
CONTACTS = 2_000  # that are put back in one transaction
_UNDOABLE = (State.DONE, State.CANCELLED, State.FAILED, State.PAUSED, State.UNDOING)
_NEVER_REPLACED = {"id", "company_id", "token", "email", "created_at", "updated_at", "search", "custom_values"}
# A field is put back only while it still is what the import made it; an owner only while that person is there.
_RESTORE = """
WITH restored AS (
    SELECT x.id AS contact_id, jsonb_populate_record(x, own.after) AS own, own.before, own.after,
        custom.before AS custom_before, custom.after AS custom_after,
        x.custom_values - custom.untouched || custom.after AS custom
    FROM import_replaced r JOIN contact x ON x.company_id = r.company_id AND x.id = r.contact_id
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(key, r.after -> key), '{}') AS before,
            coalesce(jsonb_object_agg(key, value), '{}') AS after
        FROM jsonb_each(r.before)
        WHERE to_jsonb(x) -> key IS NOT DISTINCT FROM r.after -> key AND (
            key <> 'organization_id' OR value <> 'null' AND EXISTS (
                SELECT FROM contact_organization j WHERE j.company_id = x.company_id AND j.contact_id = x.id
                    AND j.organization_id = value::text::bigint
            )
        ) AND (
            key <> 'owner_id' OR value = 'null' OR EXISTS (
                SELECT FROM membership m WHERE m.company_id = x.company_id AND m.id = value::text::bigint
            )
        )
    ) own
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(key), '{}') AS untouched, coalesce(jsonb_object_agg(key, value), '{}') AS before,
            coalesce(jsonb_object_agg(key, r.custom_before -> key) FILTER (WHERE r.custom_before ? key), '{}') AS after
        FROM jsonb_each(r.custom_after) WHERE x.custom_values -> key IS NOT DISTINCT FROM value
    ) custom
    WHERE r.company_id = %(company)s AND r.batch_id = %(batch)s AND r.contact_id = ANY (%(contacts)s)
), {told}
UPDATE contact c SET updated_at = now(), custom_values = n.custom, {fields}
FROM restored n WHERE c.company_id = %(company)s AND c.id = n.contact_id
"""
_TAKE_OFF = """
WITH gone AS (
    DELETE FROM contact_{kind} j USING import_replaced r
    WHERE r.company_id = %(company)s AND r.batch_id = %(batch)s AND r.contact_id = ANY (%(contacts)s)
        AND j.company_id = r.company_id AND j.contact_id = r.contact_id AND j.{kind}_id = ANY (r.{kind}_ids)
    RETURNING j.contact_id, j.{kind}_id AS id
) {told}
"""
# Where nothing is put back because the contact worked nowhere before, or no longer works there.
_WORK_ELSEWHERE = """
UPDATE contact c SET organization_id = (
    SELECT o.id FROM contact_organization j
    JOIN organization o ON o.company_id = j.company_id AND o.id = j.organization_id
    WHERE j.company_id = c.company_id AND j.contact_id = c.id
    ORDER BY j.created_at, o.id LIMIT 1 FOR KEY SHARE OF o SKIP LOCKED
)
WHERE c.company_id = %(company)s AND c.id = ANY (%(contacts)s) AND c.organization_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM contact_organization j
    WHERE j.company_id = c.company_id AND j.contact_id = c.id AND j.organization_id = c.organization_id
)
"""
_TAKEN_OFF: LiteralString = """(
    SELECT contact_id, jsonb_build_object('labels', array_agg(id ORDER BY id)) AS own FROM gone GROUP BY contact_id
)"""


def undo_import(actor: Actor, id: int) -> ImportBatch:
    """Take an import back; answers the batch, with how many contacts are deleted and how many put back.

    Contacts that it created are deleted, whatever happened to them since. Of others, the tags and lists that it gave
    them are taken off, and each field that it changed is as it was before, unless it has been changed again since.
    Tags and lists that it made stay, without those contacts.

    Goes in portions, each a transaction: broken off, it is simply called again, by anybody. Raises NotFound, Denied;
    Conflict for one that is under way or undone; Gone after DAYS_TO_UNDO days.
    """
    may_import(actor)
    actor.require(Permission.CONTACTS_DELETE)
    batch = _begun(actor, id)
    try:
        while _delete_some(actor, batch) or _restore_some(actor, batch):
            pass
        _finish(actor, batch)
    except Overtaken:  # somebody else undid the rest
        pass
    return get_import(actor, id)


def _begun(actor: Actor, id: int) -> ImportBatch:
    batch = get_import(actor, id)
    if batch.state != State.UNDONE and batch.touched_at < timezone.now() - timedelta(days=DAYS_TO_UNDO):
        raise Gone(f"An import can be undone for {DAYS_TO_UNDO} days.")
    rows = ImportBatch.objects.filter(company_id=actor.company_id, pk=id, state__in=_UNDOABLE)
    if not rows.update(state=State.UNDOING, touched_at=Now()):
        state = get_import(actor, id).state
        hint = "" if state == State.UNDONE else " Cancel it first."
        raise Conflict(f"The import is {state}.{hint}")
    return batch


@transaction.atomic
def _delete_some(actor: Actor, batch: ImportBatch) -> bool:
    """Delete the contacts of one portion; False when there is none left."""
    books.hold(batch, State.UNDOING)
    chunk = ImportChunk.objects.filter(company_id=actor.company_id, batch_id=batch.pk).order_by("-number").first()
    if chunk is None:
        return False
    lock_owned_organizations(actor, chunk.created)
    ids = locked(actor, chunk.created)
    remove_contacts(actor, ids)
    record_of_contacts(actor, "contact.deleted", {id: {} for id in ids}, **{"import": batch.pk})
    chunk.delete()
    _tell(batch, deleted=len(ids))
    return True


@transaction.atomic
def _restore_some(actor: Actor, batch: ImportBatch) -> bool:
    """Put some contacts back; False when none is left."""
    books.hold(batch, State.UNDOING)
    rows = ImportReplaced.objects.filter(company_id=actor.company_id, batch_id=batch.pk)
    some = list(rows.order_by("contact_id").values_list("contact_id", "before__organization_id")[:CONTACTS])
    keep_organizations(actor, [id for _, id in some if id])
    ids = locked(actor, [id for id, _ in some])
    if not ids:
        return False
    which = {**who_and_batch(actor, batch.pk), "contacts": ids}
    with connection.cursor() as cursor:
        cursor.execute(_restore_statement(), which)
        for kind in ADDED_TO:
            cursor.execute(_take_off_statement(kind), which)
        cursor.execute(_WORK_ELSEWHERE, which)
    rows.filter(contact_id__in=ids).delete()
    _tell(batch, restored=len(ids))
    return True


@cache
def _restore_statement() -> str:
    names = [field.column for field in Contact._meta.concrete_fields if field.column not in _NEVER_REPLACED]
    fields = ", ".join(f'"{name}" = (n.own)."{name}"' for name in names)
    return _RESTORE.replace("{fields}", fields).replace("{told}", told_changes("restored").as_string())


@cache
def _take_off_statement(kind: str) -> str:
    action = ADDED_TO[kind].replace("added", "removed")
    return _TAKE_OFF.replace("{kind}", kind).replace("{told}", told(action, _TAKEN_OFF).as_string())


def _tell(batch: ImportBatch, **more: int) -> None:
    counts = {name: F(name) + count for name, count in more.items()}
    ImportBatch.objects.filter(company_id=batch.company_id, pk=batch.pk).update(touched_at=Now(), **counts)


@transaction.atomic
def _finish(actor: Actor, batch: ImportBatch) -> None:
    held = books.hold(batch, State.UNDOING)
    ImportBatch.objects.filter(company_id=held.company_id, pk=held.pk).update(
        state=State.UNDONE, touched_at=Now(), finished_at=Now()
    )
    record(
        actor,
        "contacts.import_undone",
        books.SUBJECT,
        held.pk,
        file=held.file,
        deleted=held.deleted,
        restored=held.restored,
    )
