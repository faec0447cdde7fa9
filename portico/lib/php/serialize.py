import math

from portico.lib.php.values import MAX_DEPTH, array_items, float_text, int_text, text_bytes


def serialize(value: object) -> bytes:
    """What PHP's `serialize()` gives for this value, byte for byte (PHP 8.2, `serialize_precision` -1).

    None, bool, int, float, str, bytes, list, tuple, dict with int or str keys; never an object. Text is UTF-8, a lone
    surrogate becomes `?`. Raises ValueError for an int beyond 64 bits or nesting beyond MAX_DEPTH, TypeError for
    anything else.
    """
    out = bytearray()
    _write(out, value, MAX_DEPTH)
    return bytes(out)


def _write(out: bytearray, value: object, depth: int) -> None:
    match value:
        case None:
            out += b"N;"
        case bool():
            out += b"b:1;" if value else b"b:0;"
        case int():
            out += f"i:{int_text(value)};".encode()
        case float():
            out += f"d:{_float(value)};".encode()
        case str():
            _write_bytes(out, text_bytes(value))
        case bytes():
            _write_bytes(out, value)
        case list() | tuple() | dict():
            _write_array(out, array_items(value), depth)
        case _:
            raise TypeError(f"cannot serialize {type(value).__name__} for PHP")


def _write_bytes(out: bytearray, data: bytes) -> None:
    out += b's:%d:"%b";' % (len(data), data)


def _write_array(out: bytearray, items: dict[int | str, object], depth: int) -> None:
    if not depth:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    out += b"a:%d:{" % len(items)
    for key, value in items.items():
        _write(out, key, depth)
        _write(out, value, depth - 1)
    out += b"}"


def _float(number: float) -> str:
    if math.isnan(number):
        return "NAN"
    if math.isinf(number):
        return "INF" if number > 0 else "-INF"
    return float_text(number, "E")
