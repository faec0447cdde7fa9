import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor
from portico.audit.actions import record
from portico.contacts.fields import checked_each
from portico.content.actions.media import plain_text, yes_or_no
from portico.content.models import Site
from portico.content.queries.sites import own_site
from portico.errors import Conflict
from portico.identity.models import Membership
from portico.identity.queries.sessions import get_own_membership
from portico.lib.secrets import random_text

LONGEST_TITLE = 120
LONGEST_SLUG = 40
WRITABLE = ("title", "theme", "has_form", "is_published")


def make_site(actor: Actor) -> None:
    """See that the actor has a site, called like its member; made twice at once, one is.

    Raises NotFound for an actor that is no person.
    """
    if own_site(actor).exists():
        return
    membership = get_own_membership(actor)
    name = membership.username or _plain(f"{membership.user.first_name} {membership.user.last_name}") or "rep"
    for slug in (name, f"{name}-{membership.pk}", f"{name}-{random_text(8).lower()}"):
        if _made(actor, membership, slug):
            return
    raise Conflict("No address is free for this site. Try again.")


@transaction.atomic
def _made(actor: Actor, membership: Membership, slug: str) -> bool:
    """Whether the member has a site now."""
    site = Site(company_id=actor.company_id, member=membership, slug=slug)
    Site.objects.bulk_create([site], ignore_conflicts=True)  # of the company's: another's slug, or one made meanwhile
    made = own_site(actor).first()
    if made is not None and made.slug == slug:
        record(actor, "site.made", "site", made.pk, slug=slug)
    return made is not None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_SLUG].strip("-")


def change_site(actor: Actor, fields: Mapping[str, Any]) -> None:
    """Change the actor's own site, made where there is none; `fields` are of WRITABLE. Raises Invalid, NotFound."""
    values = checked_each({name: fields[name] for name in WRITABLE if name in fields}, _CHECKS)
    make_site(actor)
    with transaction.atomic():
        own_site(actor).update(**values, updated_at=Now())
        record(actor, "site.changed", "site", actor.membership_id, fields=sorted(values))


def _theme(value: Any) -> str:
    if value not in Site.Theme.values:
        raise ValueError(f"unknown: This must be one of {', '.join(Site.Theme.values)}.")
    return str(value)


_CHECKS = {"title": plain_text(LONGEST_TITLE), "theme": _theme, "has_form": yes_or_no, "is_published": yes_or_no}
