"""In which language somebody is written to."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation

from portico.companies.models import Company

LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


@contextmanager
def writing_to(chosen: str, company: Company | None) -> Iterator[None]:
    """What is said inside is in the reader's language: the one it has `chosen`, else its company's.

    Where neither is one that we know, it is the language of whatever writes: a page's, and English from apps and jobs.
    """
    wanted = (chosen, company.language if company else "", translation.get_language() or "")
    with translation.override(next((one for one in wanted if one in LANGUAGES), settings.LANGUAGE_CODE)):
        yield
