"""Orders of a rep's contacts and its own, for others those of the company (reference 7.1)."""

from django.db.models import Case, When
from django.http import HttpResponse

from portico.errors import Invalid
from portico.lib.money_sql import AsNumber, PricedItems
from portico.lib.statements import JsonField, Literal, Shape
from portico.protocols.fluid.dates import days_between
from portico.protocols.fluid.expressions import Instant, full_name
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.wire import Request, document
from portico.selling.models import OrderStatus
from portico.selling.queries.orders import OrdersWanted, get_order_document, list_order_documents

_CUSTOMER = Shape({"id": "contact_id", "full_name": full_name("contact__"), "email": "contact__email"})
ROW = Shape(
    {
        "id": "id",
        "order_number": "number",
        "status": "status",
        **{name: AsNumber(name) for name in ("total", "subtotal", "tax", "shipping")},
        "currency": "currency",
        "items_count": "items_count",
        "created_at": Instant("placed_at"),
        "shipped_at": Instant("shipped_at"),
        "delivered_at": Instant("delivered_at"),
        "cancelled_at": Instant("cancelled_at"),
        "tracking_number": "tracking_number",
        "contact_id": "contact_id",
        "customer": Case(
            When(contact_id__isnull=False, then=_CUSTOMER.build()),
            default=Literal(None, JsonField()),
            output_field=JsonField(),
        ),
    }
)
FULL = ROW.plus(
    {
        "items": PricedItems("items"),
        "shipping_address": "shipping_address",
        "billing_address": "billing_address",
    }
)


def list_orders(request: Request) -> HttpResponse:
    since, before = days_between(request)
    wanted = OrdersWanted(_status(request), since, before, request.optional("search") or "")
    page = list_order_documents(request.actor, ROW, wanted, **asked_page(request))
    answer = document(f"[{','.join(page.rows)}]")
    kept = ("status", "from_date", "to_date", "time_zone", "search")
    return with_counters(answer, request, page.total, *kept, has_more=page.has_more)


def _status(request: Request) -> str:
    status = request.optional("status") or ""
    if status and status not in OrderStatus.values:
        raise Invalid.one("status", "unknown", f"status must be one of {', '.join(OrderStatus.values)}.")
    return status


def show(request: Request, id: int) -> HttpResponse:
    return document(get_order_document(request.actor, FULL, id))
