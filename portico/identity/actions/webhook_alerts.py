"""Mail to the administrators of a company whose webhook endpoint was disabled."""

from django.db import transaction

from portico.access import Role, operator
from portico.identity.queries.people import list_users_by_role
from portico.outbox.actions import send_mail
from portico.outbox.webhooks.actions import claim_untold


@transaction.atomic
def tell_of_disabled_endpoints() -> int:
    """One mail to each administrator for each endpoint that was given up; answers how many endpoints those are."""
    disabled = claim_untold()
    for company_id, url, since in disabled:
        text = (
            f"The webhook endpoint {url} takes nothing any more: it has failed since {since:%Y-%m-%d %H:%M} UTC, or"
            " said that it is gone. It was disabled, and is not told what happens from now on.\n\nWhen it works again:"
            " portico webhook enable, then portico webhook replay --failed.\n"
        )
        for user in list_users_by_role(operator(company_id, wire="job"), [Role.ADMIN]):
            send_mail(to=user.email, subject="A webhook endpoint was disabled", text=text, company_id=company_id)
    return len(disabled)
