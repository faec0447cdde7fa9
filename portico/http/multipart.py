"""A file that comes in a multipart body, written away as it arrives."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, BinaryIO

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.http import parse_header_parameters

_PART = 1 << 20
_TAIL = 1024  # a boundary has at most 201 bytes in Django's eyes


class BrokenForm(ValueError):  # noqa: N818 -- says what it is
    """The body is no multipart form, or breaks off."""


class _Into(FileUploadHandler):
    """Hands the parts of the first file with one of these names to `write`; others are skipped."""

    def __init__(self, write: Callable[[bytes], None], fields: Collection[str]) -> None:
        super().__init__()
        self.chunk_size = _PART
        self.name: str | None = None
        self._write = write
        self._fields = fields

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        if field_name not in self._fields or self.name is not None:
            raise SkipFile
        self.name = file_name

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> None:
        self._write(raw_data)

    def file_complete(self, _file_size: int) -> None:
        return None


class _Watched:
    """A stream whose last bytes are remembered: Django does not mind when the end is missing."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        if part:
            self.tail = (self.tail + part)[-_TAIL:]
        return part


def read_file(
    meta: Mapping[str, Any], body: BinaryIO, write: Callable[[bytes], None], *, fields: Collection[str] = ("file",)
) -> tuple[str | None, dict[str, str]]:
    """The file's name (None: there was none) and the form's other values; the file itself goes to `write`.

    Raises BrokenForm, and what `write` raises.
    """
    into = _Into(write, fields)
    # Without a length, which comes in pieces, Django takes the body for empty.
    known = {**meta, "CONTENT_LENGTH": meta.get("CONTENT_LENGTH") or "1"}
    watched: Any = _Watched(body)  # Django asks for more of a stream, and only reads it
    try:
        form, _ = MultiPartParser(known, watched, [into], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation):
        raise BrokenForm from None
    _, options = parse_header_parameters(str(meta.get("CONTENT_TYPE", "")))
    if into.name is not None and f"--{options['boundary']}--".encode() not in watched.tail:
        raise BrokenForm  # it broke off: half a file is none
    return into.name, {name: str(form[name]) for name in form}
