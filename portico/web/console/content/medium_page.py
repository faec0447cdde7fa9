"""A medium's own screen: what it is, how it looks, how often it was seen."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from portico.content.queries.numbers import Seen, sum_medium_spans
from portico.web import figures
from portico.web.console.charts import bars
from portico.web.console.frame import Crumb, show_screen
from portico.web.forms import Link
from portico.web.visits import Visit

_DAYS = 30


@dataclass(frozen=True, slots=True)
class May:
    """What the visitor may do with this medium."""

    change: bool
    delete: bool


def show_medium(visit: Visit, row: dict[str, Any], may: May, *, path: str, crumbs: tuple[Crumb, ...]) -> HttpResponse:
    """`row` is the medium in full, as the screens of media read it."""
    days = _days(visit, row["id"])
    said = {
        "added": _("The medium is there."),
        "saved": _("The medium is saved."),
        "published": _("Its public link is below: whoever has it sees this medium."),
    }
    links = [Link(row["file"], _("Open the file"))]
    if may.change:
        links.append(Link(f"{path}/edit", _("Edit")))
    if may.delete:
        links.append(Link(f"{path}/delete", _("Delete")))
    return show_screen(
        visit,
        "medium.html",
        title=row["title"],
        crumbs=crumbs,
        media=True,
        said=said.get(visit.done, ""),
        medium=row,
        publish=f"{path}/publish" if may.change and not row["link"] else "",
        facts=_facts(row),
        links=links,
        chart=bars(_("Views a day"), [(figures.day(day), seen.views) for day, seen in days]),
        table_title=_("Views and leads in the last 30 days"),
        table_columns=(_("Day (UTC)"), _("Views"), _("Visitors"), _("Leads"), _("Shares")),
        table=[(figures.day(day), one.views, one.visitors, one.leads, one.shares) for day, one in reversed(days)],
    )


def _days(visit: Visit, medium_id: int) -> list[tuple[datetime, Seen]]:
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
    spans = [(start, start + timedelta(days=1)) for start in starts]
    return list(zip(starts, sum_medium_spans(visit.actor, spans, medium_id), strict=True))


def _facts(row: dict[str, Any]) -> list[tuple[str, object]]:
    size = filesizeformat(row["size"])
    pixels = f", {row['width']} x {row['height']}" if row["width"] else ""
    return [
        (_("Kind"), kinds()[row["kind"]]),
        (_("Whose"), whose(row)),
        (_("Seen by"), visibility(row)),
        (_("Category"), row["category"] or _("none")),
        (_("File"), f"{row['file_name']} ({size}{pixels})"),
        (_("Views"), row["views"]),
        (_("Leads"), row["leads"]),
        (_("Shares"), row["shares"]),
    ]


def kinds() -> dict[str, str]:
    return {"image": _("Picture"), "video": _("Film"), "audio": _("Sound"), "pdf": _("PDF")}


def whose(row: dict[str, Any]) -> str:
    return _("The company's") if row["is_company"] else row["owner"].strip()


def visibility(row: dict[str, Any]) -> str:
    return _("Who gets a link") if row["is_private"] else _("Everybody")
