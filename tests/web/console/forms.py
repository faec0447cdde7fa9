"""A form on a page as a browser would send it back: what is hidden in it, typed, chosen and ticked."""

import html
import re

_INPUT = re.compile(r"<input ([^>]*)>")
_AREA = re.compile(r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
_SELECT = re.compile(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)


def fields_of(page: str) -> dict[str, str | list[str]]:
    """Of the page's last form that changes something."""
    form = page.rsplit('<form method="post"', 1)[1].split("</form>", maxsplit=1)[0]
    found: dict[str, str | list[str]] = {}
    for attributes in _INPUT.findall(form):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        name, value = html.unescape(told.get("name", "")), html.unescape(told.get("value", ""))
        if told.get("type") in {"checkbox", "radio"}:
            if attributes.endswith(" checked"):
                found[name] = [*found.get(name, []), value]
        else:
            found[name] = value
    found |= {html.unescape(name): html.unescape(text) for name, text in _AREA.findall(form)}
    for name, options in _SELECT.findall(form):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[html.unescape(name)] = html.unescape(chosen[1]) if chosen else ""
    return found
