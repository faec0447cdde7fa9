import re
from collections.abc import Iterator
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from portico.lib.php.values import integer_key

QueryValue: TypeAlias = "str | list[QueryValue] | dict[str, QueryValue]"

MAX_NESTING = 64  # PHP's max_input_nesting_level
MAX_VARIABLES = 20_000  # PHP's 1,000 is too few for bulk operations on thousands of ids

_VARIABLE = re.compile(rb"[^&]+")
# `[]` and `[ ]` append; anything else up to the first `]` is a key, also `[[]`.
_INDEX = re.compile(r"\[(?:[ \t\n\v\f\r]?\]|([^\]]++)\])")
_UNDERSCORED = str.maketrans(" .[", "___")


def parse_query(raw: bytes | str) -> dict[str, QueryValue]:
    """A query string or form body as PHP's `parse_str()` decodes it, at the top always a dict with str keys.

    `a[]=1&a[x][]=2` makes arrays: keys 0..n-1 in order give a list, others a dict with str keys. The last of several
    equal names wins; a name without `=` is present as ""; blanks and dots in a top-level name become `_`. Bytes that
    are not UTF-8 become U+FFFD. A variable nested deeper than MAX_NESTING is dropped together with what its top-level
    name held. Raises ValueError for more than MAX_VARIABLES variables, or as many arrays.

    Text is taken for UTF-8, so give WSGI's QUERY_STRING, which is Latin-1, as bytes. Unlike PHP a NUL is kept, also in
    a name, which PHP would cut there.
    """
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    top = _Array()
    arrays = 0
    for variables, (name, value) in enumerate(_variables(data), start=1):
        arrays += _store(top, name, value)
        # One variable's name can ask for MAX_NESTING arrays, so counting variables alone would not bound the memory.
        if max(variables, arrays) > MAX_VARIABLES:
            raise ValueError(f"more than {MAX_VARIABLES} variables or arrays")
    return {name: _plain(value) for name, value in top.items.items()}


class _Array:
    """A PHP array in the making. Keys are kept as text, since PHP's integer keys and their digits cannot clash."""

    __slots__ = ("is_list", "items", "next_index")

    def __init__(self) -> None:
        self.items: dict[str, str | _Array] = {}
        self.next_index: int | None = None
        self.is_list = True

    def put(self, key: str | None, value: "str | _Array") -> None:
        """Set the key, or append where it is None."""
        if key is None:
            key = str(self.next_index or 0)
        if key not in self.items:
            self._note_new(key)
        self.items[key] = value

    def _note_new(self, key: str) -> None:
        self.is_list = self.is_list and key == str(len(self.items))
        number = integer_key(key)
        if number is not None and (self.next_index is None or number >= self.next_index):
            self.next_index = number + 1


def _variables(data: bytes) -> Iterator[tuple[str, str]]:
    for match in _VARIABLE.finditer(data):
        name, _, value = match[0].partition(b"=")
        yield _decoded(name), _decoded(value)


def _decoded(data: bytes) -> str:
    return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8", "replace")


def _store(top: _Array, name: str, value: str) -> int:
    """Put the variable where its name says; answers how many arrays that made."""
    name = name.lstrip(" ")
    head, path, depth = _split(name)
    if not head:
        return 0
    if depth > MAX_NESTING:
        top.items.pop(head, None)
        return 0
    made, array = 0, top
    key: str | None = head
    for next_key in path:
        inner = None if key is None else array.items.get(key)
        if not isinstance(inner, _Array):
            inner = _Array()
            array.put(key, inner)
            made += 1
        array, key = inner, next_key
    array.put(key, value)
    return made


def _split(name: str) -> tuple[str, list[str | None], int]:
    """`a.b[c][]` as `a_b`, [c, None] and its depth, 2. What follows the last whole index is ignored."""
    head, at = name.partition("[")[0], name.find("[")
    path: list[str | None] = []
    while len(path) <= MAX_NESTING and (index := _INDEX.match(name, at)):
        path.append(index[1])
        at = index.end()
    if head and not path:  # no bracket, or one that is never closed: all of it is the name
        return name.translate(_UNDERSCORED), [], 0
    return head.translate(_UNDERSCORED), path, len(path) + name.startswith("[", at)


def _plain(value: str | _Array) -> QueryValue:
    # The recursion is bounded by MAX_NESTING.
    if isinstance(value, str):
        return value
    inner = {key: _plain(item) for key, item in value.items.items()}
    return list(inner.values()) if value.is_list else inner
