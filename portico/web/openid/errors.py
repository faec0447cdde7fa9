"""How the endpoints say no: a JSON object with `error` (RFC 6749, 5.2), and for tokens in a header (RFC 6750, 3)."""

from typing import Any

import orjson
from django.http import HttpResponse

from portico.errors import Busy, Conflict, Denied, Gone, Invalid, NotFound, NotSignedIn, Refusal, TooMany
from portico.http.boundary import Answers
from portico.openid.errors import BadGrant, BadScope, BadToken, NotGranted, UnknownClient


class UnknownGrantType(Invalid):
    """We have codes and refresh tokens, nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.args = ("Say grant_type=authorization_code or grant_type=refresh_token.",)


class WrongMethod(NotFound):
    """The path is there, for other methods."""

    def __init__(self, allowed: list[str]) -> None:
        super().__init__("operation at this path with this method")
        self.allowed = allowed


def refused(status: int, error: str, no: Refusal | str, *, headers: dict[str, str] | None = None) -> HttpResponse:
    body: dict[str, Any] = {"error": error, "error_description": str(no).replace('"', "'").replace("\\", "/")}
    every = {"Cache-Control": "no-store", "Pragma": "no-cache", **(headers or {})}
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json", headers=every)


def _later(no: TooMany | Busy, status: int) -> HttpResponse:
    return refused(status, "temporarily_unavailable", no, headers={"Retry-After": str(no.retry_after)})


def _bearer(status: int, error: str, no: Refusal) -> HttpResponse:
    said = f'Bearer error="{error}", error_description="{no}"' if error else "Bearer"
    return refused(status, error or "invalid_token", no, headers={"WWW-Authenticate": said})


ANSWERS: Answers = {
    NotFound: lambda no: refused(404, "not_found", no),
    Denied: lambda no: refused(403, "access_denied", no),
    NotSignedIn: lambda no: _bearer(401, "", no),
    Invalid: lambda no: refused(400, "invalid_request", no),
    Conflict: lambda no: refused(400, "invalid_request", no),
    Gone: lambda no: refused(400, "invalid_grant", no),
    TooMany: lambda no: _later(no, 429),
    Busy: lambda no: _later(no, 503),
    # The protocol's own shades of the above.
    UnknownClient: lambda no: refused(401, "invalid_client", no, headers={"WWW-Authenticate": 'Basic realm="clients"'}),
    BadGrant: lambda no: refused(400, "invalid_grant", no),
    BadScope: lambda no: refused(400, "invalid_scope", no),
    BadToken: lambda no: _bearer(401, "invalid_token", no),
    NotGranted: lambda no: _bearer(403, "insufficient_scope", no),
    UnknownGrantType: lambda no: refused(400, "unsupported_grant_type", no),
    WrongMethod: lambda no: refused(405, "invalid_request", no, headers={"Allow": ", ".join(no.allowed)}),
}


def too_large() -> HttpResponse:
    return refused(413, "invalid_request", "The body is too large.")


def bug(request_id: str) -> HttpResponse:
    return refused(500, "server_error", f"Something went wrong here. Name {request_id} when you report it.")
