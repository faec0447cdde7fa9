"""Writes that name themselves with an Idempotency-Key are done once and answered the same again for 24 hours."""

from django.http import HttpRequest, HttpResponse

from portico.companies.once import AnotherWrite, AnswerErased, StillRunning, once
from portico.errors import Busy, Refusal, TooMany
from portico.http import idempotency
from portico.http.bodies import read_body
from portico.http.routes import Handler
from portico.protocols.fluentcrm import auth, errors
from portico.protocols.fluentcrm.wire import Call, wordpress_error

_SERVER_ERROR = 500


class _NotToBeKept(Exception):  # noqa: N818 -- says what it is
    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def answered_once(request: HttpRequest, method: str, call: Call, handler: Handler) -> HttpResponse:
    """What the handler answers to this write, or what it answered the first time."""
    try:
        key = idempotency.key_in(request.META["HTTP_IDEMPOTENCY_KEY"])
        kept, is_new = once(
            call.actor,
            who=auth.credentials_of(request) or "",
            name=key,
            fingerprint=idempotency.fingerprint(request, method, call.path.strip("/").lower(), read_body(request)),
            do=lambda: _done(call, handler),
            refused=_refused,
        )
    except idempotency.BadKey:
        text = f"An Idempotency-Key has 1 to {idempotency.LONGEST_KEY} printable ASCII characters."
        return wordpress_error(400, "rest_idempotency_key_invalid", text)
    except AnotherWrite:
        text = "This Idempotency-Key came with another request before: use a new one for each."
        return wordpress_error(422, "rest_idempotency_key_reused", text)
    except AnswerErased:
        text = "This was done; its answer is not kept any more, because it told of somebody who was erased since."
        return wordpress_error(410, "rest_idempotency_answer_erased", text)
    except StillRunning:
        response = wordpress_error(409, "rest_idempotency_in_progress", "The same request is being answered just now.")
        response["Retry-After"] = "1"
        return response
    except _NotToBeKept as no:
        return no.response
    response = idempotency.as_response(kept)
    if not is_new:
        response["Idempotent-Replayed"] = "true"
    return response


def _done(call: Call, handler: Handler) -> bytes:
    response: HttpResponse = handler(call)
    if response.streaming or response.status_code >= _SERVER_ERROR:
        raise _NotToBeKept(response)
    return idempotency.as_bytes(response)


def _refused(no: Refusal) -> bytes:
    """What may be possible in a moment is tried again."""
    if isinstance(no, TooMany | Busy):
        raise no
    return idempotency.as_bytes(errors.ANSWERS[type(no)](no))
