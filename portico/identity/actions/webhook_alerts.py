"""Mail to the administrators of a company whose webhook endpoint was disabled."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portico.access import Role, operator
from portico.companies.languages import writing_to
from portico.companies.models import Company
from portico.identity.queries.people import list_users_by_role
from portico.lib.figures import moment
from portico.outbox.actions import send_mail
from portico.outbox.webhooks.actions import claim_untold


@transaction.atomic
def tell_of_disabled_endpoints() -> int:
    """One mail to each administrator for each endpoint that was given up; answers how many endpoints those are."""
    disabled = claim_untold()
    companies = Company.objects.in_bulk({company_id for company_id, _url, _since in disabled})
    for company_id, url, since in disabled:
        for user in list_users_by_role(operator(company_id, wire="job"), [Role.ADMIN]):
            with writing_to(user.language, companies[company_id]):
                subject, text = _letter(url, since)
            send_mail(to=user.email, subject=subject, text=text, company_id=company_id)
    return len(disabled)


def _letter(url: str, since: datetime) -> tuple[str, str]:
    text = _(
        "The webhook endpoint %(url)s takes nothing any more: it has failed since %(since)s UTC, or said that it is"
        " gone. It was disabled, and is not told what happens from now on.\n\nWhen it works again: open it under"
        " Settings, Webhooks and enable it, or run portico webhook enable, then portico webhook replay --failed.\n"
    )
    return _("A webhook endpoint was disabled"), text % {"url": url, "since": moment(since)}
