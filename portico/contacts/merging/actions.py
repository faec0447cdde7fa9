"""Two contacts made one, and two again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.recording import differences
from portico.contacts.merging import rows
from portico.contacts.merging.moving import keep_others, move, put_back
from portico.contacts.merging.references import references
from portico.contacts.merging.rules import checked_choices, merged_values
from portico.contacts.models import Contact, ContactMerge
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import Conflict, Gone, Invalid, NotFound

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge by its id, for undoing it."""

    id: int
    winner_id: int
    loser_id: int


@transaction.atomic
def merge_contacts(actor: Actor, *, winner_id: int, loser_id: int, choices: Mapping[str, str] | None = None) -> Merged:
    """Make two contacts one: the winner keeps its id and gets all that was the loser's, whose row goes.

    `choices` says for fields of rules.CHOOSABLE whether "winner" or "loser" wins; the others follow
    rules.merged_values. Can be undone for KEPT_FOR. Raises NotFound; Invalid; Conflict where one of the two has become
    part of another contact already.
    """
    _require(actor)
    sides = checked_choices(choices or {})
    if winner_id == loser_id:
        raise Invalid.one("loser", "same", "A contact cannot be merged with itself.")
    for one in references():
        keep_others(one, actor.company_id, [winner_id, loser_id])
    both = _locked(actor, winner_id, loser_id)
    winner, loser = both[winner_id], both[loser_id]
    values = merged_values(winner, loser, sides)
    kept = _joined(actor.company_id, winner_id, loser_id, values)
    merge_id = rows.keep(actor.company_id, winner_id, loser_id, kept)
    after = Contact.objects.get(company_id=actor.company_id, pk=winner_id)
    record(actor, "contact.merged", "contact", winner_id, loser=loser_id, merge=merge_id, **differences(winner, after))
    record(actor, "contact.merged_away", "contact", loser_id, winner=winner_id, merge=merge_id)
    return Merged(merge_id, winner_id, loser_id)


def _joined(company_id: int, winner_id: int, loser_id: int, values: Mapping[str, object]) -> str:
    """Write the merge; answers as JSON what it takes to undo it."""
    loser, before = rows.contact(company_id, loser_id), rows.contact(company_id, winner_id)
    tables = ", ".join(f'"{one.table}": {move(one, company_id, loser_id, winner_id)}' for one in references())
    # The loser first: its address may become the winner's.
    Contact.objects.filter(company_id=company_id, pk=loser_id)._raw_delete("default")  # noqa: SLF001 -- nothing refers to it any more
    Contact.objects.filter(company_id=company_id, pk=winner_id).update(**values, updated_at=Now())
    after = rows.contact(company_id, winner_id)
    return f'{{"loser": {loser}, "winner_before": {before}, "winner_after": {after}, "tables": {{{tables}}}}}'


def _locked(actor: Actor, *contact_ids: int) -> dict[int, Contact]:
    """Locked in order of their ids, so that A into B and B into A at once do not wait for each other in a circle.

    Also against whoever adds something to them, which would go with the loser's row.
    """
    found = visible_contacts(actor).filter(pk__in=[id for id in contact_ids if 0 < id < 2**63])
    there = {contact.pk: contact for contact in found.order_by("pk").select_for_update()}
    missing = [id for id in contact_ids if id not in there]
    if missing:
        _refuse_merged(actor, missing)
        raise NotFound("contact")
    return there


def _refuse_merged(actor: Actor, contact_ids: list[int]) -> None:
    merges = ContactMerge.objects.filter(company_id=actor.company_id, loser_id__in=contact_ids, undone_at=None)
    for merge in merges[:1]:
        raise Conflict(f"Contact {merge.loser_id} has become part of contact {merge.winner_id} already.")


@transaction.atomic
def unmerge_contacts(actor: Actor, merge_id: int) -> Merged:
    """Take two contacts apart again: the loser with all that it had, the winner's fields as they were.

    What was changed since the merge stays changed, and what has come since stays the winner's. Raises NotFound; Gone
    when it is too long ago or the person was erased; Conflict where it is undone already, a later merge has to be
    undone first, or another contact has taken the loser's e-mail address.
    """
    _require(actor)
    merge = _locked_merge(actor, merge_id)
    company_id, winner_id, loser_id = actor.company_id, merge.winner_id, merge.loser_id
    before = Contact.objects.get(company_id=company_id, pk=winner_id)
    try:
        with transaction.atomic():
            rows.restore_winner(company_id, merge_id, winner_id)
            rows.restore_loser(company_id, merge_id)
    except IntegrityError:
        raise Conflict("Another contact has taken the e-mail address of one of the two meanwhile.") from None
    for one in references():
        put_back(one, company_id, merge_id, loser_id, winner_id)
    ContactMerge.objects.filter(company_id=company_id, pk=merge_id).update(undone_at=Now(), kept=None)
    after = Contact.objects.get(company_id=company_id, pk=winner_id)
    record(
        actor, "contact.unmerged", "contact", winner_id, loser=loser_id, merge=merge_id, **differences(before, after)
    )
    record(actor, "contact.came_back", "contact", loser_id, winner=winner_id, merge=merge_id)
    return Merged(merge_id, winner_id, loser_id)


def _locked_merge(actor: Actor, merge_id: int) -> ContactMerge:
    """With its winner, which is locked first, as everywhere."""
    merges = ContactMerge.objects.filter(company_id=actor.company_id)
    merge = merges.filter(pk=merge_id).first() if 0 < merge_id < 2**63 else None
    if merge is None:
        raise NotFound("merge")
    _locked(actor, merge.winner_id)
    winner_id = merge.winner_id
    merge = merges.select_for_update().get(pk=merge_id)
    if merge.undone_at is not None:
        raise Conflict("This merge was undone already.")
    later = merges.filter(winner_id=merge.winner_id, pk__gt=merge.pk, undone_at=None).order_by("-pk").first()
    if later is not None or merge.winner_id != winner_id:
        raise Conflict("The same contact was merged again later: undo that first.")
    if merge.kept is None or merge.merged_at < timezone.now() - KEPT_FOR:
        raise Gone("This merge can no longer be undone.")
    return merge


def _require(actor: Actor) -> None:
    """It changes one contact, and takes one away."""
    actor.require(Permission.CONTACTS_WRITE)
    actor.require(Permission.CONTACTS_DELETE)


def forget_merges() -> None:
    """Give up what it takes to undo merges that are too long ago."""
    old = ContactMerge.objects.filter(
        kept__isnull=False, merged_at__lt=timezone.now() - KEPT_FOR
    )  # any company: upkeep
    old.update(kept=None)
