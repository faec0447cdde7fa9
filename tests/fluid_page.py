"""docs/protocols/fluid.md, its list of operations: made from the routes and operations.txt (see coverage_page)."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portico.access import Permission

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "protocols" / "fluid.md"
OPERATIONS = ROOT / "tests" / "protocols" / "fluid" / "operations.txt"
MARKS = ("DOC", "SPEC", "ROUTE", "PROPOSED")
OURS, NOT_THERE = "ours", "not there"


@dataclass(frozen=True, slots=True)
class Operation:
    """One that is known. `mark` is how sure it is that the original has it."""

    group: str
    mark: str
    method: str
    path: str

    @property
    def key(self) -> tuple[str, str]:
        """By which routes and operations are matched, whatever their parameters are called."""
        return self.method, re.sub(r"{\w+}", "{}", self.path)


def operations() -> Iterator[Operation]:
    group = ""
    for line in OPERATIONS.read_text().splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif line and not line.startswith("#"):
            yield Operation(group, *line.split(" "))


def served() -> dict[tuple[str, str], tuple[str, str]]:
    """Every route: its path and who may call it, by method and path."""
    from portico.protocols.fluid.routes import ROUTES

    shown = ((route, "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route.path)) for route in ROUTES)
    return {(route.method, re.sub(r"{\w+}", "{}", path)): (path, _permission(route.demand)) for route, path in shown}


def _permission(demand: object) -> str:
    from portico.http.routes import Public

    if isinstance(demand, Permission):
        return f"`{demand}`"
    return "none" if demand is Public else "any session"


def made() -> str:
    """The part of the page that is made."""
    known, ours = list(operations()), served()
    return "\n".join([*_summary(known, ours), *_groups(known, ours), *_beside(known, ours)])


def _summary(known: list[Operation], ours: dict[tuple[str, str], tuple[str, str]]) -> Iterator[str]:
    total, there = Counter(one.mark for one in known), Counter(one.mark for one in known if one.key in ours)
    yield "DOC is on a page of the Rep APIs (1.0); SPEC has a schema in a file that was published later; ROUTE is there"
    yield "by path and method only; PROPOSED is on no page and was made after what is beside it."
    yield "\n| | known | served |\n|---|---|---|"
    yield from (f"| {mark} | {total[mark]} | {there[mark]} |" for mark in MARKS)


def _groups(known: list[Operation], ours: dict[tuple[str, str], tuple[str, str]]) -> Iterator[str]:
    for group in dict.fromkeys(one.group for one in known):
        yield f"\n### {group}\n\n| operation | | permission |\n|---|---|---|"
        for one in known:
            if one.group == group:
                permission = ours[one.key][1] if one.key in ours else NOT_THERE
                yield f"| `{one.method} /api{one.path}` | {one.mark} | {permission} |"


def _beside(known: list[Operation], ours: dict[tuple[str, str], tuple[str, str]]) -> Iterator[str]:
    beside = sorted(ours.keys() - {one.key for one in known}, key=lambda key: key[::-1])
    yield "\n### Beside these\n\n| operation | | permission |\n|---|---|---|"
    yield from (f"| `{key[0]} /api{ours[key][0]}` | {OURS} | {ours[key][1]} |" for key in beside)
