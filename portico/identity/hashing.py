"""Where all slow hashes of this process run, users' and members' alike."""

import os
import secrets
from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connection

from portico.errors import Busy
from portico.lib.passwords.pool import Full, HashPool

SECONDS_UNTIL_LESS_BUSY = range(1, 6)

P = ParamSpec("P")
T = TypeVar("T")


@cache
def hash_pool() -> HashPool:
    return HashPool(settings.HASHES_AT_ONCE, settings.HASHES_WAITING)


os.register_at_fork(after_in_child=hash_pool.cache_clear)  # a child has no threads of its parent's


def slowly(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what hashes a password when there is room for it. Raises Busy where too many wait already."""
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: others can use it while this one waits and hashes
    try:
        return hash_pool().run(function, *args, **kwargs)
    except Full:
        # Not all at the same moment, or a crowd that was sent away comes back as one.
        raise Busy(secrets.choice(SECONDS_UNTIL_LESS_BUSY)) from None
