"""Routes as data: method, path, handler and the permission that it demands, one a line."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portico.access import Actor, Permission


class Public:
    """Said on the route line instead of a permission: anybody may call this."""


class SignedIn:
    """Said on the route line instead of a permission: any good credential will do, for what is its holder's own."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Said on the route line instead of a permission: each of these will do."""

    permissions: tuple[Permission, ...]


def any_of(*permissions: Permission) -> AnyOf:
    return AnyOf(permissions)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Said on the route line instead of a permission: each of these is needed."""

    permissions: tuple[Permission, ...]


def all_of(*permissions: Permission) -> AllOf:
    return AllOf(permissions)


Demand = Permission | AnyOf | AllOf | type[Public] | type[SignedIn]
Handler = Callable[..., Any]

_PARAMETER = re.compile(r"<(int|str):(\w+)>")
_FORMS = {"int": "[0-9]{1,18}", "str": "[^/]+"}


@dataclass(frozen=True, slots=True)
class Route:
    """`path` has no slash at either end; <int:id> takes digits only, <str:name> anything but a slash.

    A route of a module is closed to whoever's company has it switched off.
    """

    method: str
    path: str
    handler: Handler
    demand: Demand
    module: str = ""


class Routes:
    """A wire's routes, matched ignoring case and a slash at the end. A fixed path goes before one with parameters."""

    def __init__(self, *routes: Route) -> None:
        self._routes = routes
        self._fixed: dict[str, dict[str, Route]] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], dict[str, Route]]] = {}
        for route in routes:
            by_method = self._fixed if "<" not in route.path else None
            if by_method is not None:
                by_method.setdefault(route.path.lower(), {})[route.method] = route
                continue
            _, known = self._patterns.setdefault(route.path, (_compiled(route.path), {}))
            known[route.method] = route

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def at(self, path: str) -> tuple[dict[str, Route], dict[str, str | int]]:
        """The routes at this path by method (empty: there are none), and the path's parameters."""
        path = path.strip("/")
        fixed = self._fixed.get(path.lower())
        if fixed is not None:
            return fixed, {}
        for pattern, known in self._patterns.values():
            found = pattern.fullmatch(path)
            if found:
                return known, {
                    name.removesuffix("_int"): int(value) if name.endswith("_int") else value
                    for name, value in found.groupdict().items()
                }
        return {}, {}

    def allowed(self, path: str) -> list[str]:
        """The methods that this path knows, in the order of the routes."""
        return list(self.at(path)[0])


def _compiled(path: str) -> re.Pattern[str]:
    def group(found: re.Match[str]) -> str:
        kind, name = found.groups()
        return f"(?P<{name}{'_int' if kind == 'int' else ''}>{_FORMS[kind]})"

    return re.compile(_PARAMETER.sub(group, path), re.IGNORECASE)


def route(method: str, path: str, handler: Handler, demand: Demand, *, module: str = "") -> Route:
    return Route(method, path, handler, demand, module)


def meets(actor: Actor, demand: Demand) -> bool:
    """Whether somebody with a good credential may call a route that demands this."""
    if isinstance(demand, AnyOf):
        return any(actor.may(permission) for permission in demand.permissions)
    if isinstance(demand, AllOf):
        return all(actor.may(permission) for permission in demand.permissions)
    return not isinstance(demand, Permission) or actor.may(demand)
