"""The timeline of a contact: what was written down, what it did elsewhere and with us, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from portico.access import Actor
from portico.contacts.queries.history import Event
from portico.contacts.queries.own_notes import may_change_note, may_delete_note
from portico.lib.plain_text import from_html
from portico.web.console.activity import action_label
from portico.web.console.doors import door, who
from portico.web.console.words import action_labels, detail, detail_label, field_label, shown
from portico.web.forms import Link

_LONGEST_NOTE = 1500  # characters, of HTML
_LONGEST_BEGINNING = 300
# What stands in the timeline by itself.
_SHOWN_APART = frozenset({"note.added", "event.tracked"})


@dataclass(frozen=True, slots=True)
class Line:
    """`html` is a note's own, of which only the harmless part was kept; `lines` say more, `by` who it was.

    `links` are what can be done with it.
    """

    at: datetime
    title: str
    by: str = ""
    kind: str = "change"
    html: str = ""
    path: str = ""
    lines: Sequence[str] = field(default_factory=tuple)
    links: Sequence[Link] = ()


def timeline(row: Mapping[str, Any], events: Sequence[Event], actor: Actor, *, most: int) -> list[Line]:
    """The last of everything, newest first. `row` is in contact_shape.whole_shape."""
    changes = [change_line(one) for one in events if one.action not in _SHOWN_APART]
    lines = [*_notes(row["notes"], actor), *_events(row["events"]), *_activities(row["activities"]), *changes]
    return sorted(lines, key=lambda one: one.at, reverse=True)[:most]


def _notes(rows: Sequence[Mapping[str, Any]], actor: Actor) -> Iterator[Line]:
    for one in rows:
        text, path = one["description"], f"/notes/{one['id']}"
        line = Line(_moment(one["at"]), one["title"], one["by"] or "", "note", path=path, links=note_links(actor, one))
        yield replace(line, html=text) if len(text) <= _LONGEST_NOTE else replace(line, lines=[beginning(text)])


def note_links(actor: Actor, note: Mapping[str, Any]) -> list[Link]:
    """What this actor may do with a note in contact_shape.NOTE."""
    path, author = f"/notes/{note['id']}", note["author_id"]
    offered = (
        (Link(f"{path}/edit", _("Change")), may_change_note(actor, author)),
        (Link(f"{path}/delete", _("Delete")), may_delete_note(actor, author)),
    )
    return [link for link, may in offered if may]


def beginning(html: str) -> str:
    """Of a note, as plain text: the whole of it is on its own page."""
    return Truncator(from_html(html)).chars(_LONGEST_BEGINNING)


def _events(rows: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    for one in rows:
        lines = [text for text in (one["value"] or "",) if text]
        if one["counter"] > 1:
            lines.append(_("{number} times").format(number=one["counter"]))
        yield Line(_moment(one["at"]), one["title"], one["key"], "event", lines=lines)


def _activities(rows: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    labels = action_labels()
    for one in rows:
        details = one["details"] if isinstance(one["details"], dict) else {}
        told = [f"{detail_label(name)}: {detail(name, value)}" for name, value in details.items()]
        yield Line(_moment(one["at"]), labels.get(one["kind"]) or action_label(one["kind"]), kind="event", lines=told)


def change_line(event: Event) -> Line:
    """One entry of a history."""
    # Of a new contact there was nothing before.
    sentence = _("{field}: {new}") if event.action == "contact.added" else _("{field}: {old} → {new}")
    lines = [
        sentence.format(
            field=field_label(one.field), old=shown(one.old, of=one.field), new=shown(one.new, of=one.field)
        )
        for one in event.changes
    ]
    title = action_labels().get(event.action) or action_label(event.action)
    by = _("{who}, through {wire}").format(who=who(event.by), wire=door(event.wire))
    return Line(event.at, title, by, lines=lines)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
