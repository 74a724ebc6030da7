"""What a decoded value must be: each of these gives it back, or raises TypeError or ValueError. As `verifier/page/js/shape.js`."""

from typing import Final

MOST: Final = 2**53 - 1
"""The largest number that every verifier counts with."""


def text_of(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value


def whole(value: object, most: int = MOST) -> int:
    """A number that counts things: true is none, though Python takes it for 1.

    >>> whole(7)
    7
    >>> whole(True)
    Traceback (most recent call last):
    TypeError: expected a number, got bool
    """
    if type(value) is not int:
        raise TypeError(f"expected a number, got {type(value).__name__}")
    if not -MOST <= value <= most:
        raise ValueError(f"expected at most {most}, got {value}")
    return value


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, got {type(value).__name__}")
    return value
