"""How our own API says no: problem documents (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse

from portico.errors import Busy, Conflict, Denied, Gone, Invalid, NotFound, NotSignedIn, TooMany
from portico.http.boundary import Answers, current_request_id


class BrokenBody(Invalid):
    """The body cannot be read at all."""

    def __init__(self) -> None:
        super().__init__()
        self.args = ("The body must be one JSON object.",)


class BrokenForm(Invalid):
    """No multipart form, or one that breaks off."""

    def __init__(self) -> None:
        super().__init__()
        self.args = ("The body is no multipart form, or it breaks off.",)


class WrongMethod(NotFound):
    """The path is there, for other methods."""

    def __init__(self, allowed: list[str]) -> None:
        super().__init__("operation at this path with this method")
        self.allowed = allowed


def problem(status: int, name: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    """`type` is a name that stays; `title` is the status's own, as the RFC wants it; `request_id` is ours."""
    body = {
        "type": f"urn:portico:problem:{name}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
        "request_id": current_request_id.get(),
    }
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/problem+json", headers=headers)


def _invalid(no: Invalid) -> HttpResponse:
    errors = [{"field": one.field, "rule": one.rule, "detail": one.text} for one in no.problems]
    return problem(422, "invalid", str(no), errors=errors)


def _later(no: TooMany | Busy, status: int, name: str) -> HttpResponse:
    return problem(status, name, str(no), headers={"Retry-After": str(no.retry_after)})


ANSWERS: Answers = {
    NotFound: lambda no: problem(404, "not-found", str(no)),
    Denied: lambda no: problem(403, "denied", str(no)),
    NotSignedIn: lambda no: problem(401, "not-signed-in", str(no), headers={"WWW-Authenticate": "Bearer"}),
    Invalid: _invalid,
    Conflict: lambda no: problem(409, "conflict", str(no)),
    Gone: lambda no: problem(410, "gone", str(no)),
    TooMany: lambda no: _later(no, 429, "too-many"),
    Busy: lambda no: _later(no, 503, "busy"),
    # This wire's own shades of the above.
    BrokenBody: lambda no: problem(400, "unreadable", str(no)),
    BrokenForm: lambda no: problem(400, "unreadable", str(no)),
    WrongMethod: lambda no: problem(405, "wrong-method", str(no), headers={"Allow": ", ".join(no.allowed)}),
}


def too_large() -> HttpResponse:
    return problem(413, "too-large", "The body is too large.")


def bug(request_id: str) -> HttpResponse:
    return problem(500, "bug", f"Something went wrong here. Name {request_id} when you report it.")
