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
