"""Labels of campaigns and automations (wire notes 11). Tags and lists, which are contacts', are in labels.py."""

from typing import Any

from django.http import HttpResponse

from portico.lib.statements import Literal, Shape
from portico.messaging.actions import LabelWanted, add_label, change_label, delete_label
from portico.messaging.models import Label
from portico.messaging.queries import list_label_documents
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.shapes import Moment
from portico.protocols.fluentcrm.wire import Call, answer, as_id, as_text, message, raw_answer

# Nothing here moves a label or puts one under another: all stand side by side, in the order in which they were made.
_LABEL = Shape(
    {
        "id": "id",
        "parent_id": Literal(None),
        "slug": "slug",
        "title": "title",
        "description": Literal(None),
        "position": Literal("1.00"),
        "settings": Shape({"color": "color"}).build(),
        "created_at": Moment("created_at"),
        "updated_at": Moment("updated_at"),
    }
)


def index(call: Call) -> HttpResponse:
    return raw_answer(f'{{"labels":[{list_label_documents(call.actor, _LABEL)}]}}')


def create(call: Call) -> HttpResponse:
    return _saved(add_label(call.actor, _wanted(call)))


def update(call: Call) -> HttpResponse:
    return _saved(change_label(call.actor, as_id(call.parameters["id"]) or 0, _wanted(call)))


def delete(call: Call) -> HttpResponse:
    delete_label(call.actor, as_id(call.parameters["id"]) or 0)
    return message("The label is removed.")


def _wanted(call: Call) -> LabelWanted:
    given = call.structure("label")
    given = given if isinstance(given, dict) else {}
    text = {name: sanitizing.plain_text(as_text(given.get(name)) or "") for name in ("title", "color", "slug")}
    return LabelWanted(**text)


def _saved(label: Label) -> HttpResponse:
    """Only what was set, also after a change (recording seq-label-create)."""
    stamp = "%Y-%m-%d %H:%M:%S"
    row: dict[str, Any] = {
        "slug": label.slug,
        "title": label.title,
        "settings": {"color": label.color},
        "updated_at": label.updated_at.strftime(stamp),
        "created_at": label.created_at.strftime(stamp),
        "id": label.pk,
    }
    return answer({"label": row, "message": "The label is saved."})
