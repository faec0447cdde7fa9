"""What keys and security codes have in common on their screens: rules that one sets, and how they are used."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.errors import Invalid
from portico.identity.actions.credentials import A_YEAR
from portico.identity.models import ApiKey, SecurityCode
from portico.web.console.charts import bars
from portico.web.console.frame import Crumb, show_screen
from portico.web.figures import day, moment
from portico.web.forms import Choice, Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit

Times = Mapping[str, tuple[Text, timedelta | None]]
ENDS: Times = {
    "year": (lazy("In a year"), A_YEAR),
    "90": (lazy("In 90 days"), timedelta(days=90)),
    "30": (lazy("In 30 days"), timedelta(days=30)),
    "never": (lazy("Never (nobody will notice when it leaks)"), None),
}
_LONGEST_NUMBER = 9  # digits

NETWORKS = Field(
    "networks",
    lazy("Only from these addresses"),
    kind="textarea",
    is_required=False,
    hint=lazy("One a line, as 203.0.113.7 or 203.0.113.0/24."),
)
LIMIT = Field("limit", lazy("Requests a minute at most"), kind="number", is_required=False)


def time_field(name: str, label: Text, times: Times) -> Field:
    return Field(name, label, kind="select", choices=[Choice(value, text) for value, (text, _) in times.items()])


def chosen_time(visit: Visit, name: str, times: Times) -> timedelta | None:
    """What a time_field holds. Raises Invalid."""
    if visit.text(name) not in times:
        raise Invalid.one(name, "unknown", _("Choose one of these."))
    return times[visit.text(name)][1]


def rules(visit: Visit) -> dict[str, Any]:
    """What NETWORKS and LIMIT hold, as the actions take them. Raises Invalid."""
    text = visit.text("limit").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise Invalid.one("limit", "number", _("Write a number, or leave it empty for no limit."))
    return {"networks": visit.text("networks").split(), "requests_per_minute": int(text) if text else None}


def end_of(one: ApiKey | SecurityCode) -> str:
    if one.expires_at is None:
        return _("never")
    last = day(one.expires_at)
    return _("%(day)s (over)") % {"day": last} if one.expires_at <= timezone.now() else last


def last_use_of(one: ApiKey | SecurityCode) -> str:
    if one.last_used_at is None:
        return _("never")
    return _("%(moment)s UTC, %(address)s") % {"moment": moment(one.last_used_at), "address": one.last_used_from}


def show_credential(
    visit: Visit,
    one: ApiKey | SecurityCode,
    facts: Sequence[tuple[Text, object]],
    days: Sequence[Mapping[str, Any]],
    *,
    crumbs: tuple[Crumb, ...],
    links: Sequence[Link],
) -> HttpResponse:
    """The screen of one. `days` are those of list_uses; `facts` stand before those that both kinds have."""
    common = (
        (_("Made"), day(one.created_at)),
        (_("Ends"), end_of(one)),
        (_("Last used"), last_use_of(one)),
        (_("From"), ", ".join(one.allowed_networks) or _("any address")),
        (_("Requests a minute"), one.requests_per_minute or _("no limit")),
    )
    by_day = [(day(date.fromisoformat(one["day"])), _numbers(one)) for one in days]
    sums = [(label, sum(numbers)) for label, numbers in reversed(by_day)]
    return show_screen(
        visit,
        "detail.html",
        title=one.name,
        crumbs=crumbs,
        facts=(*facts, *common),
        links=links,
        chart=bars(_("Requests a day"), sums),
        table_title=_("Use in the last 30 days"),
        table_columns=(_("Day (UTC)"), _("Answered"), _("Refused"), _("Wrong"), _("Failed")),
        table=[(label, *numbers) for label, numbers in by_day],
    )


def _numbers(one_day: Mapping[str, Any]) -> list[int]:
    return [times for name, times in one_day.items() if name != "day"]
