"""What is written about keys and codes that end soon or are used in an unusual way: of each in words of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_noop

from portico.identity.models import ApiKey, SecurityCode
from portico.lib.figures import moment, number


@dataclass(frozen=True, slots=True)
class Letter:
    """The sentences in English, with their values: the mail's first about a key or a code, and what to do about it."""

    key: str
    code: str
    advice: str

    def about(self, one: ApiKey | SecurityCode, **values: Any) -> tuple[str, str]:
        """Subject and text in the language that is spoken."""
        said = {name: _written(value) for name, value in values.items()}
        sentence = gettext(self.key if isinstance(one, ApiKey) else self.code)
        subject = " ".join((sentence % {**said, "name": one.name, "company": one.company.name}).split())
        return subject, f"{subject}.\n\n{gettext(self.advice)}\n"


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    return number(round(value)) if isinstance(value, int | float | Decimal) else str(value)


_REVOKE = gettext_noop("If that is not you, revoke it at once, or rotate it.")
ENDS = Letter(
    gettext_noop('The API key "%(name)s" of %(company)s ends on %(when)s UTC'),
    gettext_noop('The security code "%(name)s" of %(company)s ends on %(when)s UTC'),
    gettext_noop("After that it is refused. Rotate it before, or make a new one."),
)
UNUSUAL: Mapping[str, Letter] = {
    "rate": Letter(
        gettext_noop('The API key "%(name)s" of %(company)s came %(times)s times today, usually about %(usual)s'),
        gettext_noop('The security code "%(name)s" of %(company)s came %(times)s times today, usually about %(usual)s'),
        _REVOKE,
    ),
    "refusals": Letter(
        gettext_noop('The API key "%(name)s" of %(company)s was refused %(times)s times today'),
        gettext_noop('The security code "%(name)s" of %(company)s was refused %(times)s times today'),
        _REVOKE,
    ),
}
ELSEWHERE = Letter(
    gettext_noop('The API key "%(name)s" of %(company)s came from %(network)s for the first time'),
    gettext_noop('The security code "%(name)s" of %(company)s came from %(network)s for the first time'),
    _REVOKE,
)
