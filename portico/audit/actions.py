import json
from functools import cache
from typing import Any

from django.db.models import TextField

from portico.access import Actor
from portico.lib.statements import Later, Statement


def record(actor: Actor, action: str, subject: str, subject_id: int | None = None, **details: Any) -> None:
    """Write down that this happened, in the transaction of what happened. `details` are JSON values, never secrets."""
    values = dict(zip(ENTRY, entry_values(actor, action, subject), strict=True))
    _statement().fetch({**values, "subject_id": subject_id, "details": json.dumps(details)})


@cache
def _statement() -> Statement:
    columns = (*ENTRY, "subject_id", "details")
    # Nearly every action ends here, and the ORM's way costs as much as a whole look-up.
    sql = f"INSERT INTO audit_entry ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id"  # noqa: S608 -- our own names
    return Statement(sql, [Later(name, TextField()) for name in columns])


# For actions whose one statement writes its own entry: the columns, and what fills them beside subject_id and details.
ENTRY = ("company_id", "actor", "membership_id", "action", "subject", "wire", "request_id", "address")


def entry_values(actor: Actor, action: str, subject: str) -> tuple[str | int | None, ...]:
    """The values for ENTRY."""
    who = (actor.company_id or None, actor.name, actor.membership_id)
    return (*who, action, subject, actor.wire, actor.request_id, actor.address)
