"""What is told of a token to whoever may ask."""

from typing import Any

from django.db.models.functions import Now

from portico.lib.secrets import is_well_formed
from portico.openid.errors import BadToken, NotGranted
from portico.openid.models import Client, RefreshToken
from portico.openid.people import company_claims, personal_claims
from portico.openid.queries.grants import (
    IDLE,
    REFRESH_PREFIX,
    find_live_grant,
    find_live_grant_of,
    refresh_digest,
)
from portico.openid.scopes import OPENID
from portico.openid.signing import ACCESS, checked


def userinfo(token: str) -> dict[str, Any]:
    """What this access token lets its bearer know of its person, as it is now. Raises BadToken, NotGranted."""
    claims = checked(token, ACCESS)
    live = find_live_grant_of(claims["company"], claims["client_id"], claims["grant"])
    if live is None:
        raise BadToken
    scopes = claims["scope"].split()
    if OPENID not in scopes:
        raise NotGranted
    person = live.person
    told = personal_claims(person, scopes, live.grant.methods) | company_claims(person, claims["company"], scopes)
    return {"sub": person.subject, **told}


def introspection(client: Client, token: str) -> dict[str, Any]:
    """What RFC 7662 wants told of one of the client's own tokens; of any other only that it is not active."""
    if is_well_formed(token, REFRESH_PREFIX):
        return _introspected_refresh(client, token)
    try:
        claims = checked(token, ACCESS)
    except BadToken:
        return {"active": False}
    if claims["client_id"] != client.client_id or find_live_grant(client, claims["grant"]) is None:
        return {"active": False}
    return {"active": True, "token_type": "Bearer", **{name: claims[name] for name in claims if name != "grant"}}


def _introspected_refresh(client: Client, token: str) -> dict[str, Any]:
    rows = RefreshToken.objects.filter(company_id=client.company_id, digest=refresh_digest(token), used_at=None)
    row = rows.filter(created_at__gt=Now() - IDLE).first()
    live = find_live_grant(client, row.grant_id) if row else None
    if live is None:
        return {"active": False}
    grant = live.grant
    end = int(grant.expires_at.timestamp())
    return {
        "active": True,
        "scope": " ".join(grant.scopes),
        "client_id": client.client_id,
        "sub": live.person.subject,
        "exp": end,
    }
