"""docs/protocols/fluentcrm.md, its list of operations: made from the routes, so that it cannot lie. And fluid.md's.

`python -m tests.coverage_page` says whether the page is out of date (exit 1), with --write it is written anew. What the
interface has is in operations.txt; whether it is served, and with what permission, say the routes; whether it is
always empty says the type of the handler. All else on the page is written by hand and kept.
"""

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from portico.access import Permission
from tests import fluid_page

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "protocols" / "fluentcrm.md"
OPERATIONS = ROOT / "tests" / "protocols" / "fluentcrm" / "operations.txt"
BEGIN = "<!-- From here to the end mark: python -m tests.coverage_page --write -->"
END = "<!-- End mark -->"
PREFIX = "fluent-crm/v2/"
SERVED, EMPTY, NOT_YET = "served", "served empty", "not yet"


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the interface. `edition` is core or pro."""

    module: str
    edition: str
    method: str
    path: str

    @property
    def key(self) -> tuple[str, str]:
        """By which routes and operations are matched, whatever their parameters are called."""
        return self.method, re.sub(r"{\w+}", "{}", self.path)


@dataclass(frozen=True, slots=True)
class Served:
    """One of ours: its permission as a caller knows it, and whether it ever has something to show."""

    permission: str
    is_empty: bool


def operations() -> Iterator[Operation]:
    module = ""
    for line in OPERATIONS.read_text().splitlines():
        if line.startswith("["):
            module = line.strip("[]")
        elif line and not line.startswith("#"):
            yield Operation(module, *line.split(" "))


def served() -> dict[tuple[str, str], Served]:
    """Every route below the interface's address, by method and path."""
    from portico.protocols.fluentcrm.empties import Empty
    from portico.protocols.fluentcrm.routes import ROUTES

    return {
        (route.method, "/" + re.sub(r"<\w+:\w+>", "{}", route.path.removeprefix(PREFIX))): Served(
            permission_of(route.demand), isinstance(route.handler, Empty)
        )
        for route in ROUTES
        if route.path.startswith(PREFIX)
    }


def permission_of(demand: object) -> str:
    """As the interface calls it."""
    from portico.http.routes import AnyOf, Public
    from portico.protocols.fluentcrm.permissions import SLUGS

    if isinstance(demand, AnyOf):
        return " or ".join(permission_of(one) for one in demand.permissions)
    if isinstance(demand, Permission):
        return next((f"`{name}`" for name, slug in SLUGS.items() if demand in slug.means), f"our `{demand}`")
    return "none" if demand is Public else "any key"


def made() -> str:
    """The part of the page that is made."""
    known, ours = list(operations()), served()
    rows: dict[str, list[tuple[Operation, str, str]]] = {}
    for operation in known:
        one = ours.get(operation.key)
        state = NOT_YET if one is None else EMPTY if one.is_empty else SERVED
        rows.setdefault(operation.module, []).append((operation, state, one.permission if one else ""))
    beside = sorted(ours.keys() - {operation.key for operation in known}, key=lambda key: key[::-1])
    return "\n".join([*_summary(rows), *_modules(rows), *_beside(beside, ours)])


def _summary(rows: dict[str, list[tuple[Operation, str, str]]]) -> Iterator[str]:
    states = {module: Counter(state for _, state, _ in held) for module, held in rows.items()}
    total = sum(states.values(), Counter())
    yield f"Of {total.total()} operations {total[SERVED]} are served. {total[EMPTY]} are served empty: they answer"
    yield f"what a site answers that has none of it. {total[NOT_YET]} are not there yet: 404 `rest_no_route`."
    yield ""
    yield "| module | served | served empty | not yet |"
    yield "|---|---|---|---|"
    for module, counts in states.items():
        numbers = " | ".join(str(counts[state] or "") for state in (SERVED, EMPTY, NOT_YET))
        yield f"| {module} | {numbers} |"


def _modules(rows: dict[str, list[tuple[Operation, str, str]]]) -> Iterator[str]:
    for module, held in rows.items():
        yield f"\n### {module}\n\n| operation | permission | |\n|---|---|---|"
        for operation, state, permission in held:
            edition = " (pro)" if operation.edition == "pro" else ""
            yield f"| `{operation.method} {operation.path}`{edition} | {permission} | {state} |"


def _beside(keys: list[tuple[str, str]], ours: dict[tuple[str, str], Served]) -> Iterator[str]:
    if keys:
        yield "\n### Served beside these\n\n| operation | permission |\n|---|---|"
        yield from (f"| `{method} {path}` | {ours[method, path].permission} |" for method, path in keys)


def renewed(page: str, make: Callable[[], str] = made) -> str:
    """The page with its list made anew. Raises ValueError where the marks are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError("the page has lost its marks")
    return f"{before}{BEGIN}\n\n{make()}\n\n{END}{after}"


def main(arguments: list[str]) -> int:
    stale = 0
    for path, make in ((PAGE, made), (fluid_page.PAGE, fluid_page.made)):
        page = path.read_text()
        fresh = renewed(page, make)
        if "--write" in arguments:
            path.write_text(fresh)
        elif page != fresh:
            stale = 1
            sys.stdout.write(f"{path.name} is out of date: python -m tests.coverage_page --write\n")
    return stale


if __name__ == "__main__":
    import django

    with tempfile.TemporaryDirectory() as data:
        os.environ.update({"PORTICO_DATA": data, "DJANGO_SETTINGS_MODULE": "portico.settings"})
        django.setup()
        sys.exit(main(sys.argv[1:]))
