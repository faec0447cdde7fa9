"""What a form on a page would send as it stands, and what a list shows."""

import html
import re
from concurrent.futures import ThreadPoolExecutor

from tests.web.browser import Browser


def form_of(page: str) -> dict[str, str]:
    """The fields of the page's main form with what is in them; a box that is not ticked sends nothing."""
    form = re.search(r'<form method="post"[^>]* class="sheet">(.*?)</form>', page, re.DOTALL)
    assert form, page
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form[1]):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in {"checkbox", "radio"} or " checked" in tag):
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form[1], re.DOTALL):
        fields[name] = html.unescape(text)
    for name, choices in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form[1], re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', choices)
        fields[name] = html.unescape(chosen[1]) if chosen else ""
    return fields


def at_once(browser: Browser, path: str, *forms: dict[str, str]) -> list[int]:
    """The statuses of sending these at the same moment."""
    with ThreadPoolExecutor(len(forms)) as pool:
        return sorted(pool.map(lambda form: browser.call("POST", path, data=form).status_code, forms))
