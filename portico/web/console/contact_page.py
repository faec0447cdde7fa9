"""One contact: about it, its timeline, and what it belongs to."""

import json
from decimal import Decimal
from html import escape
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Actor, Permission
from portico.audit.sign_ins import SignIn
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.notes import LONGEST_TITLE, NoteText, add_note
from portico.contacts.actions.workplaces import add_workplace, remove_workplace
from portico.contacts.queries.whole import get_whole_contact
from portico.errors import Invalid, NotFound
from portico.selling.queries.tasks import sees_all_tasks
from portico.web.console.contact_shape import LATEST, whole_shape
from portico.web.console.doors import who
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.person_rows import name_of
from portico.web.console.timelines import timeline
from portico.web.console.words import day, field_labels, moment, shown_custom
from portico.web.core_texts import from_core
from portico.web.figures import number
from portico.web.forms import Field, Link, alert_of
from portico.web.visits import Visit, go
from portico.web.words import word

_P = Permission
_CHANGES = 20
_SIGN_INS = 5


def _said(visit: Visit) -> str:
    texts = {
        "added": _("The contact is added."),
        "changed": _("The contact is changed."),
        "labelled": _("Saved."),
        "noted": _("The note is written down."),
        "note-changed": _("The note is changed."),
        "note-deleted": _("The note is deleted."),
        "password": _("The password is set."),
        "password-link": _("A mail with a link to set a password is on its way."),
        "merged": _("The two contacts are one now. Further down you can undo it for 30 days."),
        "unmerged": _("The merge is undone."),
        "erased": _("The person is erased."),
    }
    return texts.get(visit.done, "")


def show_contact(visit: Visit, id: int, *, crumbs: tuple[Crumb, ...], no: Invalid | None = None) -> HttpResponse:
    actor = visit.actor
    shape = whole_shape(everybodys_tasks=sees_all_tasks(actor))
    whole = get_whole_contact(actor, shape, id, events=_CHANGES, sign_ins=_SIGN_INS)
    row: dict[str, Any] = json.loads(whole.document)
    errors = {problem.field: from_core(problem.text) for problem in no.problems} if no else {}
    return show_screen(
        visit,
        "contact.html",
        title=name_of(row),
        crumbs=crumbs,
        no=no,
        alert=alert_of([Field("text", ""), Field("name", "")], no),
        said=_said(visit),
        contact=row,
        facts=_facts(row),
        links=_links(actor, row),
        labels=(("tags", _("Tags"), row["tags"]), ("lists", _("Lists"), row["lists"])),
        lines=timeline(row, whole.history.events, actor, most=LATEST),
        has_more_notes=row["notes_count"] > len(row["notes"]),
        tasks=[{**one, "due_on": day(one["due_on"])} for one in row["tasks"]],
        sign_ins=[_sign_in(one) for one in whole.sign_ins],
        merges=[{**one, "at": moment(one["merged_at"])} for one in row["merges"]],
        typed=visit.text("text") if no else "",
        typed_name=visit.text("name") if no else "",
        errors=errors,
        may_write=actor.may(_P.CONTACTS_WRITE),
        may_see_organizations=actor.may(_P.TAGS_READ),
        may_merge=actor.may(_P.CONTACTS_WRITE) and actor.may(_P.CONTACTS_DELETE),
    )


def _links(actor: Actor, row: dict[str, Any]) -> list[Link]:
    """What can be done with the contact as a whole, for who may."""
    path = f"/contacts/{row['id']}"
    password = _("Set another password") if row["has_password"] else _("Set a password")
    mailed = Link(f"{path}/password-link", _("Mail a link to set a password"))
    offered = (
        (Link(f"{path}/edit", _("Edit")), {_P.CONTACTS_WRITE}),
        (Link(f"{path}/password", password), {_P.CONTACTS_WRITE}),
        *([(mailed, {_P.CONTACTS_WRITE})] if row["email"] else ()),
        (Link(f"{path}/merge", _("Merge")), {_P.CONTACTS_WRITE, _P.CONTACTS_DELETE}),
        (Link(f"{path}/export", _("Export")), {_P.CONTACTS_EXPORT}),
        (Link(f"{path}/erase", _("Erase")), {_P.CONTACTS_DELETE}),
        (Link(f"{path}/delete", _("Delete")), {_P.CONTACTS_DELETE}),
    )
    return [link for link, needed in offered if needed <= actor.permissions]


def _facts(row: dict[str, Any]) -> list[tuple[str, Any]]:
    labels = field_labels()
    town = f"{row['postal_code'] or ''} {row['city'] or ''}".strip()
    parts = (row["address_line_1"], row["address_line_2"], town, row["state"], row["country"])
    consent = word(row["consent"])
    if row["consent_changed_at"]:
        consent = _("{status}, since {moment}").format(status=consent, moment=moment(row["consent_changed_at"]))
    facts = [
        *((labels[name], row[name]) for name in ("prefix", "email", "phone")),
        (labels["address_line_1"], ", ".join(text for text in parts if text)),
        (labels["time_zone"], row["time_zone"]),
        (labels["date_of_birth"], day(row["date_of_birth"])),
        (labels["consent"], consent),
        (labels["consent_reason"], row["consent_reason"]),
        (labels["stage"], word(row["stage"])),
        (labels["source"], row["source"]),
        (labels["total_points"], number(row["total_points"]) if row["total_points"] else ""),
        (labels["life_time_value"], _money(row["life_time_value"])),
        (labels["owner_id"], row["owner"]),
        (labels["password_hash"], _("set") if row["has_password"] else _("none")),
        *((labels[name], moment(row[name])) for name in ("created_at", "last_activity_at", "archived_at")),
        *((one["label"], shown_custom(one["kind"], one["value"])) for one in row["custom"]),
    ]
    return [(label, value) for label, value in facts if value not in (None, "")]


def _money(value: Any) -> str:
    """As the reader writes it; nothing for none."""
    amount = Decimal(str(value or 0))
    return number(amount) if amount else ""


def _sign_in(one: SignIn) -> dict[str, Any]:
    what = _("Had to wait after too many wrong passwords") if one.is_limited else _("Signed in")
    return {"at": one.at, "what": what, "by": who(one.by), "address": one.address}


def _as_note(text: str) -> NoteText:
    """The first line is the title; the rest is HTML, in which nothing typed here means anything."""
    title, _blank, rest = text.partition("\n")
    title = title.strip()
    more = f"{title[LONGEST_TITLE:]}\n{rest}".strip()
    return NoteText(type="note", title=title[:LONGEST_TITLE], description=escape(more).replace("\n", "<br>"))


def label(visit: Visit, id: int) -> HttpResponse:
    """Tags and lists put on and taken off; a title that is unknown is made."""
    kind = visit.text("kind")
    if kind not in {"tags", "lists"}:
        raise NotFound("label")
    titles = [title.strip() for title in visit.text("titles").split(",") if title.strip()]
    taken = visit.request.POST.getlist("off")
    wanted: dict[str, Any] = {f"attach_{kind}": titles, f"detach_{kind}": taken}
    change_contact(visit.actor, id, {}, **wanted)
    return go(f"/contacts/{id}", done="labelled")


def note(visit: Visit, id: int) -> HttpResponse:
    text = visit.text("text").strip()
    try:
        if not text:
            raise Invalid.one("text", "required", _("Write something first."))
        add_note(visit.actor, id, _as_note(text))
    except Invalid as no:
        return show_contact(visit, id, crumbs=_above(), no=no)
    return go(f"/contacts/{id}", done="noted")


def work(visit: Visit, id: int) -> HttpResponse:
    """Where the contact works from now on, by name; an organization that is unknown is made."""
    try:
        add_workplace(visit.actor, id, visit.text("name").strip())
    except Invalid as no:
        return show_contact(visit, id, crumbs=_above(), no=no)
    return go(f"/contacts/{id}", done="labelled")


def leave(visit: Visit, id: int) -> HttpResponse:
    """Where the contact no longer works."""
    remove_workplace(visit.actor, id, visit.number("organization"))
    return go(f"/contacts/{id}", done="labelled")


def _above() -> tuple[Crumb, ...]:
    return (Crumb("/contacts", _("Contacts")),)
