"""What of a stamped sheet stands on other paper: the client's own document, a sheet fed to the printer, a printed RNS message."""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class Endorsed(Fact):
    """A client's own document got the sheet's stamp, marks and seals. `document` is the digest of the signed result, kept with it.

    `original` is the digest of his file, called `file`; `act` is what its stamp says, `badge` whose it is. `pages` (from 1) are
    those of the result that bear a stamp, `rows` the sheet's rows that stand on it; `cover`: the stamp is on a page before it.
    `copy` counts from 1, and what is given out again says it.
    """

    document: str
    original: str
    file: str
    act: str
    badge: str
    pages: list[int]
    rows: list[int]
    cover: bool
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Overprinted(Fact):
    """A page with nothing but stamp and seal was made for a client's own paper (row from 1, `number` there); `copy` counts from 1.

    `x` and `y` are where the stamp's corner is, in mm from the top left of the `paper`; `document` is the digest of the page.
    """

    document: str
    row: int
    number: str
    act: str
    badge: str
    paper: str
    x: float
    y: float
    copy: int

    def numbers(self) -> tuple[str, ...]:
        """The number that it was made for."""
        return (self.number,)


@dataclass(frozen=True, slots=True)
class Noticed(Fact):
    """A printed RNS message was made of the sheet's one released row. `document` is the digest of its PDF; `copy` counts from 1.

    An old record does not say which copy it is (0): there the n-th that was made said COPY n.
    """

    document: str
    row: int
    number: str
    badge: str
    copy: int = 0

    def numbers(self) -> tuple[str, ...]:
        """The number that is released."""
        return (self.number,)


@dataclass(frozen=True, slots=True)
class GivenOut(Fact):
    """Such a document left the kiosk: `how` is a printer, a browser or a folder."""

    document: str
    how: str
