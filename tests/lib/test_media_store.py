import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string

from portico.lib.environment import WrongSetting
from portico.lib.media_store import media_store_of


class Bucket(BaseHTTPRequestHandler):
    """As much of an S3 server as keeps files by their path, and wants to be asked with a signature."""

    files: ClassVar[dict[str, bytes]] = {}

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _file(self) -> str:
        return self.path.partition("?")[0]

    def _is_signed(self) -> bool:
        return "AWS4-HMAC-SHA256" in self.headers.get("Authorization", "") + self.path

    def do_PUT(self) -> None:
        self.files[self._file()] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200 if self._is_signed() else 403)

    def do_GET(self) -> None:
        if not self._is_signed():
            self._answer(403)
        elif self._file() in self.files:
            self._answer(200, self.files[self._file()])
        else:
            self._answer(404)

    do_HEAD = do_GET  # noqa: N815 -- the name that the server asks for

    def do_DELETE(self) -> None:
        self.files.pop(self._file(), None)
        self._answer(204)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def bucket() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_without_a_url_files_lie_in_the_folder_and_nobody_else_reads_them(tmp_path: Path) -> None:
    told = media_store_of("", tmp_path / "media")
    store = import_string(told["BACKEND"])(**told["OPTIONS"])
    store.save("1/token", ContentFile(b"content"))
    file = tmp_path / "media" / "1" / "token"
    assert file.read_bytes() == b"content"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_an_s3_compatible_server_keeps_them(bucket: str, tmp_path: Path) -> None:
    told = media_store_of(f"s3://key:se%2Fcret@{bucket}/media?region=eu-central-1&tls=off", tmp_path)
    assert told["OPTIONS"]["secret_key"] == "se/cret"
    store = import_string(told["BACKEND"])(**told["OPTIONS"])
    store.save("1/token", ContentFile(b"content"))
    assert Bucket.files == {"/media/1/token": b"content"}
    with store.open("1/token") as file:
        assert file.read() == b"content"
    address = store.url("1/token", parameters={"ResponseContentType": "image/png"})
    assert requests.get(address, timeout=10).content == b"content"
    assert requests.get(address.partition("?")[0], timeout=10).status_code == 403
    store.delete("1/token")
    assert Bucket.files == {}


@pytest.mark.parametrize(
    "url", ["s3://host/bucket", "s3://k:s@host", "s3://k:s@host/a/b", "ftp://k:s@h/b", "s3://k:s@h/b?x=1"]
)
def test_any_other_url_stops_the_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting):
        media_store_of(url, tmp_path)
