"""What the company says of its members: rank, points, leads, who is above whom."""

from dataclasses import fields
from typing import Any

from django.http import HttpResponse

from portico.errors import Invalid, Problem
from portico.identity.actions.ranks import NUMBERS, Standing, set_ranks
from portico.identity.queries.ranks import list_rank_documents
from portico.lib.statements import Shape
from portico.protocols.native.named import listed
from portico.protocols.native.wire import Request, answer

RANK = Shape({name: name for name in ("id", "external_id", "name", "members")})
_NAMES = tuple(field.name for field in fields(Standing))
_MOST_PROBLEMS = 20


def index(request: Request) -> HttpResponse:
    return listed(request, list_rank_documents, RANK)


def save(request: Request) -> HttpResponse:
    """Each row as one of the command line's file: all of them or, where one is wrong, none."""
    rows = request.body.get("members")
    if not isinstance(rows, list):
        raise Invalid.one("members", "list", "members must be a list.")
    problems = [problem for number, row in enumerate(rows, 1) for problem in _problems(number, row)]
    if problems:
        raise Invalid(*problems[:_MOST_PROBLEMS])
    return answer({"members": set_ranks(request.actor, [Standing(**row) for row in rows])})


def _problems(number: int, row: Any) -> list[Problem]:
    """Of one row, by its number from 1, as set_ranks names them."""
    if not isinstance(row, dict):
        return [Problem(str(number), "object", f"Row {number}: This must be an object.")]
    found = [
        Problem(str(number), "unknown", f"Row {number}: {name[:100]} is no field. There are {', '.join(_NAMES)}.")
        for name in row
        if name not in _NAMES
    ]
    for name in _NAMES:
        kind = int if name in NUMBERS else str
        value = row.get(name)
        if value is None and name != "email":
            continue
        if not isinstance(value, kind) or isinstance(value, bool):
            text = f"Row {number}: {name} must be a {'whole number' if kind is int else 'text'}."
            found.append(Problem(str(number), "type", text))
    return found
