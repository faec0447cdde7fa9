import socket
import time
from http.client import HTTPResponse

import pytest

from tests.server import Server

PATHS = ("/", "/api/contacts", "/wp-json/fluent-crm/v2/subscribers", "/nowhere")


@pytest.mark.parametrize(
    "content_type", ["text/plain; x*=no'en'y", "text/plain; charset=no-such", "a/b; c=" + "d" * 12_000, ";;;=", "\xff"]
)
@pytest.mark.parametrize("path", PATHS)
def test_a_content_type_that_cannot_be_read_breaks_nothing(server: Server, path: str, content_type: str) -> None:
    answer = server.post(path, data=b"x=1", headers={"Content-Type": content_type.encode("latin-1")})
    assert answer.status_code < 500


@pytest.mark.parametrize("path", [*PATHS, "/sign-in", "/reps/1/remove", "/wp-json/fluent-crm/v2/tags"])
def test_a_refusal_before_the_body_has_come_leaves_the_connection_open(server: Server, path: str) -> None:
    body = b"title=x"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        form = "Content-Type: application/x-www-form-urlencoded"
        client.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{form}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        time.sleep(0.1)  # as long as a slow line may keep what comes after the headers
        client.sendall(body)
        assert status(client) < 500
        client.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert status(client) == 200


def status(client: socket.socket) -> int:
    """Of the next answer, which is read to its end."""
    answer = HTTPResponse(client)
    answer.begin()
    answer.read()
    return answer.status
