from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from portico.audit.models import NO_CHANGES

# Their own index (contacts, migration 0010) has exactly these: a member may have thousands, of which a few are shown.
_NEWEST = """
SELECT contact_id, found.* FROM unnest(%(contacts)s::bigint[]) AS one (contact_id) CROSS JOIN LATERAL (
    SELECT id, at, action, actor, wire, address FROM audit_entry
    WHERE company_id = %(company)s AND subject = 'contact' AND subject_id = one.contact_id
        AND action IN (%(signed_in)s, %(limited)s)
    ORDER BY id DESC LIMIT %(limit)s
) AS found ORDER BY id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of a contact, or the failure from which on it had to wait (`is_limited`).

    `by` names the code or whatever it came in with, `address` is who asked: for a site, the site's server.
    """

    contact_id: int
    id: int
    at: datetime
    is_limited: bool
    by: str
    wire: str
    address: str


def read_sign_ins(company_id: int, contact_ids: Sequence[int], *, limit: int) -> list[SignIn]:
    """The last sign-ins of these contacts of the company, newest first."""
    signed_in, limited = NO_CHANGES
    values: dict[str, Any] = {
        "company": company_id,
        "contacts": list(contact_ids),
        "signed_in": signed_in,
        "limited": limited,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, values)
        return [
            SignIn(contact_id, id, at, action == limited, by, wire, address)
            for contact_id, id, at, action, by, wire, address in cursor.fetchall()
        ]
