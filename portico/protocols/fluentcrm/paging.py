"""What this wire's contact list can do beyond the original: pages without a total, and reading on by a cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote_plus

import orjson
from django.conf import settings
from django.http import HttpResponse

from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import Order
from portico.contacts.queries.walking import WALKABLE, Place, Stretch, list_contact_stretch
from portico.errors import Invalid
from portico.lib.secrets import seal, unseal
from portico.lib.statements import Shape
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.wire import Call, as_text, page_url, raw_answer

_PURPOSE = "cursor"
_LONGEST_CURSOR = 2000
_NONE = "This is no cursor that was given here."
_COUNT_NONE = "count=none"
# Of a query, what does not belong into the next one: a credential least of all.
_LEFT_OUT = {"cursor", "page", "rest_route", "_wp_http_referer"}


def is_asked_for(call: Call) -> bool:
    return call.value("cursor") is not None or _without_total(call)


def _without_total(call: Call) -> bool:
    """`Prefer: count=none` (RFC 7240)."""
    wishes = (wish.partition(";")[0] for wish in (call.header("Prefer") or "").split(","))
    return any("".join(wish.split()).replace('"', "").lower() == _COUNT_NONE for wish in wishes)


def read_on(call: Call, shape: Shape, chosen: Chosen, order: Order, *, per_page: int) -> HttpResponse:
    """The stretch of the list that the call asks for. Raises Invalid for a cursor that is none of this list."""
    given, counted = call.value("cursor"), not _without_total(call)
    stretch = list_contact_stretch(
        call.actor,
        shape,
        chosen,
        brief=shapes.BRIEF,
        order=order,
        after=_place(call, given, order) if given is not None else None,
        page=call.page if given is None else 1,
        per_page=per_page,
        counted=counted,
    )
    response = _by_page(call, stretch, per_page) if given is None else _by_cursor(call, stretch, order, per_page)
    if not counted:
        response["Preference-Applied"] = _COUNT_NONE
    return response


def _by_page(call: Call, stretch: Stretch, per_page: int) -> HttpResponse:
    number = call.page
    first = (number - 1) * per_page + 1
    places = {
        "current_page": number,
        "last_page": None,
        "next_page_url": page_url(call, number + 1) if stretch.end else None,
        "prev_page_url": page_url(call, number - 1) if number > 1 else None,
        "from": first if stretch.count else None,
        "to": first + stretch.count - 1 if stretch.count else None,
    }
    return listed(call, stretch, per_page, places)


def _by_cursor(call: Call, stretch: Stretch, order: Order, per_page: int) -> HttpResponse:
    cursor = cursor_to(call.actor.company_id, stretch.end, order) if stretch.end else None
    address = f"/wp-json/{quote(call.path.strip('/'))}?{'&'.join([*_query(call), f'cursor={cursor}'])}"
    places = {
        "current_page": None,
        "last_page": None if stretch.total is None else -(-stretch.total // per_page),
        "next_page_url": address if cursor else None,
        **dict.fromkeys(("prev_page_url", "from", "to")),
    }
    response = listed(call, stretch, per_page, places, next_cursor=cursor)
    if cursor:
        response["Link"] = f'<{settings.PUBLIC_URL}{address}>; rel="next"'
    return response


def listed(call: Call, stretch: Stretch, per_page: int, places: dict[str, Any], **more: Any) -> HttpResponse:
    """The list's answer with its keys in their usual order; `more` stands behind them."""
    head = _open({"total": stretch.total, "per_page": per_page, **places})
    flat = _open({"current_page": places["current_page"], "per_page": per_page, "total": stretch.total})
    echo = orjson.dumps(as_text(call.value("custom_fields"))).decode()
    behind = "".join(f',"{name}":{orjson.dumps(value).decode()}' for name, value in more.items())
    return raw_answer(
        f'{{"subscribers":{{{head},"data":[{stretch.rows}]}},"custom":{echo},{flat},"data":[{stretch.brief}]{behind}}}'
    )


def _open(pairs: dict[str, Any]) -> str:
    return orjson.dumps(pairs).decode()[1:-1]


def _query(call: Call) -> Iterator[str]:
    """The query of this call again, part by part."""
    for part in str(call.environ.get("QUERY_STRING", "")).split("&"):
        name = unquote_plus(part.partition("=")[0])
        if part and name not in _LEFT_OUT:
            yield quote(part.encode("latin-1", "replace"), safe="%=+[]:@!$'()*,;/?")


def cursor_to(company_id: int, place: Place, order: Order) -> str:
    """Sealed, because it may hold an e-mail address and stands in addresses, and these in logs."""
    clear = orjson.dumps([company_id, order.field, order.descending, place.id, place.value])
    return urlsafe_b64encode(seal(clear, _PURPOSE)).decode().rstrip("=")


def _place(call: Call, given: Any, order: Order) -> Place | None:
    """Where the cursor points to; None for an empty one, which is the beginning."""
    if order.field not in WALKABLE:
        raise Invalid.one("sort_by", "cursor", f"With a cursor, contacts are sorted by {' or '.join(WALKABLE)}.")
    if given == "":
        return None
    company, field, descending, id, value = _opened(given)
    if company != call.actor.company_id:
        raise Invalid.one("cursor", "cursor", _NONE)
    if (field, descending) != (order.field, order.descending):
        raise Invalid.one("cursor", "order", "This cursor belongs to another order: keep sort_by and sort_type.")
    return Place(id, value)


def _opened(given: Any) -> list[Any]:
    text = given if isinstance(given, str) and len(given) <= _LONGEST_CURSOR else ""
    try:
        clear = unseal(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)), _PURPOSE)
    except ValueError:
        raise Invalid.one("cursor", "cursor", _NONE) from None
    found: list[Any] = orjson.loads(clear)
    return found
