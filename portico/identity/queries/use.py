"""How much credentials are used."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portico.access import Actor, Permission
from portico.identity.models import CredentialUse

DAYS_SHOWN = 30


def list_uses(actor: Actor, *, kind: str, id: int) -> list[dict[str, Any]]:
    """The last DAYS_SHOWN days on which the key or code (`kind` "key" or "code") came, newest first.

    Rows of `day` (ISO text, UTC) and a number for each outcome.
    """
    actor.require(Permission.ADMINISTRATION)
    since = timezone.now().date() - timedelta(days=DAYS_SHOWN)
    days: dict[str, dict[str, Any]] = {}
    rows = CredentialUse.objects.filter(company_id=actor.company_id, kind=kind, credential_id=id, day__gt=since)
    for row in rows.order_by("-day"):
        none = dict.fromkeys(CredentialUse.Outcome.values, 0)
        days.setdefault(row.day.isoformat(), {"day": row.day.isoformat(), **none})[row.outcome] = row.times
    return list(days.values())
