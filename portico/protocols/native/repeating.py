"""Writes that name themselves with an Idempotency-Key are done once and answered the same again for 24 hours."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portico.access import Actor
from portico.companies.once import AnotherWrite, AnswerErased, StillRunning, once
from portico.errors import Busy, Refusal, TooMany
from portico.http import idempotency
from portico.protocols.native import errors
from portico.protocols.native.errors import problem


def answered_once(
    http: HttpRequest, actor: Actor, fingerprint: Callable[[], bytes], answered: Callable[[], HttpResponse]
) -> HttpResponse:
    """What this write is answered, or was the first time; without the header it is just done.

    `answered` does it, inside a transaction; `fingerprint` tells it from another write under the same name.
    """
    header = http.META.get("HTTP_IDEMPOTENCY_KEY")
    if header is None:
        return answered()
    try:
        kept, is_new = once(
            actor,
            who=f"native {actor.credential}",
            name=idempotency.key_in(header),
            fingerprint=fingerprint(),
            do=lambda: idempotency.as_bytes(answered()),
            refused=_refused,
        )
    except (idempotency.BadKey, AnotherWrite, AnswerErased, StillRunning) as no:
        return _NOT_DONE[type(no)]()
    response = idempotency.as_response(kept)
    if not is_new:
        response["Idempotent-Replayed"] = "true"
    return response


def _refused(no: Refusal) -> bytes:
    """What may be possible in a moment is tried again."""
    if isinstance(no, TooMany | Busy):
        raise no
    return idempotency.as_bytes(errors.ANSWERS[type(no)](no))


_NOT_DONE: dict[type[Exception], Callable[[], HttpResponse]] = {
    idempotency.BadKey: lambda: problem(
        400,
        "idempotency-key-invalid",
        f"An Idempotency-Key has 1 to {idempotency.LONGEST_KEY} printable ASCII characters.",
    ),
    AnotherWrite: lambda: problem(
        422,
        "idempotency-key-reused",
        "This Idempotency-Key came with another request before: use a new one for each.",
        errors=[],
    ),
    AnswerErased: lambda: problem(
        410,
        "idempotency-answer-erased",
        "This was done; its answer is not kept any more, because it told of somebody who was erased since.",
    ),
    StillRunning: lambda: problem(
        409,
        "idempotency-in-progress",
        "The same request is being answered just now.",
        headers={"Retry-After": "1"},
    ),
}
