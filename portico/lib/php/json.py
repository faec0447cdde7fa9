import math
from json.encoder import encode_basestring_ascii

from portico.lib.php.values import MAX_DEPTH, array_items, float_text, int_text, text_bytes


def json_encode(value: object) -> bytes:
    r"""What PHP's `json_encode()` gives for this value, byte for byte (PHP 8.2, no flags).

    ASCII only: `\/`, `\uXXXX`, floats without `.0`; keys 0..n-1 in order make a list, so every empty array is `[]`.
    Takes what `serialize` takes. Raises ValueError where PHP answers false (infinite numbers, bytes that are not
    UTF-8), for an int beyond 64 bits and for nesting beyond MAX_DEPTH; TypeError for anything else.
    """
    out: list[str] = []
    _write(out, value, MAX_DEPTH)
    return "".join(out).encode("ascii")


def _write(out: list[str], value: object, depth: int) -> None:
    match value:
        case None:
            out.append("null")
        case bool():
            out.append("true" if value else "false")
        case int():
            out.append(int_text(value))
        case float():
            out.append(_float(value))
        case str():
            out.append(_text(text_bytes(value)))
        case bytes():
            out.append(_text(value))
        case list() | tuple() | dict():
            _write_array(out, array_items(value), depth)
        case _:
            raise TypeError(f"cannot write {type(value).__name__} as JSON for PHP")


def _write_array(out: list[str], items: dict[int | str, object], depth: int) -> None:
    if not depth:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    is_list = all(key == place for place, key in enumerate(items))
    out.append("[" if is_list else "{")
    for place, (key, value) in enumerate(items.items()):
        if place:
            out.append(",")
        if not is_list:
            out.append(_text(text_bytes(str(key))) + ":")
        _write(out, value, depth - 1)
    out.append("]" if is_list else "}")


def _text(data: bytes) -> str:
    # Python escapes DEL, PHP does not.
    pieces = (encode_basestring_ascii(piece)[1:-1] for piece in data.decode().split("\x7f"))
    return '"' + "\x7f".join(pieces).replace("/", r"\/") + '"'


def _float(number: float) -> str:
    if not math.isfinite(number):
        raise ValueError("JSON has no infinite numbers")
    return float_text(number, "e")
