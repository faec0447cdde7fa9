from typing import Any

from portico.access import Actor
from portico.audit.models import AuditEntry


def record(actor: Actor, action: str, subject: str, subject_id: int | None = None, **details: Any) -> None:
    """Write down that this happened, in the transaction of what happened. `details` are JSON values, never secrets."""
    AuditEntry.objects.create(
        company_id=actor.company_id or None,
        actor=actor.name,
        membership_id=actor.membership_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
        wire=actor.wire,
        request_id=actor.request_id,
        address=actor.address,
        details=details,
    )
