from typing import Any

from portico.contacts.models import Activity


def note_activity(
    company_id: int, contact_id: int, kind: str, subject: str, subject_id: int | None = None, **details: Any
) -> None:
    """Put this on the contact's timeline, inside the caller's transaction. `kind`, `details`: as in Activity."""
    Activity.objects.create(
        company_id=company_id, contact_id=contact_id, kind=kind, subject=subject, subject_id=subject_id, details=details
    )
