"""A process that opens strangers' files gives up all that it does not need for it: taken over, it still comes by no key.

What is open stays open; from then on it opens nothing, changes no file, fills no memory and reaches no other process, for good.
"""

import ctypes
import resource
from pathlib import Path
from typing import Final

from drivers.picture.landlock import give_up_files

MEMORY: Final = 1 << 30
"""Bytes that a process may take for strangers' files, beyond what the libraries have mapped themselves."""
_DUMPABLE: Final = 4
"""`PR_SET_DUMPABLE`."""


def close_to_others() -> None:
    """Have the memory of this process, where keys are, written to no file, and read by no other process of the same user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_DUMPABLE, 0, 0, 0, 0)


def confine() -> None:
    """Give everything up. On a kernel without Landlock (before 5.13), files can still be moved and deleted by name."""
    most = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    give_up_files()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # of what is to be opened, nothing has a number left
