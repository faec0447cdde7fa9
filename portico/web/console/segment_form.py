"""The form in which a segment is put together, condition by condition, without any script."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.contacts.actions.segments import WantedSegment, add_segment, change_segment
from portico.contacts.queries.naming import titles_in
from portico.contacts.queries.segments import Known, count_filtered, get_segment
from portico.errors import Conflict, Invalid, NotFound, Outdated
from portico.web.console.editing import outdated, seen_at
from portico.web.console.filter_words import (
    OPERATORS,
    Kind,
    Subject,
    groups_in_words,
    operator_labels,
)
from portico.web.console.frame import show_screen
from portico.web.console.segment_drafts import LONGEST_KEPT, Draft, sent_draft, with_condition, without
from portico.web.console.segments import PATH, above, at, known_subjects
from portico.web.core_texts import from_core
from portico.web.forms import Choice, Field, alert_of, filled
from portico.web.visits import Visit, go

_PRESSES = frozenset({"keep", "choose", "add", "back", "save"})
Refused = Invalid | Conflict | None


def show_add(visit: Visit) -> HttpResponse:
    return _form(visit, Draft("", "", ()), known_subjects(visit))


def add(visit: Visit) -> HttpResponse:
    return _pressed(visit, None)


def show_edit(visit: Visit, id: int) -> HttpResponse:
    known = get_segment(visit.actor, id=id)
    if not known.id:
        raise NotFound("segment")
    return _form(visit, _draft(known), known_subjects(visit), known)


def edit(visit: Visit, id: int) -> HttpResponse:
    known = get_segment(visit.actor, id=id)
    if not known.id:
        raise NotFound("segment")
    return _pressed(visit, known)


def _draft(known: Known) -> Draft:
    return Draft(known.title, known.description, known.filter.groups)


def _pressed(visit: Visit, known: Known | None) -> HttpResponse:
    """The form again with what the button makes of it, or on to what was saved."""
    choices, press = known_subjects(visit), visit.text("press")
    if press not in _PRESSES and not press.startswith("off-"):
        raise Invalid.one("press", "unknown", _("Press one of the buttons."))
    draft = _draft(known) if known else Draft("", "", ())
    try:
        draft = sent_draft(visit, choices)
        if known and not visit.text("filter"):  # too long to travel with the form: it stays as it is
            draft = replace(draft, groups=known.filter.groups)
        if press in {"add", "save"}:
            draft = with_condition(visit, draft)
        if press == "save":
            return _saved(visit, draft, known)
        draft = without(draft, press)
    except Outdated:
        return _form(visit, draft, choices, known, outdated())
    except (Invalid, Conflict) as no:
        return _form(visit, draft, choices, known, no)
    return _form(visit, replace(draft, subject=None) if press == "back" else draft, choices, known)


def _saved(visit: Visit, draft: Draft, known: Known | None) -> HttpResponse:
    wanted = WantedSegment(draft.title.strip(), draft.filter, draft.description.strip())
    if known is None:
        return go(f"{PATH}/{add_segment(visit.actor, wanted).pk}", done="saved")
    if not visit.text("filter"):
        wanted = replace(wanted, filter=None)
    change_segment(visit.actor, known.id, wanted, seen=seen_at(visit))
    return go(f"{PATH}/{known.id}", done="saved")


def _seen(visit: Visit, known: Known | None, no: Refused) -> str:
    """As it was when somebody opened the form, whatever was pressed since; whoever was told sees it as it is now."""
    now = known.updated_at.isoformat() if known and known.updated_at else ""
    return now if isinstance(no, Conflict) else visit.text("seen") or now


def _form(
    visit: Visit, draft: Draft, choices: list[Subject], known: Known | None = None, no: Refused = None
) -> HttpResponse:
    about, builder = _about(draft), _builder(draft, choices)
    # No field takes the focus where nothing was wrong: pressing a button of the form must not move its reader.
    fields = filled(visit, [*about, *builder], no) if no else [*about, *builder]
    kept = draft.kept
    count, problem = _counted(visit, draft)
    path = f"{PATH}/{known.id}" if known else PATH
    alert = alert_of(fields, no)
    return show_screen(
        visit,
        "segment_form.html",
        title=_("Change {title}").format(title=known.title) if known else _("Add segment"),
        crumbs=at(known) if known else above(),
        no=no,
        alert=alert or ("" if no else problem),
        about=fields[: len(about)],
        builder=fields[len(about) :],
        subject=draft.subject,
        wanted=groups_in_words(draft.filter, choices, titles_in(visit.actor, [draft.filter])),
        kept=kept if len(kept) <= LONGEST_KEPT else "",
        is_long=len(kept) > LONGEST_KEPT,
        seen=_seen(visit, known, no),
        count=count,
        back=path,
    )


def _counted(visit: Visit, draft: Draft) -> tuple[int | None, str]:
    """How many match now, or what is wrong with the filter as it is."""
    if not draft.groups:
        return None, ""
    try:
        return count_filtered(visit.actor, draft.filter), ""
    except Invalid as no:
        return None, from_core(str(no))


def _about(draft: Draft) -> list[Field]:
    # Nothing is required by the browser: the form's other buttons have to work without it.
    return [
        _plain("title", _("Title"), value=draft.title),
        _plain("description", _("Description"), kind="textarea", value=draft.description),
    ]


def _builder(draft: Draft, choices: list[Subject]) -> list[Field]:
    """What is asked next: about what, or how to compare it and with what."""
    if draft.subject is None:
        offered = [Choice(one.key, one.label) for one in choices]
        return [_plain("what", _("Ask for"), kind="select", choices=offered)]
    return _about_value(draft, draft.subject)


def _about_value(draft: Draft, subject: Subject) -> list[Field]:
    labels = operator_labels()
    operators = [Choice(one, labels[one]) for one in OPERATORS[subject.kind]]
    fields = [_plain("how", subject.label, kind="select", choices=operators)]
    if subject.needs_of:
        fields.insert(0, _plain("of", _("Key of the event")))
    if subject.kind in {Kind.CHOICE, Kind.SEVERAL} and subject.choices:
        ticks = [Choice(one, subject.called(one)) for one in subject.choices]
        fields.append(_plain("value", _("Which"), kind="checkboxes", choices=ticks))
    else:
        fields.append(_plain("value", _("Value"), hint=_hint(subject)))
    if draft.groups:
        fields.append(_plain("to", _("Together with what is there"), kind="select", choices=_places(draft)))
    return fields


def _places(draft: Draft) -> list[Choice]:
    """In which group a condition goes; the last one unless somebody says otherwise."""
    last = len(draft.groups) - 1
    groups = [
        Choice(str(at), _("And: has to hold too, in group {number}").format(number=at + 1), is_chosen=at == last)
        for at in range(last + 1)
    ]
    return [*groups, Choice("new", _("Or: another group, of which it is enough"))]


def _hint(subject: Subject) -> str:
    hints = {
        Kind.TITLES: _("Titles, with commas between them."),
        Kind.DAY: _("A day such as 2026-01-31, or a number of days."),
        Kind.SEVERAL: _("With commas between several."),
    }
    return hints.get(subject.kind, "")


def _plain(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, is_required=False, is_plain=True, is_kept=True, **more)
