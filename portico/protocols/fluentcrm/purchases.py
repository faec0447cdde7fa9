"""What a contact has bought, from its orders (wire notes 8.8). Whichever shop is asked for."""

from typing import Any

from django.db.models import Func
from django.http import HttpResponse

from portico.lib.money_sql import AsText, TextPricedItems
from portico.lib.statements import JsonField, Shape
from portico.protocols.fluentcrm.shapes import Moment
from portico.protocols.fluentcrm.wire import Call, as_id, raw_answer
from portico.selling.queries.orders import list_orders_of_contact

_MOST_PER_PAGE = 200


class _Items(Func):
    """The wire has a name, how many, and the sum."""

    output_field = JsonField()
    template = (
        "(SELECT coalesce(json_agg(json_build_object('name', item -> 'title', 'quantity', item -> 'quantity', 'total',"
        " ((item ->> 'price')::numeric * (item ->> 'quantity')::numeric)::text)), '[]')"
        " FROM json_array_elements(%(expressions)s) AS item)"
    )

    def __init__(self, items: Any) -> None:
        super().__init__(items)


_ROW = Shape(
    {
        "id": "id",
        "status": "status",
        "total": AsText("total"),
        "currency": "currency",
        "date": Moment("placed_at"),
        "items": _Items(TextPricedItems("items")),
    }
)


def index(call: Call) -> HttpResponse:
    contact_id = as_id(call.parameters["id"]) or 0
    per_page = min(call.per_page(10), _MOST_PER_PAGE)
    total, rows = list_orders_of_contact(call.actor, contact_id, _ROW, page=call.page, per_page=per_page)
    return raw_answer(f'{{"orders":{{"orders":[{rows}],"total":{total}}}}}')
