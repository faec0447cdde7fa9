"""Settings → Data: what is here and how much of it, how long it is kept, and the ways in and out."""

from collections.abc import Generator
from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.audit.exporting import download_audit
from portico.errors import Invalid, Refusal
from portico.reports.data import MOST_COUNTED, Data, Kept, get_data
from portico.web import figures
from portico.web.console.frame import show_screen
from portico.web.core_texts import from_core
from portico.web.forms import Field, Link
from portico.web.visits import Visit

PATH = "/settings/data"


def show(visit: Visit) -> HttpResponse:
    return _shown(visit)


def _shown(visit: Visit, no: Refusal | None = None) -> HttpResponse:
    data = get_data(visit.actor)
    return show_screen(
        visit,
        "data.html",
        title=_("Data"),
        no=no,
        ways=_ways(),
        sizes=_sizes(data),
        kept=_kept(data.kept),
        since=Field(
            "since",
            _("From this day on (UTC)"),
            kind="date",
            value=visit.asked("since"),
            error=from_core(str(no)) if no else "",
            is_required=False,
            is_plain=True,
        ),
    )


def _ways() -> tuple[tuple[Link, str], ...]:
    return (
        (Link("/imports", _("Imports")), _("Bring people in from a file, and undo it.")),
        (Link("/contacts", _("Contacts")), _("Find people, and take them out.")),
        (
            Link("/contacts", _("All about one person")),
            _("On the page of a contact: all that is held about it as one file, or erased for good."),
        ),
        (Link("/duplicates", _("Duplicates")), _("Find people who are here twice, make them one, and undo it.")),
        (Link("/settings/audit", _("Audit log")), _("What happened, and the proof that nothing of it was changed.")),
        (Link("/settings/webhooks", _("Webhooks")), _("Tell other programs of what happens, as it happens.")),
    )


def _sizes(data: Data) -> tuple[tuple[str, str, str], ...]:
    """What there is, how many, and where it is to be found."""
    return (
        (_("Contacts"), figures.number(data.contacts), "/contacts"),
        (_("Orders"), _counted(data.orders), "/orders"),
        (
            _("Media files"),
            f"{figures.number(data.stored.files)} ({filesizeformat(data.stored.bytes)})",
            "/content/media",
        ),
        (_("Views of pages"), figures.number(data.seen.views), ""),
        (_("Leads from pages"), figures.number(data.seen.leads), ""),
        (_("Shares"), figures.number(data.seen.shares), ""),
        (_("Mails"), _counted(data.mails), "/settings/mail"),
        (_("Entries of the audit log"), _counted(data.entries), "/settings/audit"),
    )


def _counted(number: int) -> str:
    if number <= MOST_COUNTED:
        return figures.number(number)
    return _("more than %(number)s") % {"number": figures.number(MOST_COUNTED)}


def _kept(kept: Kept) -> tuple[tuple[str, str], ...]:
    return (
        (_("Contacts and all that belongs to them"), _("until somebody deletes or erases them")),
        (_("The audit log (PORTICO_AUDIT_DAYS)"), long(kept.audit) if kept.audit else _("for ever")),
        (_("What undoing an import needs"), long(kept.undoing_imports)),
        (_("What undoing a merge needs"), long(kept.undoing_merges)),
        (_("Files that were sent to be imported"), long(kept.uploads)),
        (_("Deliveries to webhooks, after they ended"), long(kept.deliveries)),
        (_("Sign-in sessions, after they ended"), long(kept.sessions)),
        (_("Answers kept for a call that is made twice"), long(kept.answers)),
        (_("Files of deleted media"), _("until the worker takes them away, within minutes")),
    )


def long(time: timedelta) -> str:
    """How long that is, in words."""
    if time < timedelta(days=2):
        hours = round(time / timedelta(hours=1))
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    return ngettext("%(number)d day", "%(number)d days", time.days) % {"number": time.days}


def download(visit: Visit) -> HttpResponse | StreamingHttpResponse:
    """The audit log as JSON Lines, whole or since a day."""
    try:
        since = _since(visit.asked("since"))
    except Invalid as no:
        return _shown(visit, no)
    lines: Generator[bytes, None, None] = download_audit(visit.actor, since=since)
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
    return response


def _since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time.min, UTC)
    except ValueError:
        raise Invalid.one("since", "date", _("Choose a day, such as 2030-01-15, or leave it empty.")) from None
