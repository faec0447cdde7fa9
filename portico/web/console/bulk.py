"""One change to many contacts: chosen in the list, said here, made by the worker, with its progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.contacts.changing.actions import resume_change, select_matching, select_ticked, start_change, stop_change
from portico.contacts.changing.kinds import KINDS
from portico.contacts.changing.queries import get_change, list_changes
from portico.contacts.models import BulkChange, Consent
from portico.contacts.queries.narrowing import list_choices
from portico.errors import Conflict, Denied, Invalid, NotFound, Refusal
from portico.identity.queries.members import list_owner_emails
from portico.web.console.contact_view import PATH as CONTACTS
from portico.web.console.contact_view import View
from portico.web.console.doors import who
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, show_list
from portico.web.core_texts import from_core
from portico.web.figures import moment, number
from portico.web.forms import Choice, Field, Link, alert_of, filled
from portico.web.visits import Visit, go
from portico.web.words import word

PATH = "/bulk-changes"
_SHOWN = 50
_MOST_OWNERS = 100
_K, _S = BulkChange.Kind, BulkChange.State
_MOVING = {_S.WAITING, _S.RUNNING}
_WORDS: Mapping[str, str | Promise] = {
    _K.TAG: gettext_lazy("Put on the tag “%(what)s”"),
    _K.UNTAG: gettext_lazy("Take off the tag “%(what)s”"),
    _K.LIST: gettext_lazy("Put on the list “%(what)s”"),
    _K.UNLIST: gettext_lazy("Take off the list “%(what)s”"),
    _K.CONSENT: gettext_lazy("Set the status to %(what)s"),
    _K.OWNER: gettext_lazy("Give to %(what)s"),
    _K.DELETE: gettext_lazy("Delete"),
}
_STATES: Mapping[str, str | Promise] = {
    _S.CHOSEN: gettext_lazy("not begun"),
    _S.WAITING: gettext_lazy("waiting for the worker"),
    _S.RUNNING: gettext_lazy("running"),
    _S.STOPPED: gettext_lazy("stopped"),
    _S.DONE: gettext_lazy("done"),
    _S.FAILED: gettext_lazy("failed"),
}
_DO = {"stop": stop_change, "resume": resume_change}


def show(visit: Visit) -> HttpResponse:
    listing = Listing(
        title=_("Bulk changes"),
        text=_("Changes to many contacts at once, newest first."),
        columns=(
            Column(_("What"), _what),
            Column(_("Is"), lambda row: _STATES[row.state]),
            Column(_("Done"), lambda row: number(row.done), is_number=True),
            Column(_("Of"), lambda row: number(row.total), is_number=True),
            Column(_("By"), lambda row: who(row.by["name"])),
            Column(_("Chosen (UTC)"), lambda row: moment(row.created_at)),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("None yet. Tick contacts in their list, or choose all that match, and say what is to be done."),
        crumbs=_above()[:1],
    )
    return show_list(visit, listing, list_changes(visit.actor)[:_SHOWN])


def _above() -> tuple[Crumb, ...]:
    return (Crumb(CONTACTS, _("Contacts")), Crumb(PATH, _("Bulk changes")))


def _what(change: BulkChange) -> str:
    if change.kind not in _WORDS:
        return _("Nothing yet")
    what = change.value.get("text") or _("nobody")
    return str(_WORDS[change.kind]) % {"what": word(what) if change.kind == _K.CONSENT else what}


def add(visit: Visit) -> HttpResponse:
    """Those that are ticked in the list, or all that its address matches."""
    view = View.of(QueryDict(visit.text("view")))
    try:
        if visit.text("scope") == "all":
            change = select_matching(visit.actor, view.narrowed)
        else:
            change = select_ticked(visit.actor, visit.numbers("id"))
    except Invalid:
        return go(f"{view.address}{'&' if view.query else '?'}done=nobody")
    return go(f"{PATH}/{change.pk}")


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, get_change(visit.actor, id))


def _shown(visit: Visit, change: BulkChange, no: Refusal | None = None) -> HttpResponse:
    return _choosing(visit, change, no) if change.state == _S.CHOSEN else _progress(visit, change, no)


@dataclass(frozen=True, slots=True)
class _Act:
    """Something that can be done, with what it needs to know."""

    kind: str
    title: str
    button: str
    field: Field

    @property
    def is_dangerous(self) -> bool:
        return self.kind == _K.DELETE


def _choosing(visit: Visit, change: BulkChange, no: Refusal | None) -> HttpResponse:
    acts = _acts(visit, change)
    fields = filled(visit, [replace(act.field, is_kept=True) for act in acts], no)
    return show_screen(
        visit,
        "bulk_choose.html",
        title=_("Change %(count)s contacts") % {"count": number(change.total)},
        crumbs=_above(),
        no=no,
        alert=alert_of(fields, no),
        acts=[replace(act, field=replace(one, has_focus=False)) for act, one in zip(acts, fields, strict=True)],
    )


def _acts(visit: Visit, change: BulkChange) -> list[_Act]:
    choices = list_choices(visit.actor)
    tags, lists = ([title for _id, title in known] for known in (choices.tags, choices.lists))
    statuses = [Choice(one, word(one)) for one in Consent.values]
    emails = list_owner_emails(visit.actor, count=_MOST_OWNERS)
    hint = _("The e-mail address of somebody in the company. Empty: nobody owns them.")
    count = _("Type %(count)s") % {"count": change.total}
    warning = _("They go with all that belongs to them. This cannot be undone.")
    acts = (
        _act(_K.TAG, _("Put on a tag"), _("Tag"), _("Put on"), suggestions=tags),
        _act(_K.UNTAG, _("Take off a tag"), _("Tag"), _("Take off"), suggestions=tags),
        _act(_K.LIST, _("Put on a list"), _("List"), _("Put on"), suggestions=lists),
        _act(_K.UNLIST, _("Take off a list"), _("List"), _("Take off"), suggestions=lists),
        _act(_K.CONSENT, _("Change the status"), _("Status"), _("Change"), kind="select", choices=statuses),
        _act(
            _K.OWNER, _("Change the owner"), _("Owner"), _("Change"), suggestions=emails, hint=hint, is_required=False
        ),
        _act(_K.DELETE, _("Delete them"), count, _("Delete"), hint=warning, inputmode="numeric"),
    )
    return [act for act in acts if KINDS[act.kind].allows(visit.actor)]


def _act(
    name: str,
    title: str,
    label: str,
    button: str,
    *,
    kind: str = "text",
    hint: str = "",
    inputmode: str = "",
    choices: Sequence[Choice] = (),
    suggestions: Sequence[str] = (),
    is_required: bool = True,
) -> _Act:
    field = Field(
        name,
        label,
        kind=kind,
        hint=hint,
        inputmode=inputmode,
        choices=choices,
        suggestions=suggestions,
        is_required=is_required,
    )
    return _Act(name, title, button, field)


def press(visit: Visit, id: int) -> HttpResponse:
    """What is to be done is said, or it is stopped or gone on with."""
    change, kind = get_change(visit.actor, id), visit.text("kind")
    act = _DO.get(visit.text("press"))
    try:
        if act is not None:
            act(visit.actor, id)
        elif kind not in KINDS or not KINDS[kind].allows(visit.actor):
            raise NotFound("change")
        else:
            _confirm(visit, change, kind)
            start_change(visit.actor, id, kind, visit.text(kind))
    except (Invalid, Conflict, Denied) as no:
        return _shown(visit, get_change(visit.actor, id), no)
    return go(f"{PATH}/{id}")


def _confirm(visit: Visit, change: BulkChange, kind: str) -> None:
    typed = visit.text(kind).strip().replace(",", "").replace(".", "")
    if kind == _K.DELETE and typed != str(change.total):
        raise Invalid.one(kind, "wrong", _("Type %(count)s to delete so many contacts.") % {"count": change.total})


def _progress(visit: Visit, change: BulkChange, no: Refusal | None) -> HttpResponse:
    facts: list[tuple[str, object]] = [
        (_("What"), _what(change)),
        (_("Is"), _STATES[change.state]),
        (_("Contacts done"), _("%(done)s of %(total)s") % {"done": number(change.done), "total": number(change.total)}),
        (_("By"), who(change.by["name"])),
        (_("Chosen"), f"{moment(change.created_at)} UTC"),
    ]
    if change.finished_at:
        facts.append((_("Ended"), f"{moment(change.finished_at)} UTC"))
    if change.problem:
        facts.append((_("Problem"), from_core(change.problem)))
    is_own = change.member_id == visit.actor.membership_id
    may_resume = change.state in {_S.STOPPED, _S.FAILED} and is_own and KINDS[change.kind].allows(visit.actor)
    presses = [("stop", _("Stop"))] if change.state in _MOVING else [("resume", _("Go on"))] if may_resume else []
    return show_screen(
        visit,
        "progress.html",
        title=_("Bulk change %(number)s") % {"number": change.pk},
        crumbs=_above(),
        no=no,
        alert=alert_of((), no),
        share=100 if change.state == _S.DONE else min(99, 100 * change.done // change.total),
        facts=facts,
        presses=presses,
        is_moving=change.state in _MOVING,
        links=(Link(CONTACTS, _("Back to the contacts")),),
    )
