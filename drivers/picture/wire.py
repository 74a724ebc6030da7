"""The words between a reader and its limited process: a length, a JSON object, and perhaps raw bytes.

>>> import io
>>> stream = io.BytesIO()
>>> send(stream, {"do": "open"}, b"%PDF")
>>> receive(io.BytesIO(stream.getvalue()))
({'do': 'open'}, b'%PDF')

Both ends bound what they take in, since the far one may be in the hands of a hostile picture.
"""

import json
import struct
from dataclasses import asdict
from typing import Any, BinaryIO, cast

from drivers.picture import Dial, Evidence, Fault, Page, Problem, Symbol, Unread, Unreadable
from drivers.scan import Box, Symbology

Message = dict[str, Any]

_HEAD = struct.Struct(">II")
_MOST_JSON = 16 << 20
_MOST_BYTES = 256 << 20


def send(stream: BinaryIO, message: Message, raw: bytes = b"") -> None:
    """Writes one message and flushes it."""
    text = json.dumps(message).encode()
    stream.write(_HEAD.pack(len(text), len(raw)))
    stream.write(text)
    stream.write(raw)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Message, bytes]:
    """Reads one message. Raises `EOFError` where the stream ends, also in the middle of one."""
    json_length, raw_length = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if json_length > _MOST_JSON or raw_length > _MOST_BYTES:
        raise EOFError(f"message too long: expected at most {_MOST_JSON} + {_MOST_BYTES}, got {json_length} + {raw_length}")
    message = json.loads(_exactly(stream, json_length))
    return cast("Message", message), _exactly(stream, raw_length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise EOFError(f"stream ended: expected {length} bytes, got {len(data)}")
    return data


def fault_of(message: Message) -> Fault:
    """A fault as it was sent."""
    return Fault(Problem(message["problem"]), str(message["expected"]), str(message["got"]), str(message["trace"]))


def message_of(value: Page | Fault) -> Message:
    """A page or a fault, to be sent."""
    return asdict(value)


def page_of(message: Message) -> Page:
    """A page as it was sent."""
    return Page(
        file=str(message["file"]),
        page=int(message["page"]),
        width=int(message["width"]),
        height=int(message["height"]),
        symbols=tuple(_symbol(s) for s in message["symbols"]),
        unread=tuple(_unread(u) for u in message["unread"]),
        ms=float(message["ms"]),
        fault=fault_of(message["fault"]) if message["fault"] else None,
        dial=Dial(message["dial"]),
    )


def _symbol(message: Message) -> Symbol:
    evidence = message["evidence"]
    return Symbol(
        text=str(message["text"]),
        symbology=Symbology(message["symbology"]),
        box=_box(message["box"]),
        evidence=Evidence(tuple(map(str, evidence["witnesses"])), int(evidence["lines"])),
        printed=tuple(map(str, message["printed"])),
    )


def _unread(message: Message) -> Unread:
    return Unread(
        box=_box(message["box"]),
        reason=Unreadable(message["reason"]),
        got=tuple(map(str, message["got"])),
        narrow=float(message["narrow"]),
        mil=float(message["mil"]),
        dpi=int(message["dpi"]),
    )


def _box(message: list[Any]) -> Box:
    x0, y0, x1, y1 = (int(n) for n in message)
    return x0, y0, x1, y1
