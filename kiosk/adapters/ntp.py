"""Whether the network sets this machine's clock: the kernel knows it, whichever program does it (adjtimex(2))."""

import ctypes
from typing import Final

_ERROR: Final = 5
"""TIME_ERROR of <sys/timex.h>: not synchronised."""
_SIZE: Final = 208
"""Bytes of struct timex where longs have 8 bytes; all zero, nothing is changed and anybody may ask."""


def synchronised() -> bool | None:
    """Whether it is set; None where the kernel does not tell."""
    asked = ctypes.create_string_buffer(_SIZE)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(asked)
    except (OSError, AttributeError):
        return None
    return None if state < 0 else bool(state != _ERROR)
