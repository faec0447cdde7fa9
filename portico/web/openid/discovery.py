"""What a client finds out by itself: addresses, abilities and keys."""

from django.conf import settings
from django.http import HttpResponse

from portico.openid.scopes import SCOPES
from portico.openid.signing import ALGORITHM, public_keys
from portico.web.openid.wire import Request, answer

# The next key is published a day before it signs, so that nobody has to ask more often than hourly.
_KEPT = {"Cache-Control": "public, max-age=3600"}
_PROOFS = ["client_secret_basic", "client_secret_post"]


def configuration(_request: Request) -> HttpResponse:
    """OpenID Connect Discovery 1.0 and RFC 8414 in one."""
    at = settings.PUBLIC_URL
    document = {
        "issuer": at,
        "authorization_endpoint": f"{at}/oauth/authorize",
        "token_endpoint": f"{at}/oauth/token",
        "userinfo_endpoint": f"{at}/oauth/userinfo",
        "jwks_uri": f"{at}/oauth/jwks",
        "revocation_endpoint": f"{at}/oauth/revoke",
        "introspection_endpoint": f"{at}/oauth/introspect",
        "end_session_endpoint": f"{at}/oauth/logout",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": [*_PROOFS, "none"],
        "revocation_endpoint_auth_methods_supported": [*_PROOFS, "none"],
        "introspection_endpoint_auth_methods_supported": _PROOFS,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "at_hash", "name", "given_name",
            "family_name", "locale", "zoneinfo", "email", "email_verified", "company", "role", "tags", "status",
        ],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }  # fmt: skip
    return answer(document, headers=_KEPT)


def jwks(_request: Request) -> HttpResponse:
    return answer({"keys": public_keys()}, headers=_KEPT)
