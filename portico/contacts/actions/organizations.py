"""Organizations themselves: made, changed, deleted. Who works there is in working.py."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import begin_owning
from portico.contacts.actions.seeing import Seen
from portico.contacts.actions.working import attach_organizations, promote_others
from portico.contacts.fields import checked_custom
from portico.contacts.models import Contact, Organization
from portico.contacts.organization_fields import checked_organization
from portico.contacts.queries.organizations import read_back_organization
from portico.errors import Denied, Invalid, NotFound, Outdated
from portico.lib.fingerprint import fingerprint
from portico.lib.statements import Shape

TAKEN = "Another organization of this company has this name already."


@dataclass(frozen=True, slots=True)
class Made:
    """A new organization and its document."""

    id: int
    document: str


def add_organization(
    actor: Actor,
    fields: Mapping[str, Any],
    shape: Shape,
    *,
    custom_values: Mapping[str, Any] | None = None,
    contact_id: int | None = None,
) -> Made:
    """A new organization, and a contact that works there; an unknown contact is left out.

    `fields` are names of organization_fields.WRITABLE. Raises Invalid; with rule "unique" for a name that another has,
    whatever its case.
    """
    actor.require(Permission.TAGS_WRITE)
    values = checked_organization({"name": None, **fields})
    custom = _kept(checked_custom(custom_values or {}))
    with refusals(), transaction.atomic():
        if values.get("owner_id"):
            begin_owning(actor)
        made = Organization.objects.create(company_id=actor.company_id, custom_values=custom, **values)
        record(actor, "organization.added", "organization", made.pk, name=made.name)
        if contact_id is not None:
            attach_organizations(actor, [contact_id], [made.pk])
        return Made(made.pk, read_back_organization(actor, shape, made.pk))


def change_organization(
    actor: Actor,
    organization_id: int,
    fields: Mapping[str, Any],
    shape: Shape,
    *,
    custom_values: Mapping[str, Any] | None = None,
    seen: Seen | None = None,
) -> str:
    """Change an organization and answer its document; custom values are merged, "" and None take one away.

    Raises NotFound and Invalid; with `seen`, Outdated where it is no longer like that.
    """
    actor.require(Permission.TAGS_WRITE)
    values, custom = checked_organization(fields), checked_custom(custom_values or {})
    with refusals(), transaction.atomic():
        if values.get("owner_id"):
            begin_owning(actor)
        rows = Organization.objects.filter(company_id=actor.company_id, pk=min(organization_id, 2**63 - 1))
        organization = rows.select_for_update(no_key=True).first()
        if organization is None:
            raise NotFound("organization")
        if seen:
            _require_seen(actor, organization.pk, seen)
        if custom:
            values["custom_values"] = _kept({**organization.custom_values, **custom})
        _apply(actor, organization, values)
        return read_back_organization(actor, shape, organization.pk)


def _require_seen(actor: Actor, organization_id: int, seen: Seen) -> None:
    now = read_back_organization(actor, seen.shape, organization_id)
    if fingerprint(now.encode()) != seen.fingerprint:
        raise Outdated


def _apply(actor: Actor, organization: Organization, new: Mapping[str, Any]) -> None:
    before = {name: getattr(organization, name) for name, value in new.items() if getattr(organization, name) != value}
    if not before:
        return
    for name in before:
        setattr(organization, name, new[name])
    organization.updated_at = Now()
    organization.save(update_fields=[*before, "updated_at"])
    record(
        actor,
        "organization.changed",
        "organization",
        organization.pk,
        before={name: _plain(value) for name, value in before.items()},
        after={name: _plain(new[name]) for name in before},
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _kept(custom: Mapping[str, Any]) -> dict[str, Any]:
    return {slug: value for slug, value in custom.items() if value not in ("", None)}


@transaction.atomic
def delete_organizations(actor: Actor, organization_ids: Sequence[int]) -> list[int]:
    """Delete these organizations with their notes, also from the contacts that work there; answers those there were.

    Two permissions lead here, because the wire that has them asks for less when it deletes many.
    """
    if not (actor.may(Permission.TAGS_DELETE) or actor.may(Permission.TAGS_WRITE)):
        raise Denied
    wanted = [id for id in organization_ids if 0 < id < 2**63]
    rows = Organization.objects.filter(company_id=actor.company_id, pk__in=wanted).order_by("pk")
    ids = list(rows.select_for_update().values_list("pk", flat=True))
    # Nobody can begin to work there now; those who do are locked in order before they are changed.
    people = Contact.objects.filter(company_id=actor.company_id, organization_id__in=ids).order_by("pk")
    promote_others(actor, list(people.select_for_update(no_key=True).values_list("pk", flat=True)), ids)
    # The rest goes by the tables' own references; Django's collector would read it all first.
    Organization.objects.filter(company_id=actor.company_id, pk__in=ids)._raw_delete("default")  # noqa: SLF001 -- see above
    if ids:
        record(actor, "organization.deleted", "organization", ids[0] if len(ids) == 1 else None, organizations=ids)
    return ids


@contextmanager
def refusals() -> Iterator[None]:
    """Constraints of the organization table as refusals."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name == "organization_name":
            raise Invalid.one("name", "unique", TAKEN) from None
        if name == "organization_owner_same_company":
            raise Invalid.one("owner", "exists", "There is no such contact in the company.") from None
        raise
