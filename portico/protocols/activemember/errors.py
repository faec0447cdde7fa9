"""The core's refusals on this wire: one body for all of them, so that nobody learns what was wrong."""

from typing import Any

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
from portico.http.boundary import Answers


class Failure(HttpResponse):
    """A refusal whose body, PHP's false, the entry writes in the form that the call asked for."""


def _failure(_no: Refusal) -> HttpResponse:
    # 200, because clients written for the original read the body only where the status is good. Reference 1.5.
    return Failure()


def _later(no: Any) -> HttpResponse:
    response = Failure(status=429 if isinstance(no, TooMany) else 503)
    response["Retry-After"] = str(no.retry_after)
    return response


ANSWERS: Answers = {
    NotFound: _failure,
    Denied: lambda _: Failure(status=403),  # only ever for plain HTTP from another machine
    NotSignedIn: _failure,
    Invalid: _failure,
    Conflict: _failure,
    Gone: _failure,
    TooMany: _later,
    Busy: _later,
}


def too_large() -> HttpResponse:
    return Failure(status=413)


def bug(request_id: str) -> HttpResponse:  # noqa: ARG001 -- the header has it, the body is the same for all
    return Failure(status=500)
