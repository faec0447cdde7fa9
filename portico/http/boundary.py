"""Where a wire's refusals become answers, and where bugs end: logged once with a request id, told to nobody."""

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from random import getrandbits
from typing import Protocol

import structlog
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from portico.errors import Busy, Refusal
from portico.http.bodies import BodyTooLarge

log = structlog.get_logger("portico.http")

# For wires whose answers name the request; a refusal knows nothing of the request that it ends.
current_request_id: ContextVar[str] = ContextVar("request_id", default="")

View = Callable[..., HttpResponse]
Answers = Mapping[type[Refusal], Callable[..., HttpResponse]]


class Wire(Protocol):
    """A wire's errors.py: ANSWERS is its one table; the other two are what the family does not hold."""

    ANSWERS: Answers

    def too_large(self) -> HttpResponse: ...
    def bug(self, request_id: str) -> HttpResponse: ...


def answering(errors: Wire) -> Callable[[View], View]:
    """Wrap a wire's entry. `errors` is the wire's errors module.

    Sets `request.request_id`; the entry sets `request.route_name` so that logs never hold a path with a token in it.
    """

    def wrap(entry: View) -> View:
        @wraps(entry)
        def view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            started = time.perf_counter()
            request.request_id = _new_request_id()  # type: ignore[attr-defined]  # ours
            current_request_id.set(request.request_id)  # type: ignore[attr-defined]  # ours
            response = _answered(errors, entry, request, *args, **kwargs)
            response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]  # ours
            if settings.LOG_REQUESTS:
                _log_request(request, response, started)
            return response

        return view

    return wrap


def _new_request_id() -> str:
    """A name, no secret: the system's random source would cost a switch of threads in every request."""
    digits = f"{getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _answered(errors: Wire, entry: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    try:
        return entry(request, *args, **kwargs)
    except Refusal as no:
        return errors.ANSWERS[type(no)](no)
    except BodyTooLarge:
        return errors.too_large()
    except Exception as error:
        if _will_pass(error):
            log.warning("database", error=type(error.__cause__).__name__, route=_route(request))
            return errors.ANSWERS[Busy](Busy())
        request_id: str = request.request_id  # type: ignore[attr-defined]  # ours
        log.exception("bug", request_id=request_id, method=request.method, route=_route(request))
        return errors.bug(request_id)


def _will_pass(error: Exception) -> bool:
    """No connection in time, a deadlock, a server that restarts or is full: the same request will do in a moment."""
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state[:2] in {"08", "40", "53", "57"}


def _route(request: HttpRequest) -> str:
    return getattr(request, "route_name", None) or (request.resolver_match.route if request.resolver_match else "")


def _log_request(request: HttpRequest, response: HttpResponse, started: float) -> None:
    log.info(
        "request",
        request_id=request.request_id,  # type: ignore[attr-defined]  # ours
        method=request.method,
        route=_route(request),
        status=response.status_code,
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
        address=request.META.get("REMOTE_ADDR", ""),
    )
