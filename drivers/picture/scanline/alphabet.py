"""The characters of Code 39 (ISO/IEC 16388) and Code 128 (ISO/IEC 15417), as widths, and what a run of them says. Pure."""

import re
from typing import Final

CODE39: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*"
"""In the order of `WIDE39`. The asterisk begins and ends a symbol."""
WIDE39: Final = re.findall(
    r"\d+",
    "000110100 100100001 001100001 101100000 000110001 100110000 001110000 000100101 100100100 001100100 "
    "100001001 001001001 101001000 000011001 100011000 001011000 000001101 100001100 001001100 000011100 "
    "100000011 001000011 101000010 000010011 100010010 001010010 000000111 100000110 001000110 000010110 "
    "110000001 011000001 111000000 010010001 110010000 011010000 010000101 110000100 011000100 010101000 "
    "010100010 010001010 000101010 010010100",
)
"""Nine elements each, bar and space by turns: 1 is wide."""
WIDTHS128: Final = re.findall(
    r"\d+",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 233111",
)
"""Six elements each, of one to four modules, eleven in all. The last is the stop, which has a bar of two modules after it."""
STARTS128: Final = (103, 104, 105)
STOP128: Final = 106
FINAL128: Final = 2
"""Modules of the bar after the stop."""
SHORTEST: Final = 3
"""Characters of a text: fewer are a scrap."""

_CHECK = 103


def said39(cells: list[int]) -> str | None:
    """The text between the asterisks; None where it does not begin and end with one, or holds one.

    >>> said39([43, 1, 2, 3, 43])
    '123'
    """
    text = "".join(CODE39[cell] for cell in cells)
    whole = len(text) >= SHORTEST + 2 and text[0] == text[-1] == "*" and "*" not in text[1:-1]
    return text[1:-1] if whole else None


def said128(words: list[int]) -> str | None:
    """The text of code words from start to stop; None where one is missing, the check is wrong, or a word has no place.

    A cut symbol whose last word happens to balance is told by its stop alone.

    >>> said128([104, 33, 34, 102, 106])
    'AB'
    >>> said128([104, 33, 34, 102]) is None
    True
    """
    if len(words) < 4 or words[0] not in STARTS128 or words[-1] != STOP128:
        return None
    *body, check, _ = words
    if (body[0] + sum(i * word for i, word in enumerate(body))) % _CHECK != check:
        return None
    return _spelled(body)


def _spelled(body: list[int]) -> str | None:
    sets = {103: "A", 104: "B", 105: "C", 101: "A", 100: "B", 99: "C"}
    now, shifted, text = sets[body[0]], "", ""
    for word in body[1:]:
        here, shifted = shifted or now, ""
        if here == "C" and word < 100:
            text += f"{word:02d}"
        elif word >= 96 or here == "C":
            if word == 98 and here != "C":
                shifted = "B" if here == "A" else "A"
            elif word in sets and word < _CHECK - 1 and sets[word] != here:
                now = sets[word]
            else:
                return None  # function codes, and a start in the middle: no number of ours has them
        else:
            text += chr(word + 32 if here == "B" or word < 64 else word - 64)
    return text
