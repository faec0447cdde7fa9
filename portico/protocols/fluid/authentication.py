"""Signing in: passcode and magic link, the user behind a JWT, companies by shop, switching between them."""

import json

from django.http import HttpResponse

from portico.access import Role
from portico.companies.models import Company
from portico.errors import NotFound
from portico.identity.actions.sessions import NewSession, switch_company
from portico.identity.actions.signing_in import (
    confirm_passcode,
    redeem_exchange_token,
    resend_passcode,
    send_passcode,
)
from portico.identity.models import Challenge, Membership
from portico.identity.queries.sessions import get_own_membership
from portico.protocols.fluid.auth import jwt_session
from portico.protocols.fluid.errors import BadCredential
from portico.protocols.fluid.shops import get_shop, named_company, shop_host
from portico.protocols.fluid.tokens import jwt_for
from portico.protocols.fluid.wire import Request, instant, keyed


def send_mfa(request: Request) -> HttpResponse:
    challenge = send_passcode(request.actor, email=request.text("email"), company=named_company(request))
    return keyed(_as_mfa(challenge), status=201)


def magic_link(request: Request) -> HttpResponse:
    """Not documented upstream: as send_mfa, with the address that the mailed link is to lead to."""
    challenge = send_passcode(
        request.actor,
        email=request.text("email"),
        company=named_company(request),
        redirect_url=request.optional("redirect_url") or request.optional("redirect_path") or None,
    )
    return keyed(_as_mfa(challenge), status=201)


def resend_mfa(request: Request) -> HttpResponse:
    return keyed(_as_mfa(resend_passcode(request.actor, public_id=request.text("uuid"))), status=201)


def _as_mfa(challenge: Challenge) -> dict[str, object]:
    return {
        "multi_factor_authentication": {
            "uuid": challenge.public_id,
            "authenticated": False,
            # An older page shows the address itself here; who asks must not learn more than he said.
            "verification_channel": "email",
            "verification_code_expires_at": instant(challenge.expires_at),
        }
    }


def confirm_mfa(request: Request) -> HttpResponse:
    code = request.inside("multi_factor_authentication", "verification_code")
    return _signed_in(confirm_passcode(request.actor, public_id=request.text("uuid"), code=code))


def confirm_magic_link(request: Request) -> HttpResponse:
    return _signed_in(redeem_exchange_token(request.actor, request.text("token")))


def _signed_in(sessions: list[NewSession]) -> HttpResponse:
    is_rep = any(session.membership.role == Role.REP for session in sessions)
    return keyed(
        {
            "authenticated": True,
            "auth_type": "rep" if is_rep else "user",
            "companies": [_as_signed_in_company(session) for session in sessions],
        }
    )


def _as_signed_in_company(session: NewSession) -> dict[str, object]:
    company = session.membership.company
    return {
        "id": company.pk,
        "name": company.name,
        "shop_name": shop_host(company),
        "logo_url": company.logo_url,
        "jwt": jwt_for(session.facts),
        "primary_domain_hostname": company.domain or shop_host(company),
        # rep, customer or null, says the later file.
        "auth_type": "rep" if session.membership.role == Role.REP else None,
    }


def me(request: Request) -> HttpResponse:
    try:
        session = jwt_session(request)
    except BadCredential:
        # Here a JWT that leads to nobody is "not found", not "unauthorized" (reference 4.3).
        raise NotFound("user") from None
    membership = get_own_membership(session.actor)
    return keyed({"user": _as_user(membership), "user_company": _as_user_company(membership)})


def _as_user(membership: Membership) -> dict[str, object]:
    user = membership.user
    return {
        "id": user.pk,
        "first_name": user.first_name or None,
        "last_name": user.last_name or None,
        "email": user.email,
        "avatar_url": user.image_url,
        "root_admin": user.is_operator,
    }


def _as_user_company(membership: Membership) -> dict[str, object]:
    company = membership.company
    return {
        "id": membership.pk,
        "company_id": company.pk,
        "company_name": company.name,
        # A text that holds a JSON array: the Rep page's form; the later file has a real array (reference 9).
        "roles": json.dumps([membership.role]),
        "user_type": membership.role,
        "logo_url": company.logo_url,
        "icon_url": company.icon_url,
        "fluid_shop": shop_host(company),
        "company_colors": {"primary_color": company.color, "secondary_color": company.secondary_color},
    }


def show_company(_request: Request, fluid_shop: str) -> HttpResponse:
    return keyed({"company": _as_company(get_shop(fluid_shop))})


def _as_company(company: Company) -> dict[str, object]:
    return {
        "name": company.name,
        "logo_url": company.logo_url,
        "color": company.color,
        "fluid_shop": shop_host(company),
        "primary_domain_hostname": company.domain or shop_host(company),
        "support_email": None,
    }


def switch(request: Request, company_id: int) -> HttpResponse:
    session = switch_company(request.actor, company_id=company_id)
    company = session.membership.company
    answer = {
        "id": company.pk,
        "name": company.name,
        "fluid_shop": shop_host(company),
        "logo_url": company.logo_url,
        "jwt": jwt_for(session.facts),
        "redirect_path": company.redirect_path,
    }
    return keyed({"company": answer})
