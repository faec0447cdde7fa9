"""Contacts, which this wire calls subscribers, one by one and as a list (wire notes 8)."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpResponse

from portico.contacts.actions.contacts import change_contact, delete_contacts
from portico.contacts.actions.upserting import add_wanted_contact, upsert_contact
from portico.contacts.models import Consent
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import (
    SORTABLE,
    Order,
    get_contact_document,
    list_contact_documents,
    list_neighbour_ids,
)
from portico.errors import Invalid, NotFound, Outdated
from portico.lib.addresses import is_email
from portico.protocols.fluentcrm import conditions, organization_shapes, paging, shapes
from portico.protocols.fluentcrm.filters import decoded, filter_of
from portico.protocols.fluentcrm.intake import (
    OTHERS,
    TEXTS,
    asks_opt_in,
    custom_of,
    fields_of,
    required,
    wanted,
    within_modules,
)
from portico.protocols.fluentcrm.sanitizing import plain_text
from portico.protocols.fluentcrm.wire import (
    Call,
    answer,
    as_id,
    as_items,
    as_labels,
    as_text,
    message,
    paginator,
    raw_answer,
)

_COLUMNS = {**TEXTS, **OTHERS, "id": "id", "updated_at": "updated_at"}
_SORTS = {name: core for name, core in _COLUMNS.items() if core in SORTABLE}
_LONGEST_SEARCH = 200
_LABELS = ("attach_tags", "detach_tags", "attach_lists", "detach_lists")
# By whether there are organizations, and whether custom fields were asked for.
_LISTED = {
    (False, False): shapes.LISTED,
    (False, True): shapes.LISTED_WITH_CUSTOM,
    (True, False): organization_shapes.LISTED_CONTACT,
    (True, True): organization_shapes.LISTED_CONTACT_WITH_CUSTOM,
}


def _has_organizations(call: Call) -> bool:
    """Whether the company has organizations."""
    return "organizations" in call.actor.modules


def index(call: Call) -> HttpResponse:
    wants_custom = call.value("custom_fields") in ("true", True)
    shape = _LISTED[_has_organizations(call), wants_custom]
    if paging.is_asked_for(call):
        return paging.read_on(call, shape, chosen_by(call), order_of(call), per_page=call.per_page(10))
    page = list_contact_documents(
        call.actor,
        shape,
        chosen_by(call),
        brief=shapes.BRIEF,
        order=order_of(call),
        page=call.page,
        per_page=call.per_page(10),  # the manual page shows 10; the plugin's own default of 15 stays elsewhere
    )
    whole = paginator(call, page.total, page.rows, page=page.number, per_page=page.size)
    echo = orjson.dumps(as_text(call.value("custom_fields"))).decode()
    # The manual page prints the same page flat; both stand side by side.
    return raw_answer(
        f'{{"subscribers":{whole},"custom":{echo},"current_page":{page.number},"per_page":{page.size},'
        f'"total":{page.total},"data":[{page.brief}]}}'
    )


def neighbours(call: Call) -> HttpResponse:
    id = as_id(call.value("current_id"))
    if not call.text("filter_type") or id is None:
        return message("Name filter_type and current_id.", 422)
    descending = call.text("sort_type").upper() != "ASC"
    after, before = list_neighbour_ids(call.actor, chosen_by(call), id, descending=descending)
    return answer({"navigation": {"next": after, "prev": before}, "has_next": bool(after), "has_prev": bool(before)})


def chosen_by(asked: Call | Mapping[str, Any]) -> Chosen:
    """A call's filters, or those of a mapping inside one, as a bulk action's contact_query. Raises Invalid."""
    given = asked.everything() if isinstance(asked, Call) else asked
    search = plain_text(as_text(given.get("search")) or "")[:_LONGEST_SEARCH]
    organizations = _ids(given, "company_ids")
    if given.get("filter_type") == "advanced":
        groups = given.get("advanced_filters")
        # In a JSON body it has to be an array; text in there is not decoded again (wire notes 1).
        if not (isinstance(asked, Call) and "advanced_filters" in asked.json):
            groups = decoded(groups)
        return Chosen(search=search, organizations=organizations, filter=filter_of(groups))
    statuses = as_items(given.get("statuses"))
    return Chosen(
        search=search,
        tags=_labels(given, "tags"),
        lists=_labels(given, "lists"),
        # Names that are no status are left out, and with them the filter when nothing is left of it.
        consents=tuple(name for name in statuses if isinstance(name, str) and name in Consent.values) or None,
        organizations=organizations,
    )


def _labels(given: Mapping[str, Any], name: str) -> tuple[int | str, ...] | None:
    return as_labels(given[name]) if as_items(given.get(name)) else None


def _ids(given: Mapping[str, Any], name: str) -> tuple[int, ...] | None:
    items = as_items(given.get(name))
    return tuple(id for id in map(as_id, items) if id) if items else None


def order_of(call: Call) -> Order:
    """By sort_by and sort_type; unknown columns sort by id."""
    return Order(_SORTS.get(call.text("sort_by"), "id"), descending=call.text("sort_type").upper() != "ASC")


def show(call: Call) -> HttpResponse:
    extras = {item for item in call.items("with") if isinstance(item, str)}
    extras.discard("organizations")
    if _has_organizations(call):
        extras.add("organizations")
    id, email = call.id(), call.text("get_by_email")
    try:
        by = {"email": email} if not id and email else {"id": id}
        return conditions.tagged(get_contact_document(call.actor, conditions.shape_with(extras), **by), extras)
    except NotFound:
        # 422 here, 404 for every other operation on one contact (recordings seq-contact-show-404, -put-404).
        return message("There is no such contact.", 422)


def create(call: Call) -> HttpResponse:
    # One that is there already and pending is asked again, whether the call says so or not (wire notes 8.6).
    asks = asks_opt_in(call.value("double_optin"))
    contact = wanted(call.everything(), required, asks_new=asks, asks_pending=True)
    contact = within_modules(call.actor, contact)
    forced = call.value("__force_update") == "yes"
    shape = shapes.written(
        *_relations(lists=contact.lists or contact.detach_lists, tags=contact.tags or contact.detach_tags),
        relations=organization_shapes.AT_CONTACT if contact.organizations else None,
    )
    done = (upsert_contact if forced else add_wanted_contact)(call.actor, contact, shape)
    text, kind = ("The contact is added.", "created") if done.is_new else ("The contact is changed.", "updated")
    return raw_answer(f'{{"message":"{text}","contact":{done.document},"action_type":"{kind}"}}')


def update(call: Call) -> HttpResponse:
    inner = call.structure("subscriber")
    given = inner if isinstance(inner, dict) else call.everything()
    if "email" in given and not is_email(as_text(given["email"]) or ""):
        raise Invalid.one("email", "email", "This is no e-mail address.")
    fields = fields_of(given)
    for name in ("created_at", "last_activity_at"):
        fields.pop(name, None)
    custom = custom_of(given.get("custom_values"))
    labels: dict[str, Any] = {
        name: as_labels(given.get(name)) for name in ("attach_tags", "detach_tags", "attach_lists", "detach_lists")
    }
    relations = _relations(
        tags=labels["attach_tags"] or labels["detach_tags"], lists=labels["attach_lists"] or labels["detach_lists"]
    )
    id = as_id(call.parameters["id"]) or 0
    shape, seen = shapes.written(*relations), conditions.seen_by(call)
    organization = as_id(given.get("company_id")) if _has_organizations(call) else None
    try:
        done = change_contact(
            call.actor,
            id,
            fields,
            custom_values=custom,
            organization_id=organization,
            shape=shape,
            seen=seen,
            **labels,
        )
    except Outdated:
        return conditions.outdated()
    is_dirty = "true" if set(done.fields) - {"custom_values"} else "false"
    values = orjson.dumps(custom or []).decode()
    return raw_answer(
        f'{{"message":"The contact is changed.","contact":{done.document},"isDirty":{is_dirty},"values":{values}}}'
    )


def delete(call: Call) -> HttpResponse:
    try:
        gone = delete_contacts(call.actor, [as_id(call.parameters["id"]) or 0], seen=conditions.seen_by(call))
    except Outdated:
        return conditions.outdated()
    if not gone:
        raise NotFound("contact")
    return message("The contact is deleted.")


def _relations(**given: object) -> list[str]:
    return [name for name, value in given.items() if value]
