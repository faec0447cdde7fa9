"""Imports: a file is sent, its columns are matched, tried out, and then the worker loads it; it can be undone."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.contacts.importing.batches import cancel_import, pause_import, resume_import, start_import
from portico.contacts.importing.guessing import look_at
from portico.contacts.importing.mapping import CUSTOM, list_fields
from portico.contacts.importing.options import Options
from portico.contacts.importing.report import report_lines
from portico.contacts.importing.trying import Forecast, try_import
from portico.contacts.importing.undoing import undo_import
from portico.contacts.importing.uploads import keep_upload, open_upload
from portico.contacts.models import Consent, ImportBatch
from portico.contacts.queries.imports import count_rejected, get_import, list_imports, list_rejected
from portico.errors import Conflict, Invalid, NotFound, Refusal
from portico.web.console.forms import Sheet, show_sheet
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, show_list
from portico.web.console.words import field_label
from portico.web.core_texts import from_core
from portico.web.figures import moment, number
from portico.web.forms import Choice, Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit, go
from portico.web.words import title, word

PATH = "/imports"
_ABOVE = (Crumb(PATH, lazy("Imports")),)
_SHOWN = 50
_ROWS_SHOWN = 3
_S = ImportBatch.State
# What may be pressed in which state.
_PRESSES = {
    _S.WAITING: ("pause", "cancel"),
    _S.RUNNING: ("pause", "cancel"),
    _S.PAUSED: ("resume", "cancel"),
    _S.FAILED: ("resume", "undo"),
    _S.CANCELLED: ("undo",),
    _S.DONE: ("undo",),
    _S.UNDOING: ("undo",),
}
_DO = {"pause": pause_import, "resume": resume_import, "cancel": cancel_import, "undo": undo_import}
_BUTTONS: dict[str, Text] = {
    "pause": lazy("Pause"),
    "resume": lazy("Resume"),
    "cancel": lazy("Cancel"),
    "undo": lazy("Undo"),
}
_MOVING = {_S.WAITING, _S.RUNNING}
# What is wrong with a whole row; other kinds are names of fields.
_WRONG_ROWS: dict[str, Text] = {
    "unreadable": lazy("a row that cannot be read"),
    "cells": lazy("the number of its cells"),
    "duplicate": lazy("the same e-mail address twice"),
}
_COUNTS = ("created", "updated", "unchanged", "skipped", "rejected")


def show(visit: Visit) -> HttpResponse:
    listing = Listing(
        title=_("Imports"),
        text=_("Files of people that were loaded, or are being loaded. Each can be undone for 30 days."),
        columns=(
            Column(_("File"), lambda row: row.file),
            Column(_("Is"), lambda row: word(row.state)),
            Column(_("Rows"), lambda row: row.position, is_number=True),
            *(Column(title(name), lambda row, name=name: getattr(row, name), is_number=True) for name in _COUNTS),  # type: ignore[misc]
            Column(_("Begun (UTC)"), lambda row: moment(row.created_at)),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("Nothing was imported yet. A CSV file from any program will do; what its columns are comes next."),
        add=Link(f"{PATH}/add", _("Import a file")),
    )
    return show_list(visit, listing, list_imports(visit.actor)[:_SHOWN])


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _UPLOAD)


_UPLOAD = Sheet(
    title=lazy("Import a file"),
    button=lazy("Send"),
    text=lazy("Next you see what its columns are taken for. Nothing is loaded yet."),
    back=PATH,
    crumbs=_ABOVE,
    fields=(
        Field("file", lazy("CSV file"), kind="file", hint=lazy("In any encoding, with commas, semicolons or tabs.")),
    ),
    encoding="multipart/form-data",
)


def add(visit: Visit) -> HttpResponse:
    sent = visit.request.FILES.get("file")
    if sent is None:
        return show_sheet(visit, _UPLOAD, Invalid.one("file", "required", _("Choose a file.")))
    try:
        upload = keep_upload(visit.actor, sent.chunks())
        look_at(visit.actor, open_upload(visit.actor, upload))
    except (Invalid, Conflict) as no:
        return show_sheet(visit, _UPLOAD, Invalid.one("file", "unreadable", str(no)))
    return go(f"{PATH}/match", upload=upload, file=(sent.name or "")[:200])


def show_match(visit: Visit) -> HttpResponse:
    return _matched(visit, _asked(visit.asked("upload"), visit.asked("file")))


@dataclass(frozen=True, slots=True)
class _Asked:
    upload: str
    file: str
    options: Options


def _asked(upload: str, file: str, options: Options | None = None) -> _Asked:
    return _Asked(upload, file, options or Options())


def match(visit: Visit) -> HttpResponse:
    """Try it out, or load it: which of the buttons was pressed says so."""
    upload, file = visit.text("upload"), visit.text("file")
    guess = look_at(visit.actor, open_upload(visit.actor, upload))
    consent = visit.text("consent")
    options = Options(
        columns={name: visit.text(f"column-{place}") for place, name in enumerate(guess.header)},
        skip_existing=visit.text("skip") == "yes",
        consent=consent if consent in Consent.values else Consent.SUBSCRIBED,
    )
    asked = _asked(upload, file, options)
    try:
        if visit.text("press") == "load":
            batch = start_import(visit.actor, upload, options, file=file)
            return go(f"{PATH}/{batch.pk}")
        return _matched(visit, asked, forecast=try_import(visit.actor, open_upload(visit.actor, upload), options))
    except (Invalid, Conflict) as no:
        return _matched(visit, asked, no=no)


def _matched(
    visit: Visit, asked: _Asked, *, forecast: Forecast | None = None, no: Refusal | None = None
) -> HttpResponse:
    guess = look_at(visit.actor, open_upload(visit.actor, asked.upload))
    chosen = asked.options.columns or guess.columns()
    known = [
        Choice(field, label if field.startswith(CUSTOM) else word(label)) for field, label in list_fields(visit.actor)
    ]
    columns = [
        {
            "header": name,
            "place": place,
            "sample": ", ".join(cell for row in guess.sample[:_ROWS_SHOWN] for cell in row[place : place + 1] if cell),
            "choices": [replace(one, is_chosen=chosen.get(name) == one.value) for one in known],
        }
        for place, name in enumerate(guess.header)
    ]  # fmt: skip
    consents = [Choice(one, word(one), is_chosen=one == asked.options.consent) for one in Consent.values]
    skips = (
        Choice("no", _("Change what the file says"), is_chosen=not asked.options.skip_existing),
        Choice("yes", _("Leave them as they are"), is_chosen=asked.options.skip_existing),
    )
    return show_screen(
        visit,
        "import_match.html",
        title=_("What its columns are"),
        crumbs=_ABOVE,
        no=no,
        alert=from_core(str(no)) if no else "",
        asked=asked,
        columns=columns,
        fields=(
            Field("consent", _("Status of new contacts whose row says none"), kind="select", choices=consents),
            Field("skip", _("Contacts that are there already"), kind="radio", choices=skips),
        ),
        forecast=forecast,
        counts=[(word(name), number(getattr(forecast, name))) for name in _COUNTS] if forecast else (),
        rejected_by=[(_wrong(kind), number(rows)) for kind, rows in forecast.rejected_by.items()] if forecast else (),
    )


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, get_import(visit.actor, id))


def _shown(visit: Visit, batch: ImportBatch, no: Refusal | None = None) -> HttpResponse:
    facts: list[tuple[str, Any]] = [
        (_("It is"), word(batch.state)),
        (_("Rows"), _far(batch)),
        *((title(name), number(getattr(batch, name))) for name in _COUNTS),
        *(
            (_("Rejected for %(kind)s") % {"kind": _wrong(kind)}, number(rows))
            for kind, rows in count_rejected(visit.actor, batch.pk).items()
        ),
    ]
    rate = batch.position / batch.busy_seconds if batch.busy_seconds else 0
    if batch.state in _MOVING and rate:
        facts.append((_("Rate"), _fast(batch, rate)))
    if batch.problem:
        facts.append((_("Problem"), from_core(batch.problem)))
    if batch.state == _S.UNDONE:
        facts += [(_("Deleted again"), number(batch.deleted)), (_("Put back"), number(batch.restored))]
    return show_screen(
        visit,
        "import.html",
        title=batch.file or _("Import %(pk)s") % {"pk": batch.pk},
        crumbs=_ABOVE,
        no=no,
        alert=from_core(str(no)) if no else "",
        batch=batch,
        facts=facts,
        share=round(100 * batch.position / batch.total) if batch.total else None,
        presses=[(press, _BUTTONS[press]) for press in _PRESSES.get(_S(batch.state), ())],
        is_moving=batch.state in _MOVING,
    )


def _wrong(kind: str) -> str:
    return str(_WRONG_ROWS.get(kind) or field_label(kind))


def _far(batch: ImportBatch) -> str:
    if batch.total is None:
        return number(batch.position)
    return _("%(done)s of %(all)s") % {"done": number(batch.position), "all": number(batch.total)}


def _fast(batch: ImportBatch, rate: float) -> str:
    if batch.total is None:
        return _("%(rate)s rows a second") % {"rate": number(round(rate))}
    left = round((batch.total - batch.position) / rate)
    return _("%(rate)s rows a second, %(left)s seconds left") % {"rate": number(round(rate)), "left": number(left)}


def press(visit: Visit, id: int) -> HttpResponse:
    batch = get_import(visit.actor, id)
    act = _DO.get(visit.text("press"))
    if act is None:
        raise NotFound("press")
    try:
        act(visit.actor, id)
    except (Invalid, Conflict) as no:
        return _shown(visit, batch, no)
    return go(f"{PATH}/{id}")


def rejected(visit: Visit, id: int) -> StreamingHttpResponse:
    """The rejected rows with reasons, as CSV that can be mended and imported."""
    batch = get_import(visit.actor, id)
    lines = report_lines(batch.header, list_rejected(visit.actor, id))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{id}.csv"'
    return response
