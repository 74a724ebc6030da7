"""What a process says that may be in a stranger's hands: JSON and bytes. A pickle of its would run in the process that hears it."""

import json
import re
from multiprocessing.connection import Connection
from typing import Any, Final

from kiosk.core.faults import Refusal, Unavailable

_LONGEST: Final = 1 << 20
_LARGEST: Final = 256 << 20
"""Bytes of what is said, and of a document with it."""
_CODE: Final = re.compile("[a-z][a-z-]{0,40}")

Told = tuple[Any, bytes]
"""What JSON can say, and bytes with it."""


def tell(line: Connection, told: Told | Refusal | Unavailable) -> None:
    """Say an answer, or a no."""
    match told:
        case Refusal():
            said, raw = {"refusal": told.code, "fields": told.fields}, b""
        case Unavailable():
            said, raw = {"unavailable": [told.part, told.code, told.detail]}, b""
        case _:
            said, raw = {"answer": told[0]}, told[1]
    line.send_bytes(json.dumps(said).encode())
    line.send_bytes(raw)


def hear(line: Connection) -> tuple[bool, Any]:
    """Whether it was done, and the answer (`Told`), or the no; OSError for what is neither, EOFError where nothing more comes."""
    said, raw = line.recv_bytes(_LONGEST), line.recv_bytes(_LARGEST)
    try:
        match json.loads(said):
            case {"answer": answer}:
                return True, (answer, raw)
            case {"refusal": str(code), "fields": dict(fields)} if _CODE.fullmatch(code):
                return False, Refusal(code, **{str(name): str(value)[:200] for name, value in fields.items() if name != "code"})
            case {"unavailable": [str(part), str(code), str(detail)]} if _CODE.fullmatch(part) and _CODE.fullmatch(code):
                return False, Unavailable(part, code, detail[:500])
    except (ValueError, RecursionError):
        pass
    raise OSError("expected an answer or a no, got " + ascii(said[:80]))
