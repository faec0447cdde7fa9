"""One call to a receiver, bounded in every way: no redirect is followed, no body is read, and it ends in time."""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from urllib.parse import urlsplit

from portico.outbox.webhooks.guarding import Place, Unreachable, places_of

SECONDS = 15
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said; without a status, `failure` says in our words why it said nothing."""

    status: int | None
    failure: str
    milliseconds: int

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 -- the statuses of success


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Never raises for what the receiver does."""
    started = time.monotonic()
    status, failure = None, ""
    try:
        status = _status(url, body, headers)
    except Unreachable as no:
        failure = str(no)
    except ssl.SSLError as no:
        failure = f"The encrypted connection could not be made: {no.reason or 'TLS'}."
    except TimeoutError:
        failure = f"There was no answer within {SECONDS} seconds."
    except (OSError, HTTPException, ValueError) as no:
        failure = f"The connection failed: {type(no).__name__}."
    return Answer(status, failure, round((time.monotonic() - started) * 1000))


def _status(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    connection = _Pinned(host, port, places_of(host, port), is_encrypted=parts.scheme == "https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _deadline(connection):
            connection.request("POST", path, body, dict(headers))
            return connection.getresponse().status
    finally:
        connection.close()


class _Pinned(HTTPConnection):
    """A connection to one of these checked addresses and to no other, whatever the host's name means by now."""

    def __init__(self, host: str, port: int, places: list[Place], *, is_encrypted: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._places = places
        self._is_encrypted = is_encrypted
        self.default_port = _PORTS["https" if is_encrypted else "http"]  # which the Host header leaves out

    def connect(self) -> None:
        for last, place in enumerate(self._places, start=1 - len(self._places)):
            try:
                self.sock = socket.create_connection(place.address, SECONDS / len(self._places))
                break
            except OSError:
                if last == 0:
                    raise
        self.sock.settimeout(SECONDS)
        if self._is_encrypted:
            encrypted = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = encrypted  # before the handshake, so that the deadline can end that too
            encrypted.do_handshake()


@contextmanager
def _deadline(connection: HTTPConnection) -> Iterator[None]:
    """A receiver that answers a byte now and then would pass every timeout of its own."""
    is_over = False

    def end() -> None:
        nonlocal is_over
        is_over = True
        with suppress(OSError):  # closed already, or not open yet: then opening it has a bound of its own
            if connection.sock is not None:
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException):
        if is_over:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
