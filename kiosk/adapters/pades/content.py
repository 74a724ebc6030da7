"""What a page's content leaves behind: a mark that is drawn after it must not be moved by what was never taken back.

A page may save the state of drawing and not restore it. Where that is so, or can't be told for sure, nothing is drawn on the page.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from pyhanko.pdf_utils import generic

LONGEST: Final = 8_000_000
"""Bytes of a page's content that is looked through; a drawing, not a form, has more."""
_TOKENS: Final = re.compile(
    rb"%[^\r\n]*"  # a comment
    rb"|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))*\)"  # a string, with what is nested in it
    rb"|/[^\x00\t\n\f\r ()<>\[\]{}/%]*"  # a name
    rb"|(?<![^\x00\t\n\f\r ()<>\[\]{}/%])(q|Q|BT|ET|BI|\()(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
    rb"|(\()",
    re.DOTALL,
)


def balanced(content: bytes) -> bool:
    r"""Whether all that was saved is restored and all text ended; no for an image among it, whose bytes may look like anything.

    >>> balanced(b"q 1 0 0 1 5 5 cm (a \\) q) Tj /q gs Q"), balanced(b"q q Q"), balanced(b"Q q"), balanced(b"BI ID x EI")
    (True, False, False, False)
    """
    saved = text = 0
    for found in _TOKENS.finditer(content):
        match found[1] or found[2]:
            case b"q":
                saved += 1
            case b"Q":
                saved -= 1
            case b"BT":
                text += 1
            case b"ET":
                text -= 1
            case b"BI" | b"(":
                return False
            case _:
                pass
        if saved < 0 or not 0 <= text <= 1:
            return False
    return saved == text == 0


def settled(page: Any) -> bool:  # noqa: ANN401 - pyHanko's types are not followed
    """Whether a page's content leaves nothing behind."""
    if "/Contents" not in page:
        return True
    contents = page["/Contents"]
    parts: Iterable[Any] = contents if isinstance(contents, generic.ArrayObject) else [contents]
    whole, left = [], LONGEST
    for part in parts:
        data = _decoded(part.get_object())
        left -= LONGEST + 1 if data is None else len(data)
        if left < 0:
            return False
        whole.append(data or b"")
    return balanced(b"\n".join(whole))


def _decoded(stream: Any) -> bytes | None:  # noqa: ANN401
    """What a stream holds; None where that can't be told, as viewers guess at it each in its own way."""
    try:
        return bytes(stream.data) if stream.encoded_data else b""
    except Exception:  # noqa: BLE001 - whatever a hostile stream breaks in the library
        return None
