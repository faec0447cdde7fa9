"""How the C library keeps memory."""

import ctypes
import sys

_M_MMAP_THRESHOLD = -3
_LARGE = 1 << 20  # bytes


def give_large_blocks_back() -> None:
    """Let blocks of a megabyte and more return to the system when they are freed.

    glibc raises this limit after the first large block that is freed, and then keeps such blocks for each thread: a few
    dozen threads that each hashed one password (19 MiB) would hold on to hundreds of megabytes.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # not in every C library
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _LARGE)
