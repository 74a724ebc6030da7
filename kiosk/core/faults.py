"""Every way to say no.

A `Refusal` is put right by people: the client, or the officer. An `Unavailable` is put right by time.
They are never mixed: "could not ask" is neither NR nor N/A (Q6).

>>> str(Refusal("too-long", got="30 characters", expected="5 to 25"))
'too-long: expected 5 to 25, got 30 characters'
"""

from typing import Final


class Refusal(ValueError):
    """A no that somebody can mend. `code` is stable and has its sentence in each language; `fields` fill that sentence."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code: Final = code
        self.fields: Final = {name: str(value) for name, value in fields.items()}
        super().__init__(code)

    def __str__(self) -> str:
        said = [f"{name} {self.fields[name]}" for name in ("expected", "got") if name in self.fields]
        rest = [f"{name} {value}" for name, value in self.fields.items() if name not in ("expected", "got")]
        return f"{self.code}: {', '.join(said + rest)}" if said + rest else self.code

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (self.code, self.fields) == (other.code, other.fields)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.fields.items()))))


class Forged(Refusal):
    """What should prove release does not: forged, altered, or not to be trusted; `code` says why (P2)."""


class Conflict(Refusal):
    """Somebody was there before: the subject has moved on since it was read."""


class Unavailable(Exception):
    """What was asked could not answer: nothing is known, and nothing may be concluded (Q6).

    `part` is what did not answer (store, printer, journal), `code` the reason, `detail` what was got, for the technician.
    """

    def __init__(self, part: str, code: str, detail: str = "") -> None:
        self.part: Final = part
        self.code: Final = code
        self.detail: Final = detail
        super().__init__(f"{part}: {code}" + (f" ({detail})" if detail else ""))

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        """What it is made of, so that it can come from another process."""
        return type(self), (self.part, self.code, self.detail)
