"""Tokens for a client: for a code, or for a refresh token. Each of both is good for one next step and no second one."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from portico.access import Actor
from portico.lib.secrets import derived_secret, is_well_formed, new_secret, random_text
from portico.openid.actions.ending import end_grant, end_reused_grant
from portico.openid.errors import BadGrant, BadScope
from portico.openid.models import Client, Grant, RefreshToken
from portico.openid.people import MOST_TAGS, authentication_claims, company_claims, personal_claims
from portico.openid.queries.grants import (
    CODE_PREFIX,
    IDLE,
    REFRESH_PREFIX,
    LiveGrant,
    code_digest,
    find_live_grant,
    refresh_digest,
)
from portico.openid.scopes import OFFLINE
from portico.openid.signing import ACCESS, ID, TOKENS_LIVE, signed

GRACE = timedelta(seconds=10)  # in which a client that asks several times at once, or lost an answer, gets the same
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.1


@dataclass(frozen=True, slots=True)
class Tokens:
    access_token: str
    id_token: str
    refresh_token: str | None
    scopes: tuple[str, ...]

    @property
    def expires_in(self) -> int:
        return int(TOKENS_LIVE.total_seconds())


def challenge_of(verifier: str) -> str:
    """PKCE's S256 (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


def redeem_code(actor: Actor, client: Client, *, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """Tokens for a code of this client, with the address that it was sent to and the verifier of its challenge.

    Raises BadGrant. A code that comes a second time ends all that the first time gave (RFC 6749, 4.1.2).
    """
    if not is_well_formed(code, CODE_PREFIX) or _VERIFIER.fullmatch(verifier) is None:
        raise BadGrant
    rows = Grant.objects.filter(company_id=client.company_id, client=client, code_digest=code_digest(code))
    with transaction.atomic():
        # Used by the one statement that finds it unused: of two at once, the second finds it used.
        is_first = rows.filter(
            code_used_at=None,
            code_expires_at__gt=Now(),
            redirect_uri=redirect_uri,
            code_challenge=challenge_of(verifier),
        ).update(code_used_at=Now())
        if is_first:
            live = find_live_grant(client, rows.values_list("pk", flat=True).get())
            if live is not None:
                return _tokens(live, live.grant.scopes, _first_refresh_token(live.grant), is_fresh=True)
        else:
            end_grant(actor, rows.filter(code_used_at__isnull=False), reason="code reused")
    raise BadGrant


def _first_refresh_token(grant: Grant) -> str | None:
    if OFFLINE not in grant.scopes:
        return None
    token = new_secret(REFRESH_PREFIX)
    RefreshToken.objects.create(company_id=grant.company_id, grant=grant, digest=refresh_digest(token))
    return token


def refresh_tokens(actor: Actor, client: Client, *, token: str, scopes: list[str] | None = None) -> Tokens:
    """Tokens for a refresh token of this client, with its successor; `scopes` narrow what the access token is for.

    Asked again within GRACE, answers the same successor. Later than that somebody has stolen one of the two: the whole
    family ends, the person is told by mail. Raises BadGrant, BadScope.
    """
    if not is_well_formed(token, REFRESH_PREFIX):
        raise BadGrant
    with transaction.atomic():
        answer = _refreshed(actor, client, token, scopes)
    if answer is None:
        raise BadGrant
    return answer


def _refreshed(actor: Actor, client: Client, token: str, scopes: list[str] | None) -> Tokens | None:
    rows = RefreshToken.objects.filter(company_id=client.company_id, grant__client=client, digest=refresh_digest(token))
    row = rows.select_related("grant").first()
    live = _locked(client, row) if row else None
    if row is None or live is None:
        return None
    if scopes is not None and not set(scopes) <= set(live.grant.scopes):
        raise BadScope
    # The first use of all says when the grace begins; whoever comes at the same time waits for its row and reads that.
    RefreshToken.objects.filter(company_id=row.company_id, pk=row.pk).update(used_at=Coalesce(F("used_at"), Now()))
    row.refresh_from_db(fields=["used_at"])
    now = timezone.now()
    if row.used_at is not None and row.used_at < now - GRACE:
        end_reused_grant(actor, live)
        return None
    if row.created_at < now - IDLE:
        return None
    return _tokens(live, scopes or live.grant.scopes, _successor(row, token), is_fresh=False)


def _locked(client: Client, row: RefreshToken) -> LiveGrant | None:
    """The token's grant, which nobody deletes until the transaction ends."""
    rows = Grant.objects.select_for_update(no_key=True).filter(company_id=row.company_id, pk=row.grant_id)
    return find_live_grant(client, row.grant_id) if rows.exists() else None


def _successor(row: RefreshToken, token: str) -> str:
    """It follows from the token, so that all who ask at once get the same and nobody has to keep it."""
    following = derived_secret(REFRESH_PREFIX, token, "refresh token after")
    RefreshToken.objects.bulk_create(
        [RefreshToken(company_id=row.company_id, grant_id=row.grant_id, digest=refresh_digest(following))],
        ignore_conflicts=True,
    )
    return following


def _tokens(live: LiveGrant, scopes: list[str], refresh_token: str | None, *, is_fresh: bool) -> Tokens:
    grant, person = live.grant, live.person
    company = company_claims(person, grant.company.slug, scopes, most=MOST_TAGS)
    common = {"iss": settings.PUBLIC_URL, "sub": person.subject, "aud": grant.client.client_id, **company}
    access = signed(
        {
            **common,
            "client_id": grant.client.client_id,
            "scope": " ".join(scopes),
            "grant": grant.pk,
            "jti": random_text(20),
        },
        ACCESS,
    )
    identity: dict[str, Any] = {
        **common,
        **authentication_claims(grant.methods, grant.signed_in_at),
        **personal_claims(person, scopes, grant.methods),
        "at_hash": _half_hash(access),
    }
    if is_fresh and grant.nonce is not None:
        identity["nonce"] = grant.nonce  # OpenID Connect Core 12.2: not in those of a refresh
    return Tokens(access, signed(identity, ID), refresh_token, tuple(scopes))


def _half_hash(token: str) -> str:
    """OpenID Connect Core 3.1.3.6."""
    half = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).decode().rstrip("=")
