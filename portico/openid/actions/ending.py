"""Grants ended before their time: by the client, by a code or token that came twice."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portico.access import Actor
from portico.audit.actions import record
from portico.companies.languages import writing_to
from portico.lib.secrets import is_well_formed
from portico.openid.errors import BadToken
from portico.openid.models import Client, Grant, RefreshToken
from portico.openid.queries.grants import REFRESH_PREFIX, LiveGrant, refresh_digest
from portico.openid.signing import ACCESS, checked
from portico.outbox.actions import send_mail


def end_grant(actor: Actor, rows: "QuerySet[Grant]", *, reason: str) -> bool:
    """End the grant in these rows, if it has not ended, inside the caller's transaction; answers whether it did."""
    grant = rows.select_related("client").first()
    if grant is None:
        return False
    still = Grant.objects.filter(company_id=grant.company_id, pk=grant.pk, ended_at=None)
    if not still.update(ended_at=Now(), end_reason=reason):
        return False
    by = Actor(
        grant.company_id, f"client {grant.client.name}", "openid", frozenset(),
        request_id=actor.request_id, address=actor.address,
    )  # fmt: skip
    about: tuple[str, int] = ("contact", grant.contact_id) if grant.contact_id else ("client", grant.client_id)
    record(by, "client.grant_ended", *about, client=grant.client.name, reason=reason)
    return True


def end_reused_grant(actor: Actor, live: LiveGrant) -> None:
    """A refresh token came again after its time: end the family, and tell its person. Inside a transaction."""
    rows = Grant.objects.filter(company_id=live.grant.company_id, pk=live.grant.pk)
    if end_grant(actor, rows, reason="refresh token reused") and live.person.email:
        _tell_person(live)


def _tell_person(live: LiveGrant) -> None:
    grant = live.grant
    company, client = (" ".join(name.split()) for name in (grant.company.name, grant.client.name))
    values = {"client": client, "company": company}
    with writing_to(grant.membership.user.language if grant.membership else "", grant.company):
        send_mail(
            to=live.person.email,
            sender_name=company,
            subject=_("Signed out of %(client)s") % values,
            text=_(
                "You had signed in to %(client)s with your account at %(company)s. A credential of that sign-in, which"
                " is good for one use, has just been used a second time. Either %(client)s made a mistake, or somebody"
                " has a copy of it.\n\nTo be on the safe side that sign-in has been ended. Nothing else has changed:"
                " sign in to %(client)s again when you need it. If this happens more than once, tell %(company)s.\n"
            )
            % values,
            company_id=grant.company_id,
        )


@transaction.atomic
def revoke_token(actor: Actor, client: Client, token: str) -> None:
    """End the grant of this token, refresh or access, if it is the client's own; otherwise nothing happens."""
    rows = _grants_of(client, token)
    if rows is not None:
        end_grant(actor, rows, reason="revoked by the client")


def _grants_of(client: Client, token: str) -> "QuerySet[Grant] | None":
    own = Grant.objects.filter(company_id=client.company_id, client=client)
    if is_well_formed(token, REFRESH_PREFIX):
        found = RefreshToken.objects.filter(company_id=client.company_id, digest=refresh_digest(token))
        return own.filter(pk__in=found.values("grant_id"))
    try:
        claims: dict[str, Any] = checked(token, ACCESS)
    except BadToken:
        return None
    return own.filter(pk=claims["grant"]) if claims["client_id"] == client.client_id else None
