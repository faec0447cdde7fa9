"""How a delivery to a webhook is answered: always 200, success or not and why inside (wire notes 16)."""

from typing import Any

from django.http import HttpResponse

from portico.access import Actor
from portico.errors import Busy, Conflict, Denied, Gone, Invalid, NotFound, NotSignedIn, TooMany
from portico.http.boundary import Answers
from portico.protocols.fluentcrm.errors import error_bag
from portico.protocols.fluentcrm.wire import answer

NOBODY = Actor(0, "nobody", "fluentcrm", frozenset())


def accepted(contact_id: int, *, is_new: bool) -> HttpResponse:
    message = "created" if is_new else "updated"
    return answer({"success": True, "data": {"message": message, "id": contact_id, "type": "success"}})


def refused(type: str, text: str, **more: Any) -> HttpResponse:
    return answer({"success": False, "data": {"message": text, "type": type, **more}})


def _invalid(no: Invalid) -> HttpResponse:
    bag = error_bag(no)
    return refused("email_validation_failed" if "email" in bag else "validation_failed", str(no), errors=bag)


def _wait(no: TooMany | Busy, type: str) -> HttpResponse:
    response = refused(type, str(no))
    response["Retry-After"] = str(no.retry_after)
    return response


ANSWERS: Answers = {
    NotSignedIn: lambda no: refused("invalid_webhook_hash", str(no)),
    Denied: lambda no: refused("invalid_webhook_hash", str(no)),
    NotFound: lambda no: refused("not_found", str(no)),
    Invalid: _invalid,
    Conflict: lambda no: refused("conflict", str(no)),
    Gone: lambda no: refused("gone", str(no)),
    TooMany: lambda no: _wait(no, "too_many_requests"),
    Busy: lambda no: _wait(no, "busy"),
}


def too_large() -> HttpResponse:
    return refused("body_too_large", "The body is larger than 1 MB.")


def bug(request_id: str) -> HttpResponse:
    return refused("internal_error", f"Something went wrong here. Name {request_id} when you report it.")
