"""HTML from outside made safe to show: only elements and attributes of a short list, written anew.

Nothing of the input is copied: each element is written by us, all else as escaped text, and what is open at the end is
closed. So it does not matter how a browser would have read the input. Each character is looked at a fixed number of
times, which the standard library's parser does not promise: some inputs of 65 kB keep it busy for a minute.
"""

import html
import re
from collections.abc import Iterator

_URL = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x20\x7f]*", re.IGNORECASE)
_REMOTE = re.compile(r"https?://[^\s\x00-\x20\x7f]*", re.IGNORECASE)
_WORDS = re.compile(r"[^\x00-\x1f\x7f]*")
_NUMBER = re.compile(r"[0-9]{1,4}")

_LINK = {"href": _URL, "title": _WORDS}
_CELL = {"colspan": _NUMBER, "rowspan": _NUMBER}
_VOID = {"br": {}, "hr": {}, "img": {"src": _REMOTE, "alt": _WORDS, "width": _NUMBER, "height": _NUMBER}}
_PLAIN = (
    "b", "blockquote", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5",
    "h6", "i", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup", "table",
    "tbody", "tfoot", "thead", "tr", "u", "ul",
)  # fmt: skip
_ALLOWED: dict[str, dict[str, re.Pattern[str]]] = {
    **{name: {} for name in _PLAIN},
    "a": _LINK,
    "td": _CELL,
    "th": _CELL,
    **_VOID,
}
# What is between these tags is no text for people.
_UNREAD = {
    name: re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE)
    for name in (
        "iframe", "noembed", "noframes", "noscript", "object", "script", "style", "template", "textarea", "title",
        "xmp",
    )
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-z][^\s/<>]*+)([^<>]*+)>", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?/][^<>]*+>")
_ATTRIBUTE = re.compile(r"""(?<![\w-])([a-z]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
_LONGEST_ATTRIBUTES = 4000
_DEEPEST = 100  # elements inside one another


def safe_html(text: str) -> str:
    """The text with harmless markup only; what it answers for its own answer is the same again."""
    writer = _Writer()
    for part in _parts(text):
        if isinstance(part, str):
            writer.text(part)
        elif part[1]:
            writer.end(part[2].lower())
        else:
            writer.start(part[2].lower(), part[3])
    return writer.whole()


def _parts(text: str) -> Iterator[str | re.Match[str]]:
    """Texts and tags, without comments, declarations and what is not to be read."""
    place = 0
    while (at := text.find("<", place)) >= 0:
        yield text[place:at]
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
            place = end + 3 if end >= 0 else len(text)
        elif tag := _TAG.match(text, at):
            yield tag
            place = tag.end()
            if not tag[1] and (closing := _UNREAD.get(tag[2].lower())):
                found = closing.search(text, place)
                place = found.end() if found else len(text)
        elif declaration := _DECLARATION.match(text, at):
            place = declaration.end()
        else:
            yield "<"
            place = at + 1
    yield text[place:]


class _Writer:
    """What is written so far, and which elements are open."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._open: list[str] = []

    def text(self, text: str) -> None:
        self._written.append(html.escape(html.unescape(text), quote=False))

    def start(self, name: str, attributes: str) -> None:
        if name not in _ALLOWED or len(self._open) >= _DEEPEST:
            return
        kept = "".join(f' {key}="{html.escape(value)}"' for key, value in _kept(_ALLOWED[name], attributes).items())
        self._written.append(f"<{name}{kept}>")
        if name not in _VOID:
            self._open.append(name)

    def end(self, name: str) -> None:
        """What is open inside it ends too; one that is not open is passed over, so that it cannot end ours."""
        ended = ""
        while name in self._open and ended != name:
            ended = self._open.pop()
            self._written.append(f"</{ended}>")

    def whole(self) -> str:
        return "".join([*self._written, *(f"</{name}>" for name in reversed(self._open))])


def _kept(allowed: dict[str, re.Pattern[str]], attributes: str) -> dict[str, str]:
    """The first of equal names counts, as in browsers."""
    kept: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(attributes[:_LONGEST_ATTRIBUTES]) if allowed else ():
        name = found[1].lower()
        value = html.unescape(found[2] or found[3] or found[4] or "")
        if name in allowed and name not in kept and allowed[name].fullmatch(value):
            kept[name] = value
    return kept
