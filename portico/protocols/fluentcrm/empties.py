"""Operations whose things are not there yet: each answers what a site that has none of them answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson
from django.http import HttpResponse

from portico.errors import NotFound
from portico.protocols.fluentcrm.wire import Call, paginator, raw_answer


@dataclass(frozen=True, slots=True)
class Empty:
    """A handler that never has anything to show. By this type the list of operations tells what is served empty."""

    answering: Callable[[Call], HttpResponse]

    def __call__(self, call: Call) -> HttpResponse:
        return self.answering(call)


def nothing(**body: Any) -> Empty:
    """The same body for everyone. Empty maps are written [] as PHP writes them (wire notes 3)."""
    text = orjson.dumps(body)
    return Empty(lambda _: raw_answer(text))


def no_rows(key: str, *, per_page: int = 15, on_request: Mapping[str, Any] | None = None, **beside: Any) -> Empty:
    """An empty paginator under this key, what stands beside it, and what `with[]` asks for."""

    def answering(call: Call) -> HttpResponse:
        asked = {name: value for name, value in (on_request or {}).items() if name in call.items("with")}
        page = paginator(call, 0, "", page=call.page, per_page=call.per_page(per_page))
        return raw_answer(_with_first(key, page, beside | asked))

    return Empty(answering)


def _with_first(key: str, text: str, more: Mapping[str, Any]) -> str:
    rest = orjson.dumps(more).decode()[1:]
    return f'{{"{key}":{text}{"," if more else ""}{rest}'


def no_such(thing: str) -> Empty:
    """One of what there are none of: 404 with a message alone (wire notes 2, shape 4)."""

    def answering(_call: Call) -> NoReturn:
        raise NotFound(thing)

    return Empty(answering)


NO_PERFORMANCE = {
    "totals": dict.fromkeys(("sent", "delivered", "opened", "clicked", "bounced"), 0),
    "percentages": dict.fromkeys(("delivered", "opened", "clicked", "bounced"), 0),
}
NO_SALES = {"total_revenue": 0, "total_orders": 0, "average_order_value": 0, "top_products": []}
NO_CHART = {"chart_data": {"labels": [], "datasets": []}, "summary": {"total": 0, "average": 0}}
# An unknown template is a blank one, with 200 (wire notes 21).
NO_TEMPLATE = {
    **dict.fromkeys(("post_title", "post_content", "post_excerpt", "email_subject"), ""),
    "edit_type": "html",
    "design_template": "simple",
    "settings": {"template_config": [], "footer_settings": {"custom_footer": "no", "footer_content": ""}},
}
NO_REVENUE = {
    name: {"title": title, "value": "0", "count": "0"}
    for name, title in {
        "recovered_revenue": "Recovered",
        "processing_revenue": "In progress",
        "lost_revenue": "Lost",
        "draft_revenue": "Drafts",
        "optout_revenue": "Opted out",
        "recovery_rate": "Share recovered",
    }.items()
}
