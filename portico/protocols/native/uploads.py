"""A file in a multipart form, written away as it arrives."""

import json
from hashlib import sha256

from portico.content.actions.media import Sent
from portico.content.files.store import Incoming
from portico.errors import Invalid
from portico.http.multipart import BrokenForm, read_file
from portico.protocols.native.errors import BrokenForm as Unreadable
from portico.protocols.native.wire import Request

_AT_ONCE = 1 << 20


def received(request: Request, incoming: Incoming) -> tuple[Sent, dict[str, str]]:
    """The part called file, and the form's other values. Raises Invalid without one, and for one that is too large."""
    if request.http.content_type != "multipart/form-data":
        raise Invalid.one("file", "required", "Send the file as multipart/form-data, in a part called file.")
    try:
        name, form = read_file(request.http.META, request.http.META["wsgi.input"], incoming.write)
    except BrokenForm:
        raise Unreadable from None
    if name is None:
        raise Invalid.one("file", "required", "There is no file in a part called file.")
    return Sent(incoming.done(), name), form


def fingerprint(path: str, sent: Sent, form: dict[str, str]) -> bytes:
    """Tells one upload from another, as http.idempotency does for what is no file."""
    digest = sha256(json.dumps([path, sent.name, form], sort_keys=True).encode())
    with sent.path.open("rb") as file:
        while part := file.read(_AT_ONCE):
            digest.update(part)
    return digest.digest()
