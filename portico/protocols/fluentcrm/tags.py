"""Tags (wire notes 9)."""

from django.http import HttpResponse

from portico.contacts.actions.labels import add_label, change_label, delete_labels, upsert_labels
from portico.contacts.models import Tag
from portico.contacts.queries.labels import get_label_document
from portico.errors import Invalid, NotFound
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.labels import page_of, saved, titled, titled_rows
from portico.protocols.fluentcrm.wire import Call, answer, as_id, message, paginator, raw_answer


def index(call: Call) -> HttpResponse:
    every = shapes.LABEL_CHOICE if call.flag("all_tags") else None
    page = page_of(call, Tag, shapes.TAG if call.flag("exclude_counts") else shapes.TAG_COUNTED, every)
    whole = paginator(call, page.total, page.rows, page=call.page, per_page=call.per_page(15))
    more = f',"all_tags":[{page.every}]' if every else ""
    return raw_answer(f'{{"tags":{whole}{more}}}')


def show(call: Call) -> HttpResponse:
    try:
        return raw_answer(f'{{"tag":{get_label_document(call.actor, Tag, shapes.TAG, call.id())}}}')
    except NotFound:
        return answer({"tag": None})  # wire notes 1, "null results"


def create(call: Call) -> HttpResponse:
    return answer(saved(add_label(call.actor, Tag, titled(call)), "The tag is saved."))


def update(call: Call) -> HttpResponse:
    id = as_id(call.parameters["id"]) or 0
    by_slug = call.text("slug") if not id and call.text("update_by") == "slug" else ""
    try:
        change_label(call.actor, Tag, titled(call), id=id, with_slug=by_slug)
    except NotFound:
        if not by_slug:
            raise
        return message("There is no such tag.", 422)
    return answer({"lists": 1, "message": "The tag is saved."})  # the number of rows, not the tag (wire notes 9)


def save_many(call: Call) -> HttpResponse:
    ids = upsert_labels(call.actor, Tag, list(titled_rows(call, "tags")))
    return answer({"message": "The tags are saved.", "ids": ids})


def delete(call: Call) -> HttpResponse:
    if not delete_labels(call.actor, Tag, [as_id(call.parameters["id"]) or 0]):
        raise NotFound("tag")
    return message("The tag is removed.")


def delete_many(call: Call) -> HttpResponse:
    ids = call.ids("tagIds")
    if not ids:
        raise Invalid.one("tagIds", "required", "Name at least one tag.")
    delete_labels(call.actor, Tag, ids)
    return message("The tags are removed.")
