from datetime import timedelta

from django.db.models import Exists, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

from portico.outbox.models import Mail


def list_mail(*, to: str | None = None, last: int = 20) -> "QuerySet[Mail]":
    """The newest mails, newest first: for the operator at the command line."""
    rows = Mail.objects.order_by("-id")
    if to is not None:
        rows = rows.annotate(lower=Lower("to")).filter(lower=to.lower())
    return rows[:last]


def list_company_mail(company_id: int, *, to: str) -> "QuerySet[Mail]":
    """What this company has sent, or is to send, to an address, ignoring case; oldest first."""
    rows = Mail.objects.filter(company_id=company_id).annotate(lower=Lower("to"))
    return rows.filter(lower=Lower(Value(to))).order_by("id")


def list_latest_company_mail(company_id: int, *, last: int) -> "QuerySet[Mail]":
    """The newest mails of a company, newest first."""
    return Mail.objects.filter(company_id=company_id).order_by("-id")[:last]


_SILENT = timedelta(seconds=15)


def has_live_worker() -> Exists:
    """Whether any job worker has been heard of in the last seconds: without one nothing leaves."""
    return Exists(ProcrastinateWorker.objects.filter(last_heartbeat__gt=timezone.now() - _SILENT))
