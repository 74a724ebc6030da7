"""The press: seals, draws and signs what leaves the kiosk (Q9, P2, P5). Nothing else reads the sealing keys."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from kiosk.core.book import Book
from kiosk.core.day import DayReport
from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.printing import Mark
from kiosk.core.proof import Checkpoint, statements
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import Stamp
from kiosk.ports import Fault, Paper, Seal, Signer
from kiosk.words import Language


@dataclass(frozen=True, slots=True)
class OwnPress:
    """The `Press` in this process. `keys` gives seal and signature, which are ours alone until they are given back."""

    paper: Paper
    keys: Callable[[], AbstractContextManager[tuple[Seal, Signer]]]

    @classmethod
    def of(cls, paper: Paper, seal: Seal, signer: Signer) -> Self:
        """A press whose seal and signature are at hand all the time."""
        return cls(paper, lambda: nullcontext((seal, signer)))

    def rehearse(self, at: datetime) -> None:
        """Do once, for nobody, what is slow at first: a blank page is drawn and signed, and thrown away."""
        page = self.paper.form(Header(""), (), "code128", 1)
        with suppress(Refusal, Unavailable), self.keys() as (_, signer):
            signer.sign(page, at)

    def prove(self, sheet: QuerySheet, stamp: Stamp, checkpoint: Checkpoint) -> tuple[tuple[bytes, ...], bytes]:
        """The seal of each page, and the signed sheet."""
        with self.keys() as (seal, signer):
            seals = tuple(seal.seal(page) for page in statements(sheet, stamp, checkpoint.short, self.paper.rows_per_page))
            return seals, signer.sign(self.paper.sheet(sheet, stamp, seals, checkpoint.short), stamp.at)

    def copy(
        self,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        number: int,
        at: datetime,
        mark: Mark = "",
    ) -> bytes:
        """The sheet drawn once more around its own seals; `Forged` where they do not say what would be drawn."""
        as_stamped = replace(sheet, stamped=False)
        with self.keys() as (seal, signer):
            if tuple(map(seal.open, seals)) != statements(as_stamped, stamp, checkpoint, self.paper.rows_per_page):
                raise Forged("copy-differs", got=sheet.number)
            pdf = self.paper.sheet(as_stamped, stamp, seals, checkpoint, copy=number, void=sheet.voided, mark=mark)
            return signer.sign(pdf, at)

    def hold_list(self, holds: HoldList) -> bytes:
        """A hold list as a text, signed by the sealing key."""
        with self.keys() as (seal, _):
            return seal.hold_list(holds)

    def slip(self, header: Header, faults: Sequence[Fault], at: datetime) -> bytes:
        """The slip that goes back to the client; it needs no key."""
        return self.paper.slip(header, faults, at)

    def register(self, book: Book, at: datetime) -> bytes:
        """A warehouse's register; it needs no key."""
        return self.paper.register(book, at)

    def report(self, report: DayReport, at: datetime, language: Language) -> bytes:
        """A day's figures; they need no key."""
        return self.paper.report(report, at, language)
