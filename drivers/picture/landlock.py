"""Files that a process gives up for good, itself and whatever it starts (Linux 5.13 on: landlock(7)).

What is open stays open. It then reaches no other process's memory either, opens no connection, and sends no signal: as far as the
kernel's version knows of that. None of it can be taken back.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CREATE: Final = 444
_ADD: Final = 445
_RESTRICT: Final = 446
"""Numbers of system calls, the same on every kind of machine."""
_VERSION: Final = 1
_BENEATH: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_READ: Final = 1 << 2 | 1 << 3
"""Files and folders."""
_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights to files a version knows; 16 from the fifth on."""
_NETWORK: Final = 4
_OTHERS: Final = 6
"""From which version on it knows of the network, and of signals."""
_libc: Final = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Which one this kernel has; 0 for none, or where a service may not use it."""
    return max(0, int(_libc.syscall(_CREATE, None, 0, _VERSION)))


def give_up_files(readable: Iterable[Path] = ()) -> bool:
    """From here on, files below these folders can be read, and no other file can be opened, made, moved or deleted.

    False where the kernel has no Landlock: then nothing has changed. OSError where it refuses.
    """
    known = version()
    if not known:
        return False
    files = (1 << _RIGHTS.get(known, 16)) - 1
    asked = struct.pack("QQQ", files, 0b11 if known >= _NETWORK else 0, 0b11 if known >= _OTHERS else 0)
    rules = _done(_libc.syscall(_CREATE, asked, len(asked), 0))
    for folder in readable:
        if folder.is_dir():
            _allow(rules, folder)
    _done(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _done(_libc.syscall(_RESTRICT, rules, 0))
    os.close(rules)
    return True


def _allow(rules: int, folder: Path) -> None:
    there = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        _done(_libc.syscall(_ADD, rules, _BENEATH, struct.pack("=Qi", _READ, there), 0))
    finally:
        os.close(there)


def _done(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "landlock")
    return int(result)
