"""Orders as the company's shop tells them."""

from django.http import HttpResponse

from portico.lib.money_sql import AsText, TextPricedItems
from portico.lib.statements import Shape
from portico.protocols.native.named import deleted, listed, saved
from portico.protocols.native.wire import Request, document
from portico.selling.actions.orders import delete_order, save_order
from portico.selling.queries.orders import get_company_order, list_company_orders

ORDER = Shape(
    {
        **{name: name for name in ("id", "external_id", "number", "contact_id", "member_id", "status", "currency")},
        **{name: AsText(name) for name in ("subtotal", "tax", "shipping", "total")},
        "items": TextPricedItems("items"),
        **{
            name: name
            for name in (
                "shipping_address", "billing_address", "tracking_number", "placed_at", "shipped_at", "delivered_at",
                "cancelled_at", "created_at", "updated_at",
            )
        },
    }
)  # fmt: skip


def index(request: Request) -> HttpResponse:
    return listed(request, list_company_orders, ORDER)


def save(request: Request) -> HttpResponse:
    return saved(save_order(request.actor, request.body))


def show(request: Request, id: int) -> HttpResponse:
    return document(get_company_order(request.actor, ORDER, id))


def delete(request: Request, id: int) -> HttpResponse:
    return deleted(delete_order, request, id)
