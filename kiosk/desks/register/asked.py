"""What the register is asked to write down, and the checks that every word of it passes."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from kiosk.core.faults import Refusal
from kiosk.core.register import Lot, Written, release_number
from kiosk.core.sheet import check_legible

AHEAD: Final = timedelta(minutes=5)
_ID: Final = re.compile("[0-9a-f]{32}")
_TIMES: Final = ("at", "day", "due")
"""What differs when the same is sent again."""
_SUB_LOCATION: Final = re.compile("[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Goods that come in on a cargo control document: `number` as it was scanned, `transaction` where that of the release is known.

    `id` is 32 hexadecimal digits: what is sent twice with one id counts once. `at` is when, where that was earlier.
    """

    id: str
    sub_location: str
    number: str
    pieces: int
    place: str = ""
    carrier: str = ""
    perishable: bool = False
    remark: str = ""
    transaction: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        check_id(self.id)


@dataclass(frozen=True, slots=True)
class Transport:
    """With whom goods go out. `id` as of `Incoming`."""

    id: str
    sub_location: str
    carrier: str
    driver: str = ""
    vehicle: str = ""
    remark: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        check_id(self.id)


@dataclass(frozen=True, slots=True)
class Ground:
    """Why goods may leave: a row of a proof that the gate has just judged to be released, or a paper that somebody accepted.

    `number` is what is released, `presented` the entry of the record in which it was presented or accepted.
    """

    way: Literal["proof", "paper"]
    kind: str
    number: str
    presented: int
    sheet: str = ""
    page: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Going:
    """So many pieces of a lot, on a ground."""

    number: str
    pieces: int
    ground: Ground


@dataclass(frozen=True, slots=True)
class Righting:
    """How an entry (`corrects`) of a lot is put right: `pieces` none strikes it out. `id` as of `Incoming`.

    `transaction`: its release request from now on; empty for none, None for the one that it has.
    """

    id: str
    sub_location: str
    number: str
    corrects: str
    pieces: int
    reason: str
    transaction: str | None = None

    def __post_init__(self) -> None:
        check_id(self.id)

    def release(self, lot: Lot) -> str:
        """The transaction number that its entry of a lot has then; sent once more, it is what it was."""
        if self.transaction is not None:
            return release_number(self.transaction)
        before = [one.transaction for one in lot.corrections if one.entry == self.id]
        before += [one.transaction for one in lot.ins if one.entry == self.corrects]
        return before[0] if before else ""


def check_id(text: str) -> None:
    """Refuse what is no id."""
    if not _ID.fullmatch(text):
        raise Refusal("bad-entry", expected="32 hexadecimal digits", got=text)


def check_same(known: Written, fact: Written) -> None:
    """Refuse an id that is another entry's: what was changed on a page that was sent already would be lost without a word."""
    alike = type(known) is type(fact)
    if not alike or replace(fact, **{name: getattr(known, name) for name in _TIMES if hasattr(known, name)}) != known:
        raise Refusal("entry-differs", got=fact.entry)


def checked_sub_location(text: str) -> str:
    """A sub-location; `Refusal` for what is none."""
    if not _SUB_LOCATION.fullmatch(text.strip()):
        raise Refusal("bad-sub-location", expected="4 digits", got=text)
    return text.strip()


def checked_words(**words: str) -> dict[str, str]:
    """Words without space around them, which can stand on paper."""
    bare = {name: said.strip() for name, said in words.items()}
    for name, said in bare.items():
        check_legible(name, said)
    return bare


def checked_ahead(at: datetime, now: datetime) -> datetime:
    """A time that has been; `Refusal` for one to come."""
    if at > now + AHEAD:
        raise Refusal("from-the-future", expected=f"{now:%Y-%m-%d %H:%M} UTC", got=f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    return at
