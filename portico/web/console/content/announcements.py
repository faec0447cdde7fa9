"""Content → Announcements: what the company tells its people, from when on, and who has read it."""

from datetime import datetime

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portico.content.actions.authoring import change_announcement
from portico.content.models import Announcement, AnnouncementAudience
from portico.content.queries.authored import count_readers, get_announcement, list_readers
from portico.content.queries.learning import list_company_announcements
from portico.content.queries.spans import zone_of
from portico.errors import NotFound, Outdated, Refusal
from portico.identity.queries.audiences import Chosen, get_chosen
from portico.lib.statements import Shape
from portico.web.console.audiences import audience_facts
from portico.web.console.editing import outdated
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, Pages, show_list
from portico.web.figures import moment
from portico.web.forms import Link, alert_of
from portico.web.visits import Visit, go

PATH = "/content/announcements"
_PER_PAGE = 25
_PEOPLE = 50
_ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "is_active": "is_active",
        "for_everybody": "for_everybody",
        "published_at": "published_at",
        "readers": count_readers(),
    }
)
PLACES = ("image_url", "video_url", "pdf_url")


def above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Announcements")),)


def show(visit: Visit) -> HttpResponse:
    zone = zone_of(visit.actor)
    before = visit.number_asked("before") or None
    found = list_company_announcements(visit.actor, _ROW, before=before, limit=_PER_PAGE + 1)
    rows = [orjson.loads(document) for _id, document in found[:_PER_PAGE]]
    for row in rows:
        row["published_at"] = datetime.fromisoformat(row["published_at"])
    listing = Listing(
        title=_("Announcements"),
        text=_("News for everybody in the company or for some, shown in the app and under News."),
        columns=(
            Column(_("Title"), lambda row: row["title"]),
            Column(_("Is"), lambda row: state(row["published_at"], is_active=row["is_active"])),
            Column(_("Shown from"), lambda row: moment(row["published_at"].astimezone(zone))),
            Column(_("For whom"), lambda row: _("everybody") if row["for_everybody"] else _("some people")),
            Column(_("Have read it"), lambda row: row["readers"], is_number=True),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("Nothing announced yet. Write what your people should know."),
        add=Link(f"{PATH}/add", _("Write an announcement")),
    )
    return show_list(
        visit,
        listing,
        rows,
        said=_("The announcement is deleted.") if visit.done == "deleted" else "",
        pages=Pages(after=f"?before={found[_PER_PAGE - 1][0]}" if len(found) > _PER_PAGE else ""),
    )


def state(published_at: datetime, *, is_active: bool) -> str:
    if not is_active:
        return _("withdrawn")
    return _("shown") if published_at <= timezone.now() else _("waiting for its time")


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, get_announcement(visit.actor, id))


def _shown(visit: Visit, row: Announcement, no: Refusal | None = None) -> HttpResponse:
    after, zone = visit.number_asked("after"), zone_of(visit.actor)
    people = list_readers(visit.actor, row.pk, after=after, limit=_PEOPLE + 1)
    said = {
        "added": _("The announcement is there."),
        "saved": _("Saved."),
        "withdrawn": _("Nobody sees it any more. It can be shown again."),
        "shown": _("It is shown again."),
    }
    return show_screen(
        visit,
        "announcement.html",
        title=row.title,
        crumbs=above(),
        no=no,
        alert=alert_of((), no),
        said=said.get(visit.done, ""),
        announcement=row,
        path=f"{PATH}/{row.pk}",
        facts=(
            (_("It is"), state(row.published_at, is_active=row.is_active)),
            (_("Shown from"), f"{moment(row.published_at.astimezone(zone))} ({zone.key})"),
            *audience_facts(visit, chosen_for(visit, row)),
            (_("Known to other software as"), row.external_id),
        ),
        places=[address for name in PLACES if (address := getattr(row, name))],
        people=[(one.name or one.email, moment(one.read_at.astimezone(zone))) for one in people[:_PEOPLE]],
        after=f"?after={people[_PEOPLE - 1].member_id}" if len(people) > _PEOPLE else "",
    )


def chosen_for(visit: Visit, row: Announcement) -> Chosen | None:
    return None if row.for_everybody else get_chosen(visit.actor, AnnouncementAudience, row.pk)


def press(visit: Visit, id: int) -> HttpResponse:
    """Withdraw it, or show it again."""
    row = get_announcement(visit.actor, id)
    pressed = visit.text("press")
    if pressed not in _PRESSES:
        raise NotFound("press")
    is_active, done = _PRESSES[pressed]
    try:
        change_announcement(visit.actor, id, {"title": row.title, "is_active": is_active}, seen=row.updated_at)
    except Outdated:
        return _shown(visit, get_announcement(visit.actor, id), outdated())
    return go(f"{PATH}/{id}", done=done)


_PRESSES = {"withdraw": (False, "withdrawn"), "show": (True, "shown")}
