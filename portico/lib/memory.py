"""How memory is kept."""

import ctypes
import gc
import sys

_M_ARENA_MAX = -8


def share_freed_memory() -> None:
    """Let all threads share one heap, and with it the memory that others have freed.

    glibc gives threads heaps of their own. A few dozen threads that each hashed one password (19 MiB) would together
    hold on to hundreds of megabytes, though only a few of them ever hash at once. The interpreter's lock keeps
    them from waiting for each other there.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # not in every C library
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 1)


def keep_what_is_loaded() -> None:
    """Never look through what there is now for garbage again: the modules, which stay as long as the process.

    Some hundred thousand objects, for which whoever is served in that moment would wait a tenth of a second.
    """
    gc.collect()
    gc.freeze()
