"""Where all slow hashes of this process run, users' and members' alike."""

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connection

from portico.errors import Busy
from portico.lib.passwords.pool import Full, HashPool

P = ParamSpec("P")
T = TypeVar("T")


@cache
def hash_pool() -> HashPool:
    return HashPool(settings.HASHES_AT_ONCE, settings.HASHES_WAITING)


def slowly(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what hashes a password when there is room for it. Raises Busy where too many wait already."""
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: others can use it while this one waits and hashes
    try:
        return hash_pool().run(function, *args, **kwargs)
    except Full:
        raise Busy from None
