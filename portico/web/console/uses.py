"""What keys and security codes have in common on their screens: rules that one sets, and how they are used."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from portico.errors import Invalid
from portico.identity.actions.credentials import A_YEAR
from portico.identity.models import ApiKey, SecurityCode
from portico.web.console.charts import bars
from portico.web.console.frame import Crumb, show_screen
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit

Times = Mapping[str, tuple[str, timedelta | None]]
ENDS: Times = {
    "year": ("In a year", A_YEAR),
    "90": ("In 90 days", timedelta(days=90)),
    "30": ("In 30 days", timedelta(days=30)),
    "never": ("Never (nobody will notice when it leaks)", None),
}
_LONGEST_NUMBER = 9  # digits

NETWORKS = Field(
    "networks",
    "Only from these addresses",
    kind="textarea",
    is_required=False,
    hint="One a line, as 203.0.113.7 or 203.0.113.0/24.",
)
LIMIT = Field("limit", "Requests a minute at most", kind="number", is_required=False)


def time_field(name: str, label: str, times: Times) -> Field:
    return Field(name, label, kind="select", choices=[Choice(value, text) for value, (text, _) in times.items()])


def chosen_time(visit: Visit, name: str, times: Times) -> timedelta | None:
    """What a time_field holds. Raises Invalid."""
    if visit.text(name) not in times:
        raise Invalid.one(name, "unknown", "Choose one of these.")
    return times[visit.text(name)][1]


def rules(visit: Visit) -> dict[str, Any]:
    """What NETWORKS and LIMIT hold, as the actions take them. Raises Invalid."""
    text = visit.text("limit").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise Invalid.one("limit", "number", "Write a number, or leave it empty for no limit.")
    return {"networks": visit.text("networks").split(), "requests_per_minute": int(text) if text else None}


def end_of(one: ApiKey | SecurityCode) -> str:
    if one.expires_at is None:
        return "never"
    day = f"{one.expires_at:%Y-%m-%d}"
    return f"{day} (over)" if one.expires_at <= timezone.now() else day


def last_use_of(one: ApiKey | SecurityCode) -> str:
    return f"{one.last_used_at:%Y-%m-%d %H:%M} UTC, {one.last_used_from}" if one.last_used_at else "never"


def show_credential(
    visit: Visit,
    one: ApiKey | SecurityCode,
    facts: Sequence[tuple[str, object]],
    days: Sequence[Mapping[str, Any]],
    *,
    crumbs: tuple[Crumb, ...],
    links: Sequence[Link],
) -> HttpResponse:
    """The screen of one. `days` are those of list_uses; `facts` stand before those that both kinds have."""
    common = (
        ("Made", f"{one.created_at:%Y-%m-%d}"),
        ("Ends", end_of(one)),
        ("Last used", last_use_of(one)),
        ("From", ", ".join(one.allowed_networks) or "any address"),
        ("Requests a minute", one.requests_per_minute or "no limit"),
    )
    sums = [(day["day"], sum(number for name, number in day.items() if name != "day")) for day in reversed(days)]
    return show_screen(
        visit,
        "detail.html",
        title=one.name,
        crumbs=crumbs,
        facts=(*facts, *common),
        links=links,
        chart=bars("Requests a day", sums),
        table_title="Use in the last 30 days",
        table_columns=("Day (UTC)", "Answered", "Refused", "Wrong", "Failed"),
        table=[tuple(day.values()) for day in days],
    )
