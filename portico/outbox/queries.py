from django.db.models import QuerySet
from django.db.models.functions import Lower

from portico.outbox.models import Mail


def list_mail(*, to: str | None = None, last: int = 20) -> "QuerySet[Mail]":
    """The newest mails, newest first: for the operator at the command line."""
    rows = Mail.objects.order_by("-id")
    if to is not None:
        rows = rows.annotate(lower=Lower("to")).filter(lower=to.lower())
    return rows[:last]
