"""A real PHP beside the tests, one process for all of them."""

import base64
import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

from portico.lib.php.query import QueryValue

SCRIPT = Path(__file__).with_suffix(".php")
# As many variables as ours, instead of PHP's 1,000.
COMMAND = ["-n", "-d", "max_input_vars=20000", "-d", "display_errors=stderr", str(SCRIPT)]


class RealPHP:
    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen(
            [program, *COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii"
        )

    @staticmethod
    def program() -> str | None:
        return shutil.which("php")

    def close(self) -> None:
        self._process.communicate(timeout=10)

    def serialize(self, value: object) -> bytes:
        return self._ask("serialize", json.dumps(_described(value)).encode())

    def json_encode(self, value: object) -> bytes:
        return self._ask("json_encode", json.dumps(_described(value)).encode())

    def unserializes_to(self, serialized: bytes, expected: object) -> bool:
        data = json.dumps([base64.b64encode(serialized).decode(), _described(expected)])
        return self._ask("unserializes_to", data.encode()) == b"yes"

    def parse_str(self, query: bytes) -> dict[str, QueryValue]:
        pairs = json.loads(self._ask("parse_str", query))[1]
        return {_undescribed_key(key): _undescribed(value) for key, value in pairs}

    def _ask(self, task: str, data: bytes) -> bytes:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("PHP was started without pipes")
        self._process.stdin.write(f"{task} {base64.b64encode(data).decode()}\n")
        self._process.stdin.flush()
        return base64.b64decode(self._process.stdout.readline())


def _described(value: object) -> list[Any]:
    kind: list[Any]
    match value:
        case None:
            kind = ["null"]
        case bool():
            kind = ["bool", value]
        case int():
            kind = ["int", str(value)]
        case float():
            kind = ["float", struct.pack(">d", value).hex()]
        case str():
            kind = ["bytes", base64.b64encode(value.encode()).decode()]
        case dict():
            kind = ["array", [[_described(key), _described(item)] for key, item in value.items()]]
        case list():
            kind = _described(dict(enumerate(value)))
        case _:
            raise TypeError(type(value).__name__)
    return kind


def _undescribed(value: list[Any]) -> QueryValue:
    if value[0] == "bytes":
        return base64.b64decode(value[1]).decode("utf-8", "replace")
    inner = {_undescribed_key(key): _undescribed(item) for key, item in value[1]}
    is_list = [key for key, _ in value[1]] == [["int", str(place)] for place in range(len(inner))]
    return list(inner.values()) if is_list else inner


def _undescribed_key(key: list[str]) -> str:
    return key[1] if key[0] == "int" else base64.b64decode(key[1]).decode("utf-8", "replace")
