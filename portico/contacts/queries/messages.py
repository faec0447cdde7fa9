from django.db.models import QuerySet

from portico.contacts.models import Activity
from portico.lib.statements import later_number


def messages_beside_shares() -> "QuerySet[Activity]":
    """Lines of contacts' timelines: what visitors wrote when they left their address on a share's page.

    For a compiled statement, which is given "company". `subject_id` is the share.
    """
    return Activity.objects.filter(
        company_id=later_number("company"), kind="lead.captured", subject="share", details__has_key="message"
    )
