"""What happened to holds: placed and lifted, widened, too late for some goods, made into a list (P4)."""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


def told_apart(named: str) -> tuple[str, str]:
    """Kind and number of a number as it stands in a fact.

    >>> told_apart("ccn XXXX0000012345")
    ('ccn', 'XXXX0000012345')
    """
    kind, _, number = named.partition(" ")
    return kind, number


@dataclass(frozen=True, slots=True)
class HoldPlaced(Fact):
    """Goods were put on hold. `said` are the numbers that were named, kind and number each; `bound` those bound to them.

    A release request is bound to the cargo that it is on, and the other way round: by answers on record, or by the store itself.
    `source` is hand, store, or push; `event` is the store's own name of it; `unasked` is why the store could not be asked what
    else the numbers are bound to, empty where it was.
    """

    said: list[str]
    bound: list[str]
    reason: str
    source: str
    event: str = ""
    referred_at: str = ""
    office: str = ""
    unasked: str = ""
    position: int = 0
    """How much of the record was looked through for what is bound."""

    def numbers(self) -> tuple[str, ...]:
        """Every number that is on hold by it."""
        return tuple(number for _, number in map(told_apart, (*self.said, *self.bound)))


@dataclass(frozen=True, slots=True)
class HoldWidened(Fact):
    """An answer that came later binds more numbers to goods on hold."""

    bound: list[str]

    def numbers(self) -> tuple[str, ...]:
        """The numbers that are on hold from now on."""
        return tuple(number for _, number in map(told_apart, self.bound))


@dataclass(frozen=True, slots=True)
class HoldLifted(Fact):
    """An officer lifted a hold, with his reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class HoldTooLate(Fact):
    """Goods on hold had left before: an officer must see to it. `out` are their numbers, `proofs` the sheets that released them."""

    out: list[str]
    proofs: list[str]

    def numbers(self) -> tuple[str, ...]:
        """The numbers of the goods that are out."""
        return tuple(number for _, number in map(told_apart, self.out))


@dataclass(frozen=True, slots=True)
class HoldNoticesRead(Fact):
    """The store's notices were read up to one of them: from there on it is asked again."""

    cursor: int
    taken: int


@dataclass(frozen=True, slots=True)
class HoldListMade(Fact):
    """A hold list was signed: complete up to `issued_at`, which may be long before. `position`: how much of the record it knows."""

    serial: int
    issued_at: str
    held: int
    voided: int
    digest: str
    position: int
