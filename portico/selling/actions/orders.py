from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.activities import note_activity
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import Invalid, NotFound, Problem
from portico.identity.queries.people import find_membership
from portico.lib.money import as_decimal, is_currency, to_units
from portico.selling.given import (
    Check,
    address,
    given,
    moment,
    name,
    objects,
    one_of,
    or_none,
    set_moment,
    short_text,
    texts,
    whole_number,
)
from portico.selling.models import Order, OrderStatus
from portico.selling.saving import Outcome, Saved, save_named

MOST_ITEMS = 500
_BUYER = ("contact_id", "contact_email", "member_id", "member_email")
_NOBODY = "There is no such person in the company."
_AMOUNTS = ("subtotal", "tax", "shipping", "total")
ADDRESS = ("name", "company", "line_1", "line_2", "city", "state", "postal_code", "country", "phone")


def _currency(value: Any) -> str:
    text = value.strip().upper() if isinstance(value, str) else ""
    if not is_currency(text):
        raise ValueError("currency: This must be a currency's code, like USD.")
    return text


def _as_told(value: Any) -> Any:
    return value  # an amount, which only its currency makes sense of


_ITEM: Mapping[str, Check] = {
    "title": name,
    "sku": short_text,
    "quantity": whole_number(1, 1_000_000),
    "price": _as_told,
    "image_url": address,
}
_CHECKS: Mapping[str, Check] = {
    "external_id": name,
    "number": name,
    "status": one_of(OrderStatus.values),
    "currency": _currency,
    **dict.fromkeys(_AMOUNTS, _as_told),
    "items": objects(_ITEM, ("title",), most=MOST_ITEMS),
    "shipping_address": texts(ADDRESS),
    "billing_address": texts(ADDRESS),
    "tracking_number": short_text,
    "placed_at": set_moment,
    "shipped_at": moment,
    "delivered_at": moment,
    "cancelled_at": moment,
    **dict.fromkeys(("contact_id", "member_id"), or_none(whole_number(1, 10**18))),
    **dict.fromkeys(("contact_email", "member_email"), short_text),
}


@transaction.atomic
def save_order(actor: Actor, fields: Mapping[str, Any]) -> Saved:
    """An order as the shop tells it, found again by its `external_id`; what is not said stays as it is.

    Needed each time: external_id, currency, total. Amounts are decimals in the currency's main unit, as texts or
    numbers; moments ISO 8601 with a zone. Whose it is: contact_id or contact_email, member_id or member_email. A new
    order of a contact is put on its timeline. Raises Invalid.
    """
    actor.require(Permission.ORDERS_WRITE)
    values = _in_units(given(fields, _CHECKS, ("external_id", "currency", "total")))
    external_id = str(values.pop("external_id"))
    values = {**_without_buyer(values), **_buyer(actor, values)}
    if "number" not in values:
        values["number"] = external_id
    try:
        with transaction.atomic():
            saved = save_named(actor, Order, external_id, values)
    except IntegrityError:  # the contact or the member has gone since it was looked up, or was never the company's
        raise Invalid.one("contact_id", "exists", _NOBODY) from None
    if saved.outcome is not Outcome.SAME:
        _tell(actor, saved)
    return saved


def _tell(actor: Actor, saved: Saved) -> None:
    order = Order.objects.get(company_id=actor.company_id, pk=saved.id)
    told = {"number": order.number, "status": order.status, "currency": order.currency}
    told["total"] = as_decimal(order.total, order.currency)
    is_new = saved.outcome is Outcome.ADDED
    contacts = [order.contact_id] if order.contact_id else []
    record(actor, "order.placed" if is_new else "order.changed", "order", order.pk, contacts=contacts, **told)
    if is_new and order.contact_id:
        note_activity(actor.company_id, order.contact_id, "order.placed", "order", order.pk, **told)


@transaction.atomic
def delete_order(actor: Actor, order_id: int) -> None:
    """Take an order away, one that came by mistake: one that was cancelled has a status for it. Raises NotFound."""
    actor.require(Permission.ORDERS_WRITE)
    if not Order.objects.filter(company_id=actor.company_id, pk=order_id).delete()[0]:
        raise NotFound("order")
    record(actor, "order.deleted", "order", order_id)


def _in_units(values: dict[str, Any]) -> dict[str, Any]:
    currency, problems = values["currency"], []
    wrong = f"This must be an amount that there is in {currency}, like {as_decimal(1999, currency)}."

    def units(field: str, amount: Any) -> int:
        try:
            return to_units(amount, currency)
        except ValueError:
            problems.append(Problem(field, "amount", wrong))
            return 0

    made = {**values, **{field: units(field, values[field]) for field in _AMOUNTS if field in values}}
    if "items" in values:
        made["items"] = [
            {"sku": None, "image_url": None, "quantity": 1, **item, "price": units("items", item.get("price", 0))}
            for item in values["items"]
        ]
        made["items_count"] = sum(item["quantity"] for item in made["items"])
    if problems:
        raise Invalid(*problems)
    return made


def _without_buyer(values: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in values.items() if field not in _BUYER}


def _buyer(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say whose it is. Who is not the company's is as unknown as who never was."""
    found = {field: values[field] for field in ("contact_id", "member_id") if field in values}
    for field, find in (("contact_email", _contact_id), ("member_email", _member_id)):
        if values.get(field):
            found[field.replace("_email", "_id")] = id = find(actor, values[field])
            if id is None:
                raise Invalid.one(field, "exists", _NOBODY)
    return found


def _contact_id(actor: Actor, email: str) -> int | None:
    rows = visible_contacts(actor).alias(lower=Lower("email")).filter(lower=Lower(Value(email)))
    return rows.values_list("pk", flat=True).first()


def _member_id(actor: Actor, email: str) -> int | None:
    member = find_membership(actor.company_id, email)
    return member.pk if member else None
