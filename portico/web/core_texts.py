"""The core's own sentences in the reader's language.

The core knows no language: it says no in English, with the values in the sentence. The catalogues have each of these
sentences under a context of its own; those with values in them are recognised by their form.
"""

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils.translation import get_language, pgettext

from portico.lib.catalogues import translations

CONTEXT = "core"
_LONGEST = 500  # characters that are compared with forms: what somebody typed may be in it, made to cost
_PLACE = re.compile(r"%\((\w+)\)s")


def from_core(text: str) -> str:
    """The sentence as the catalogue has it, or as it is where that knows nothing of it; so with sentences in it."""
    language = get_language() or settings.LANGUAGE_CODE
    if not text or language == settings.LANGUAGE_CODE:
        return text
    translated = pgettext(CONTEXT, text)
    return translated if translated != text or len(text) > _LONGEST else _with_values(language, text)


def _with_values(language: str, text: str) -> str:
    for form, translation in _forms(language):
        found = form.fullmatch(text)
        if found:
            return translation % {name: from_core(value) for name, value in found.groupdict().items()}
    return text


@cache
def _forms(language: str) -> Sequence[tuple[re.Pattern[str], str]]:
    """What sentences with values look like, the longest before those that would take it too."""
    texts = translations(settings.CATALOGUES, language, context=CONTEXT)
    known = [(english, text) for english, text in texts if _PLACE.search(english)]
    known.sort(key=lambda pair: len(_PLACE.sub("", pair[0])), reverse=True)
    return [(_form(english), translation) for english, translation in known]


def _form(english: str) -> re.Pattern[str]:
    parts = _PLACE.split(english)  # text and name by turns
    pieces = (
        f"(?P<{part}>.*?)" if place % 2 else re.escape(part.replace("%%", "%")) for place, part in enumerate(parts)
    )
    return re.compile("".join(pieces), re.DOTALL)
