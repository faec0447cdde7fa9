"""Orders: what the company's shop has told, found and looked at. Only one that came by mistake is deleted here."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import CharField, Value
from django.db.models.functions import Concat, Trim
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.access import Permission
from portico.content.queries.spans import span_of_days, zone_of
from portico.errors import Invalid
from portico.lib.money_sql import AsText, TextPricedItems
from portico.lib.statements import Shape
from portico.selling.actions.orders import delete_order
from portico.selling.models import OrderStatus
from portico.selling.queries.orders import (
    OrdersWanted,
    get_company_order,
    get_order_document,
    list_order_documents,
)
from portico.web.console.days import asked_days, moment_of
from portico.web.console.deletions import DELETE, Deletion
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, Pages, chips, show_list
from portico.web.figures import day, moment, money
from portico.web.forms import Choice, Field, Link, filled
from portico.web.visits import Visit, go

PATH = "/orders"
_PER_PAGE = 25
_NAMED = ("search", "status", "from", "until")
_ROW = Shape(
    {
        "id": "id",
        "number": "number",
        "status": "status",
        "total": AsText("total"),
        "currency": "currency",
        "items_count": "items_count",
        "placed_at": "placed_at",
        "contact_id": "contact_id",
        "customer": Trim(Concat("contact__first_name", Value(" "), "contact__last_name", output_field=CharField())),
        "email": "contact__email",
        "member": Trim(
            Concat("member__user__first_name", Value(" "), "member__user__last_name", output_field=CharField())
        ),
    }
)
_FULL = _ROW.plus(
    {
        **{name: AsText(name) for name in ("subtotal", "tax", "shipping")},
        "tracking_number": "tracking_number",
        "shipped_at": "shipped_at",
        "delivered_at": "delivered_at",
        "cancelled_at": "cancelled_at",
        "items": TextPricedItems("items"),
        "shipping_address": "shipping_address",
        "billing_address": "billing_address",
    }
)
_NUMBER = Shape({"id": "id", "number": "number"})
_ADDRESS = ("name", "company", "line_1", "line_2", "postal_code", "city", "state", "country", "phone")


def _above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Orders")),)


def _statuses() -> dict[str, str]:
    return {
        OrderStatus.PENDING: _("Pending"),
        OrderStatus.PROCESSING: _("In work"),
        OrderStatus.SHIPPED: _("Shipped"),
        OrderStatus.DELIVERED: _("Delivered"),
        OrderStatus.CANCELLED: _("Cancelled"),
    }


def show(visit: Visit) -> HttpResponse:
    zone = zone_of(visit.actor)
    try:
        since, before = span_of_days(zone, *asked_days(visit))
    except Invalid as no:
        return show_list(visit, _listing(visit, zone), (), narrowing=_narrowing(visit, no), no=no)
    status = visit.asked("status")
    wanted = OrdersWanted(
        status=status if status in OrderStatus.values else "",
        since=since,
        before=before,
        after=_after(visit),
        search=visit.asked("search"),
    )
    page = list_order_documents(visit.actor, _ROW, wanted, per_page=_PER_PAGE)
    rows = [json.loads(row) for row in page.rows]
    return show_list(
        visit,
        _listing(visit, zone),
        rows,
        said=_("The order is deleted.") if visit.done == "deleted" else "",
        narrowing=_narrowing(visit),
        pages=Pages(after=_behind(visit, rows[-1]) if page.has_more else ""),
    )


def _after(visit: Visit) -> tuple[datetime, int] | None:
    """The last order of the page before, as the address says it."""
    at, _comma, id = visit.asked("after").rpartition(",")
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None and id.isascii() and id.isdigit() and int(id) < 2**63:
            return moment.astimezone(ZoneInfo("UTC")), int(id)
    return None


def _behind(visit: Visit, row: dict[str, Any]) -> str:
    place = f"{row['placed_at']},{row['id']}"
    return f"?{urlencode({**_asked(visit), 'after': place})}"


def _asked(visit: Visit) -> dict[str, str]:
    return {name: text for name in _NAMED if (text := visit.asked(name))}


def _narrowing(visit: Visit, no: Invalid | None = None) -> Narrowing:
    asked = _asked(visit)
    chosen = asked.get("status", "")
    statuses = [Choice(value, text, is_chosen=value == chosen) for value, text in _statuses().items()]
    fields = [
        replace(SEARCH, label=_("Number, name or e-mail"), value=asked.get("search", "")),
        Field(
            "status",
            _("Status"),
            kind="select",
            choices=[Choice("", _("Any")), *statuses],
            is_required=False,
            is_plain=True,
        ),
        Field("from", _("From"), kind="date", value=asked.get("from", ""), is_required=False, is_plain=True),
        Field("until", _("Until"), kind="date", value=asked.get("until", ""), is_required=False, is_plain=True),
    ]
    labels = {field.name: field.label for field in fields}
    return Narrowing(filled(visit, fields, no) if no else fields, chips(asked, labels, {"status": _statuses()}))


def _listing(visit: Visit, zone: ZoneInfo) -> Listing:
    return Listing(
        title=_("Orders"),
        text=_("What was bought, newest first, as your shop has told it. Days are those of %(zone)s.")
        % {"zone": zone.key},
        columns=(
            Column(_("Number"), lambda row: row["number"]),
            Column(_("Placed"), lambda row: day(moment_of(row["placed_at"], zone))),
            Column(_("Who"), _customer),
            Column(_("Status"), lambda row: _statuses()[row["status"]]),
            Column(_("Pieces"), lambda row: row["items_count"], is_number=True),
            Column(_("Total"), lambda row: money(row["total"], row["currency"]), is_number=True),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("No order is like that.")
        if _asked(visit)
        else _("No order yet. Your shop's software tells of them through the API."),
        links=[Link(f"?{urlencode(_asked(visit))}", _("To the newest"))] if visit.asked("after") else (),
    )


def _customer(row: dict[str, Any]) -> str:
    return str(row["customer"] or row["email"] or row["member"] or "")


def show_one(visit: Visit, id: int) -> HttpResponse:
    row: dict[str, Any] = json.loads(get_order_document(visit.actor, _FULL, id))
    may_delete = visit.actor.may(Permission.ORDERS_WRITE)
    return show_screen(
        visit,
        "order.html",
        title=_("Order %(number)s") % {"number": row["number"]},
        crumbs=_above(),
        order=row,
        facts=_facts(row, zone_of(visit.actor)),
        addresses=[
            (label, [text for name in _ADDRESS if (text := row[key].get(name))])
            for key, label in (("shipping_address", _("Sent to")), ("billing_address", _("Billed to")))
            if row[key]
        ],
        links=[Link(f"{PATH}/{id}/delete", _("Delete this order"))] if may_delete else (),
    )


def _facts(row: dict[str, Any], zone: ZoneInfo) -> list[tuple[str, str]]:
    moments = (
        (_("Placed"), "placed_at"),
        (_("Shipped"), "shipped_at"),
        (_("Delivered"), "delivered_at"),
        (_("Cancelled"), "cancelled_at"),
    )
    times = [(label, f"{moment(moment_of(row[name], zone))} ({zone.key})") for label, name in moments if row[name]]
    facts = [
        (_("Status"), _statuses()[row["status"]]),
        (_("Bought by"), row["member"]),
        (_("Tracking number"), row["tracking_number"] or ""),
    ]
    return [*((label, value) for label, value in facts if value), *times]


def _get(visit: Visit, id: int) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(get_company_order(visit.actor, _NUMBER, id))
    return row


def _delete(visit: Visit, row: dict[str, Any]) -> HttpResponse:
    delete_order(visit.actor, row["id"])
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=_get,
    at=lambda row: (*_above(), Crumb(f"{PATH}/{row['id']}", row["number"])),
    lost=lambda *_one: _(
        "For an order that came by mistake: one that was cancelled has a status for it. Your shop's software makes"
        " it again when it tells of it again. This cannot be undone."
    ),
    delete=_delete,
    words=replace(DELETE, title=lazy("Delete order %(name)s")),
).screens
