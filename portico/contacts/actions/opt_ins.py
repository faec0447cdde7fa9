from collections.abc import Sequence

from django.db import connection, transaction

from portico.access import Actor, Permission
from portico.contacts.actions.locking import locked
from portico.contacts.actions.recording import record_of_contacts
from portico.contacts.models import Consent, Contact

SECONDS_BETWEEN = 150  # between two requests for one contact that both count (FluentCRM wire notes 8.8)
_KEEP = """
INSERT INTO opt_in_request AS kept (company_id, contact_id, requested_by_id)
SELECT %s, contact, %s FROM unnest(%s::bigint[]) AS contact ORDER BY contact
ON CONFLICT (company_id, contact_id) DO UPDATE
SET requested_at = excluded.requested_at, requested_by_id = excluded.requested_by_id
WHERE kept.requested_at <= excluded.requested_at - make_interval(secs => %s)
RETURNING contact_id
"""


@transaction.atomic
def request_opt_in(actor: Actor, contact_ids: Sequence[int]) -> list[int]:
    """Keep for whoever sends mails that these contacts are to be asked for their consent; answers those that exist.

    A contact for which that was said less than SECONDS_BETWEEN ago is answered too, and nothing is written.
    """
    actor.require(Permission.CONTACTS_WRITE)
    ids = locked(actor, contact_ids)
    keep_opt_in_requests(actor, ids)
    return ids


@transaction.atomic
def request_opt_in_of_pending(actor: Actor, contact_ids: Sequence[int]) -> list[int]:
    """The same for those of these contacts whose consent is pending."""
    actor.require(Permission.CONTACTS_WRITE)
    rows = Contact.objects.filter(company_id=actor.company_id, pk__in=locked(actor, contact_ids))
    ids = list(rows.filter(consent=Consent.PENDING).order_by("pk").values_list("pk", flat=True))
    keep_opt_in_requests(actor, ids)
    return ids


def keep_opt_in_requests(actor: Actor, ids: Sequence[int]) -> None:
    """For contacts that the caller has locked or just made, inside its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [actor.company_id, actor.membership_id, list(ids), SECONDS_BETWEEN])
        kept = sorted(row[0] for row in cursor.fetchall())
    if kept:
        record_of_contacts(actor, "contact.opt_in_requested", {id: {} for id in kept})
