"""A mail server as a test holds it: it takes every mail and keeps it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`got` are the mails as they came, with their headers."""

    got: list[str] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def listening(self) -> "Iterator[MailServer]":
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.url = f"smtp://127.0.0.1:{server.server_address[1]}?tls=off"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


def _handler(kept: MailServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        """As much of RFC 5321 as one polite client needs."""

        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    kept.got.append("".join(iter(self._line, ".\r\n")))
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 good\r\n")
                if verb == b"QUIT":
                    return

        def _line(self) -> str:
            return self.rfile.readline().decode() or ".\r\n"

    return Handler
