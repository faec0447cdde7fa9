"""What all things have in common that the company's own software names: listed by their id, saved by their name."""

from collections.abc import Callable
from typing import Protocol

from django.http import HttpResponse

from portico.access import Actor
from portico.lib.statements import Shape
from portico.protocols.native.wire import Request, answer, joined_page
from portico.selling.saving import Outcome, Saved

MOST_PER_PAGE = 200


class Listing(Protocol):
    """Documents by descending id, those before one."""

    def __call__(self, actor: Actor, shape: Shape, /, *, before: int | None, limit: int) -> list[tuple[int, str]]: ...


def listed(request: Request, listing: Listing, shape: Shape) -> HttpResponse:
    place, limit = request.cursor(int), request.limit(50, most=MOST_PER_PAGE)
    rows = listing(request.actor, shape, before=place[0] if place else None, limit=limit + 1)
    following = [rows[limit - 1][0]] if len(rows) > limit else None
    return joined_page([document for _, document in rows[:limit]], following)


def saved(made: Saved) -> HttpResponse:
    """201 for what is new; the outcome is said in the body too."""
    return answer({"id": made.id, "outcome": made.outcome}, status=201 if made.outcome is Outcome.ADDED else 200)


def deleted(delete: Callable[[Actor, int], None], request: Request, id: int) -> HttpResponse:
    delete(request.actor, id)
    return HttpResponse(status=204)
