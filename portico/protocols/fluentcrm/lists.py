"""Lists (wire notes 10): like tags, but every answer has a form of its own."""

from django.http import HttpResponse

from portico.contacts.actions.labels import (
    Titled,
    add_label,
    add_label_beside,
    change_label,
    delete_labels,
    upsert_labels,
)
from portico.contacts.models import List
from portico.contacts.queries.labels import get_label_document, slug_of
from portico.errors import Invalid, NotFound
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.labels import page_of, saved, titled, titled_rows
from portico.protocols.fluentcrm.wire import Call, answer, as_id, message, raw_answer


def index(call: Call) -> HttpResponse:
    every = shapes.LABEL_CHOICE if call.flag("all_lists") else None
    page = page_of(call, List, shapes.LIST if call.flag("exclude_counts") else shapes.LIST_COUNTED, every)
    more = f',"all_lists":[{page.every}]' if every else ""
    return raw_answer(f'{{"lists":[{page.rows}],"pagination":{{"total":{page.total}}}{more}}}')


def show(call: Call) -> HttpResponse:
    try:
        return raw_answer(get_label_document(call.actor, List, shapes.LIST, call.id()))
    except NotFound:
        return raw_answer("")  # 200 without a body (wire notes 1, "null results")


def create(call: Call) -> HttpResponse:
    wanted = titled(call)
    # There the raw text is compared with existing slugs: only one that looks like a slug can be refused as taken.
    asked = wanted.slug or wanted.title
    add = add_label if asked == slug_of(asked) else add_label_beside
    return answer(saved(add(call.actor, List, wanted), "The list is saved."))


def update(call: Call) -> HttpResponse:
    wanted = titled(call)
    id = as_id(call.parameters["id"]) or 0
    # A slug that is sent gives way to one made from the title; one that is not sent stays (wire notes 10).
    renamed = Titled(wanted.title, description=wanted.description)
    change_label(call.actor, List, renamed, id=id, keep_slug=call.value("slug") is None)
    return answer({"lists": 1, "message": "The list is saved."})


def save_many(call: Call) -> HttpResponse:
    ids = upsert_labels(call.actor, List, list(titled_rows(call, "lists")))
    return answer({"message": "The lists are saved.", "ids": ids})


def delete(call: Call) -> HttpResponse:
    delete_labels(call.actor, List, [as_id(call.parameters["id"]) or 0])
    return message("The list is removed.")  # also where there was none (recording seq-list-delete-404)


def delete_many(call: Call) -> HttpResponse:
    ids = call.ids("listIds")
    if not ids:
        raise Invalid.one("listIds", "required", "Name at least one list.")
    delete_labels(call.actor, List, ids)
    return message("The lists are removed.")
