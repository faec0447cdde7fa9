"""How this wire says no (reference 1.7): a bearer's 401 is a bare message, all else the envelope of three keys."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from django.http import HttpResponse

from portico.errors import (
    Busy,
    Conflict,
    Denied,
    Gone,
    Invalid,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
)
from portico.http.boundary import Answers, current_request_id

# Our names of fields to theirs, where they differ.
THEIR_NAMES = {
    "address_line_1": "address",
    "address_line_2": "address2",
    "country": "country_code",
    "avatar": "avatar_url",
    "stage": "status",
    "is_private": "visibility",
    "has_form": "lead_capture",
    "medium_id": "relateable_id",
    "items": "library_items",
    "is_published": "published",
    "custom_values": "metadata",
    "due_on": "due_date",
    "uid": "device_uid",
    "kind": "device_type",
    "token": "push_token",
    "project": "project_id",
    "bundle": "bundle_id",
    "product": "product_id",
}


class BadCredential(NotSignedIn):
    """A credential that came as a parameter was refused: answered in the envelope, not as a bearer's 401."""

    sentence = "This credential is not valid."


class BrokenBody(Invalid):
    """The body, or the query, cannot be read at all."""

    def __init__(self) -> None:
        super().__init__()
        self.args = ("The body must be one JSON object.",)


class WrongMethod(NotFound):
    """The path is there, for other methods."""

    def __init__(self, allowed: list[str]) -> None:
        super().__init__("operation at this path with this method")
        self.allowed = allowed


def envelope(status: int, message: str, errors: Any = None, **headers: str) -> HttpResponse:
    """error_message, errors and meta, all three always present."""
    timestamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {
        "error_message": message,
        "errors": errors,
        "meta": {"request_id": current_request_id.get(), "timestamp": timestamp},
    }
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json", headers=headers)


def _bare_401(no: Refusal) -> HttpResponse:
    body = orjson.dumps({"message": str(no)})
    return HttpResponse(body, status=401, content_type="application/json", headers={"WWW-Authenticate": "Bearer"})


def _invalid(no: Invalid) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for problem in no.problems:
        errors.setdefault(THEIR_NAMES.get(problem.field, problem.field), []).append(problem.text)
    return envelope(422, str(no), errors)


def _later(status: int) -> Callable[[Any], HttpResponse]:
    return lambda no: envelope(status, str(no), **{"Retry-After": str(no.retry_after)})


def _wrong_method(no: WrongMethod) -> HttpResponse:
    return envelope(405, str(no), Allow=", ".join(no.allowed))


ANSWERS: Answers = {
    NotFound: lambda no: envelope(404, str(no), **{"Cache-Control": "no-store"}),
    Denied: lambda no: envelope(403, str(no)),
    NotSignedIn: _bare_401,
    Invalid: _invalid,
    Conflict: lambda no: envelope(422, str(no)),
    Gone: lambda no: envelope(410, str(no)),
    TooMany: _later(429),
    Busy: _later(503),
    # This wire's own shades of the above.
    BadCredential: lambda no: envelope(401, str(no)),
    BrokenBody: lambda no: envelope(400, str(no)),
    WrongMethod: _wrong_method,
}


def too_large() -> HttpResponse:
    return envelope(413, "The body is too large.")


def bug(request_id: str) -> HttpResponse:
    return envelope(500, f"Something went wrong here. Tell the operator this request's id: {request_id}.")
