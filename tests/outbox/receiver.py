"""Another program's receiver of webhooks, as a test holds it: it keeps what comes and answers as it is told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True)
class Received:
    headers: dict[str, str]
    body: bytes
    path: str

    def opened(self, secret: str) -> Any:
        """What it says, its signature checked as any receiver would."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """`answers` are the statuses to give, in order; the last one stays. None is given before `may_answer` is set."""

    answers: list[int] = field(default_factory=lambda: [204])
    got: list[Received] = field(default_factory=list)
    url: str = ""
    may_answer: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    def take(self, received: Received) -> int:
        self.got.append(received)
        self.may_answer.wait()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @contextmanager
    def listening(self) -> "Iterator[Receiver]":
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_address[1]}/hooks?x=1"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self.may_answer.set()
            server.shutdown()
            server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(Received(headers, body, self.path)))
            self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def eventually(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Until this is so. Raises AssertionError when it never is."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "this never came to be"
        time.sleep(0.05)
