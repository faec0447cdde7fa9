"""What tags and lists have in common on this wire; where they differ is in tags.py and lists.py."""

from collections.abc import Iterator
from typing import Any

from portico.contacts.actions.labels import Titled
from portico.contacts.queries.labels import SORTABLE, Label, LabelPage, list_label_documents
from portico.errors import Invalid
from portico.lib.statements import Shape
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.wire import Call, as_text

_LONGEST_SEARCH = 200


def page_of(call: Call, label: Label, shape: Shape, every: Shape | None) -> LabelPage:
    """The page that is asked for; with `every`, all of them beside it."""
    order = call.text("sort_by")
    return list_label_documents(
        call.actor,
        label,
        shape,
        every=every,
        search=call.text("search")[:_LONGEST_SEARCH],
        order=order if order in SORTABLE else "id",
        descending=call.text("sort_order").upper() != "ASC",
        page=call.page,
        per_page=call.per_page(15),
    )


def titled(call: Call) -> Titled:
    """Raises Invalid: a title is required."""
    title = call.text("title")
    if not title:
        raise Invalid.one("title", "required", "The title is needed.")
    return Titled(title, call.text("slug"), sanitizing.description(as_text(call.value("description")) or ""))


def titled_rows(call: Call, name: str) -> Iterator[Titled]:
    """The rows of a bulk call; those without a title are skipped, as there."""
    rows: Any = call.structure(name)
    if not isinstance(rows, list):
        rows = call.structure("items")
    for row in rows if isinstance(rows, list) else ():
        title = sanitizing.plain_text(as_text(row.get("title")) or "") if isinstance(row, dict) else ""
        if title:
            yield Titled(title, sanitizing.plain_text(as_text(row.get("slug")) or ""))


def saved(made: Any, text: str) -> dict[str, Any]:
    """The answer to a new one: only what was set, under both keys, also for a tag (recording create-tag)."""
    stamp = "%Y-%m-%d %H:%M:%S"
    row = {
        "title": made.title,
        "slug": made.slug,
        "description": made.description,
        "updated_at": made.updated_at.strftime(stamp),
        "created_at": made.created_at.strftime(stamp),
        "id": made.pk,
    }
    return {"lists": row, "item": row, "message": text}
