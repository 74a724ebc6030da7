"""What happened to goods in a warehouse: taken in, let out, put right; and where two records of that disagree (P3).

An entry of the register has an id of its own and the time at which it happened: it may be written down elsewhere, and come to this
record later, in any order and more than once.
"""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


def day_mark(sub_location: str, day: str) -> str:
    """What the entries of a warehouse's day are found by.

    >>> day_mark("9453", "2026-11-22")
    'REGISTER:9453:2026-11-22'
    """
    return f"REGISTER:{sub_location}:{day}"


def row_mark(sheet: str, row: int) -> str:
    """What everything that left on one row of a proof is found by.

    >>> row_mark("K7QD.000001", 3)
    'K7QD.000001:3'
    """
    return f"{sheet}:{row}"


def vehicle_mark(plate: str) -> str:
    """What everything that left on a vehicle is found by.

    >>> vehicle_mark("abc 123-4")
    'VEHICLE:ABC1234'
    """
    return "VEHICLE:" + "".join(filter(str.isalnum, plate)).upper()


@dataclass(frozen=True, slots=True)
class GoodsIn(Fact):
    """Pieces were taken into a warehouse on a cargo control document.

    `number` is that of the document, `read_as` its kind; `transaction` the transaction number of its release, where it is known.
    `at` is when it happened (UTC), `day` the day of the warehouse's own clock, `due` the day until which they may stay, as it was
    set then. `station` is the kiosk that wrote it down.
    """

    entry: str
    station: str
    sub_location: str
    read_as: str
    number: str
    transaction: str
    pieces: int
    place: str
    carrier: str
    perishable: bool
    remark: str
    at: str
    day: str
    due: str

    def numbers(self) -> tuple[str, ...]:
        """Both numbers, and the day."""
        return self.number, self.transaction, day_mark(self.sub_location, self.day)


@dataclass(frozen=True, slots=True)
class GoodsOut(Fact):
    """Pieces left a warehouse: on a row of a proof (`ground` is proof), or on a paper that somebody accepted (paper).

    `proven` is the number that was proven to be released: that of the goods, or of their release. `presented` is the entry of the
    record in which the proof was presented, or the paper accepted. `despite` is why a supervisor let out more than had come in.
    """

    entry: str
    station: str
    sub_location: str
    read_as: str
    number: str
    pieces: int
    ground: str
    sheet: str
    page: int
    row: int
    proven: str
    presented: int
    carrier: str
    driver: str
    vehicle: str
    remark: str
    despite: str
    at: str
    day: str

    def numbers(self) -> tuple[str, ...]:
        """Both numbers, the day, the row of the proof, its sheet, and the vehicle."""
        proof = (self.sheet, row_mark(self.sheet, self.row)) if self.sheet else ()
        vehicle = (vehicle_mark(self.vehicle),) if self.vehicle else ()
        return self.number, self.proven, day_mark(self.sub_location, self.day), *proof, *vehicle


@dataclass(frozen=True, slots=True)
class RegisterCorrected(Fact):
    """An entry of the register was wrong (`corrects`): it is so many pieces (none: struck out), with this transaction number."""

    entry: str
    station: str
    sub_location: str
    read_as: str
    number: str
    corrects: str
    pieces: int
    transaction: str
    reason: str
    at: str
    day: str

    def numbers(self) -> tuple[str, ...]:
        """Both numbers, and the day."""
        return self.number, self.transaction, day_mark(self.sub_location, self.day)


@dataclass(frozen=True, slots=True)
class DifferenceSeen(Fact):
    """Something about an entry does not agree with what else is on record.

    `what`: held (it had been put on hold when its leaving became known), elsewhere (its row let goods out of another warehouse too,
    `detail`), not-taken (the office did not take it, for the reason whose code is `detail`).
    """

    entry: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class DifferenceSettled(Fact):
    """Somebody has looked into a difference (its name) and says how it was settled."""

    difference: str
    reason: str
