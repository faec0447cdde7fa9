"""What a merged contact's fields become: who wins where."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portico.contacts.models import Consent, Contact, Stage
from portico.errors import Invalid


class Side(StrEnum):
    WINNER = "winner"
    LOSER = "loser"


_NOT_MERGED = {"id", "company_id", "token", "updated_at", "search"}
# Every field that there is, so that a new one takes part by itself; consent brings its reason and time along.
FIELDS = tuple(field.attname for field in Contact._meta.concrete_fields if field.attname not in _NOT_MERGED)
_WITH_CONSENT = ("consent_reason", "consent_changed_at")
CHOOSABLE = tuple(name for name in FIELDS if name not in _WITH_CONSENT)
# The same person has said no: asking again because of a second address would be wrong.
_SAID_NO = (Consent.COMPLAINED, Consent.SPAMMED, Consent.UNSUBSCRIBED)
_STAGES = (Stage.LEAD, Stage.PROSPECT, Stage.CUSTOMER)
_MOST_POINTS, _MOST_MONEY = 2**31 - 1, Decimal("99999999999999.99")

Rule = Callable[[Any, Any], Any]


def _filled(winner: Any, loser: Any) -> Any:
    return loser if winner in (None, "") and loser not in (None, "") else winner


def _stricter(winner: str, loser: str) -> str:
    return loser if loser in _SAID_NO and winner not in _SAID_NO else winner


def _latest(winner: Any, loser: Any) -> Any:
    return max(winner, loser) if winner and loser else winner or loser


def _both(winner: Mapping[str, Any], loser: Mapping[str, Any]) -> dict[str, Any]:
    return {**loser, **winner}


_RULES: dict[str, Rule] = {
    "consent": _stricter,
    "stage": lambda winner, loser: max(winner, loser, key=_STAGES.index),
    "total_points": lambda winner, loser: min(winner + loser, _MOST_POINTS),
    "life_time_value": lambda winner, loser: min(winner + loser, _MOST_MONEY),
    "custom_values": _both,
    "created_at": min,
    "last_activity_at": _latest,
    "archived_at": lambda winner, _: winner,  # of two contacts one being archived says nothing about the person
    "discarded_at": lambda winner, _: winner,
}


def checked_choices(choices: Mapping[str, str]) -> dict[str, Side]:
    """Which side wins in which field of CHOOSABLE. Raises Invalid."""
    for name, side in choices.items():
        if name not in CHOOSABLE:
            raise Invalid.one("fields", "unknown", f"No field {name[:100]} can be chosen.")
        if side not in set(Side):
            raise Invalid.one("fields", "side", f"What wins is {Side.WINNER} or {Side.LOSER}.")
    return {name: Side(side) for name, side in choices.items()}


def merged_values(winner: Contact, loser: Contact, choices: Mapping[str, Side]) -> dict[str, Any]:
    """All FIELDS of the contact that the two become.

    Unless chosen: the winner's, and the loser's where the winner has none; points and life time value added up, the
    further stage, the earlier creation, the later activity. Whoever has said no stays that way. Custom values of both,
    the winner's (or whose side is chosen) first.
    """
    values = {name: _value(name, getattr(winner, name), getattr(loser, name), choices.get(name)) for name in FIELDS}
    source = loser if values["consent"] != winner.consent else winner
    return {**values, **{name: getattr(source, name) for name in _WITH_CONSENT}}


def _value(name: str, winner: Any, loser: Any, side: Side | None) -> Any:
    if name == "custom_values" and side is Side.LOSER:
        return _both(loser, winner)
    if side is None or name == "custom_values":
        return _RULES.get(name, _filled)(winner, loser)
    return winner if side is Side.WINNER else loser
