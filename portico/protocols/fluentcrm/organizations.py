"""Organizations, which this wire calls companies, one by one and as lists (wire notes 13)."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson
from django.http import HttpResponse

from portico.access import Permission
from portico.contacts.actions.organizations import add_organization, change_organization, delete_organizations
from portico.contacts.queries.organization_values import list_organization_values
from portico.contacts.queries.organizations import (
    MOST_FOUND,
    SORTABLE,
    ChosenOrganizations,
    find_organization_documents,
    get_organization_document,
    list_organization_documents,
)
from portico.errors import Invalid, NotFound
from portico.lib.statements import Shape
from portico.protocols.fluentcrm import organization_shapes as shapes
from portico.protocols.fluentcrm.intake import custom_of
from portico.protocols.fluentcrm.organization_intake import COLUMNS, fields_of
from portico.protocols.fluentcrm.wire import Call, answer, as_id, as_items, message, paginator, raw_answer

_SORTS = {
    name: core for name, core in {**COLUMNS, "id": "id", "created_at": "created_at", "updated_at": "updated_at"}.items()
    if core in SORTABLE
}  # fmt: skip
_LONGEST_SEARCH = 200


def index(call: Call) -> HttpResponse:
    page = list_organization_documents(
        call.actor,
        shapes.LISTED,
        chosen_of(call.text("search"), call.value("inline_filters")),
        order=_SORTS.get(call.text("sort_by"), "id"),
        descending=call.text("sort_order").upper() != "ASC",
        page=call.page,
        per_page=call.per_page(15),
    )
    return raw_answer(f'{{"companies":{paginator(call, page.total, page.rows, page=page.number, per_page=page.size)}}}')


def chosen_of(search: str, filters: Any) -> ChosenOrganizations:
    """What a search and the inline filters choose: a category is an industry here."""
    names = filters if isinstance(filters, dict) else {}
    return ChosenOrganizations(
        search[:_LONGEST_SEARCH],
        industries=_names(names.get("company_categories")),
        kinds=_names(names.get("company_types")),
    )


def _names(value: Any) -> tuple[str, ...] | None:
    """None where nothing was named."""
    items = as_items(value)
    return tuple(item for item in items if isinstance(item, str) and "\0" not in item) if items else None


def search(call: Call) -> HttpResponse:
    found = find_organization_documents(
        call.actor,
        shapes.FOUND,
        search=call.text("search")[:_LONGEST_SEARCH],
        always=call.ids("values"),
        not_of_contact=call.id("subscriber_id"),
    )
    more = "true" if found.has_more else "false"
    return raw_answer(f'{{"results":[{found.rows}],"has_more":{more}}}')


def found_by(call: Call, shape: Shape, *, most: int) -> list[dict[str, Any]]:
    """Those that `search` finds, for who may see them where the company has any; before them those of `values`."""
    if "organizations" not in call.actor.modules or not call.actor.may(Permission.TAGS_READ):
        return []
    term = call.text("search")[:_LONGEST_SEARCH]
    found = find_organization_documents(call.actor, shape, search=term, always=call.ids("values"))
    rows: list[dict[str, Any]] = orjson.loads(f"[{found.rows}]")
    return rows[:most]


def choices(call: Call) -> list[dict[str, Any]]:
    return found_by(call, shapes.OPTION, most=MOST_FOUND)


def industries(call: Call) -> list[dict[str, Any]]:
    return _values(call, "industry")


def kinds(call: Call) -> list[dict[str, Any]]:
    return _values(call, "kind")


def _values(call: Call, field: Literal["industry", "kind"]) -> list[dict[str, Any]]:
    if "organizations" not in call.actor.modules or not call.actor.may(Permission.TAGS_READ):
        return []
    found = list_organization_values(call.actor, field, search=call.text("search")[:_LONGEST_SEARCH])
    return [{"id": value, "title": value} for value in found]


def show(call: Call) -> HttpResponse:
    return raw_answer(f'{{"company":{get_organization_document(call.actor, shapes.SHOWN, path_id(call))}}}')


def create(call: Call) -> HttpResponse:
    given = call.everything()
    made = add_organization(
        call.actor,
        _named(given),
        shapes.ORGANIZATION,
        custom_values=custom_of(given.get("custom_values")),
        contact_id=as_id(given.get("intended_contact_id")),
    )
    row = orjson.loads(made.document)
    # Only what was set, in the order of the call (recording seq-company-create).
    names = [name for name in given if name in COLUMNS]
    shown = {name: row[name] for name in (*names, "meta", "hash", "updated_at", "created_at", "id")}
    return answer({"message": "The company is added.", "company": shown})


def update(call: Call) -> HttpResponse:
    """With id 0 a new one is made, as there."""
    id = path_id(call)
    if not id:
        return create(call)
    given = call.everything()
    custom = custom_of(given.get("custom_values"))
    try:
        document = change_organization(call.actor, id, _named(given), shapes.ORGANIZATION, custom_values=custom)
    except Invalid as no:
        # A message here, a bag of rules for a new one (wire notes 13).
        if any(problem.rule == "unique" for problem in no.problems):
            return message(str(no), 422)
        raise
    return raw_answer(f'{{"message":"The company is changed.","company":{document}}}')


def _named(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with a name: the core says what is wrong where none was sent."""
    return {"name": None, **fields_of(given)}


def delete(call: Call) -> HttpResponse:
    if not delete_organizations(call.actor, [path_id(call)]):
        raise NotFound("organization")
    return message("The company is deleted.")


def custom_tab(call: Call) -> HttpResponse:
    """A tab that a plug-in adds to the page of one; there are no plug-ins, so each is empty."""
    get_organization_document(call.actor, shapes.OPTION, path_id(call))
    return answer({"heading": "", "content_html": ""})


def path_id(call: Call) -> int:
    """The path's own: what else is called id in a call is no organization's."""
    return as_id(call.parameters["id"]) or 0
