"""Contacts chosen for a change, the change begun, stopped and gone on with."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.changing.kinds import KINDS
from portico.contacts.changing.queries import get_change, list_changes
from portico.contacts.models import BulkChange
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import count_chosen, visible_contacts
from portico.contacts.queries.narrowing import Narrowed, chosen_by, kept
from portico.errors import Conflict, Denied, Invalid, NotFound

State = BulkChange.State
SUBJECT = "bulk_change"
MOST_TICKED = 1000


def select_ticked(actor: Actor, contact_ids: Sequence[int]) -> BulkChange:
    """Choose these contacts for a change that is yet to be named; others than the actor sees are left out.

    Raises Invalid where none is left.
    """
    return _select(actor, Chosen(ids=tuple(sorted(set(contact_ids))[:MOST_TICKED])))


def select_matching(actor: Actor, narrowed: Narrowed) -> BulkChange:
    """Choose all that match now, however many. Raises Invalid where nobody does, or it cannot be understood."""
    return _select(actor, chosen_by(actor, narrowed))


@transaction.atomic
def _select(actor: Actor, chosen: Chosen) -> BulkChange:
    actor.require(Permission.CONTACTS_WRITE)
    until = visible_contacts(actor).aggregate(last=Max("pk"))["last"]
    total = count_chosen(actor, chosen)
    if not total or until is None:
        raise Invalid.one("id", "required", _("Nobody is chosen."))
    return BulkChange.objects.create(
        company_id=actor.company_id,
        member_id=actor.membership_id,
        chosen=kept(actor, chosen),
        until=until,
        total=total,
        by=_by(actor),
    )


def start_change(actor: Actor, change_id: int, kind: str, text: str) -> BulkChange:
    """Have the worker make this change to all who were chosen. `text` is a title, a status or an address, see KINDS.

    Raises NotFound, also for what somebody else has chosen; Denied; Invalid with `kind` as the field; Conflict where it
    has begun already.
    """
    change = get_change(actor, change_id)
    if kind not in KINDS:
        raise NotFound("kind of change")
    KINDS[kind].require(actor)
    with transaction.atomic():
        # Before the row: making a tag waits for whoever is making the same one.
        value = KINDS[kind].value(actor, text)
        _move(actor, change, (State.CHOSEN,), State.WAITING, kind=kind, value=value, by=_by(actor))
        record(
            actor, "contacts.change_started", SUBJECT, change.pk, kind=kind, value=value, contacts_chosen=change.total
        )
        defer(change)
    return get_change(actor, change_id)


@transaction.atomic
def stop_change(actor: Actor, change_id: int) -> None:
    """End it after the contacts that are being changed; these stay changed. Raises NotFound, Denied, Conflict."""
    change = get_change(actor, change_id)
    _move(actor, change, (State.WAITING, State.RUNNING), State.STOPPED)
    record(actor, "contacts.change_stopped", SUBJECT, change.pk, done=get_change(actor, change_id).done)


@transaction.atomic
def resume_change(actor: Actor, change_id: int) -> None:
    """Go on where it was stopped, or where it failed: with what the actor may, who answers for it from here on.

    Raises NotFound, Denied, Conflict.
    """
    change = get_change(actor, change_id)
    if change.kind not in KINDS:
        raise Conflict(_("What to do is not chosen yet."))
    KINDS[change.kind].require(actor)
    if change.member_id != actor.membership_id:
        raise Denied(_("Only who began it can go on with it."))
    _move(actor, change, (State.STOPPED, State.FAILED), State.WAITING, problem="", by=_by(actor))
    record(actor, "contacts.change_resumed", SUBJECT, change.pk)
    defer(change)


def _move(actor: Actor, change: BulkChange, states: Sequence[str], to: str, **more: Any) -> None:
    # Waits for the contacts that are being changed, and comes before the next ones.
    rows = list_changes(actor).filter(pk=change.pk, state__in=states)
    if not rows.update(state=to, touched_at=Now(), **more):
        raise Conflict(_("It has gone on meanwhile: look at how far it is."))


def _by(actor: Actor) -> dict[str, Any]:
    return {
        "name": actor.name,
        "wire": actor.wire,
        "permissions": sorted(actor.permissions),
        "membership_id": actor.membership_id,
        "role": actor.role,
    }


def defer(change: BulkChange) -> None:
    """A job for the worker, unless one is waiting."""
    from portico.contacts.jobs import change_many  # noqa: PLC0415 -- jobs import actions

    # The same two hands of the worker as imports: mail is not to wait for either.
    job = change_many.configure(lock=f"import {change.company_id % 2}", queueing_lock=f"bulk change {change.pk}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(company_id=change.company_id, change_id=change.pk)
