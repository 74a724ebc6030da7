"""The bindery: stamp, seal and marks on other paper than our own sheet (P1, P5, P6): nothing that the sheet's seals do not say."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.core.endorsement import Endorsement, Original, Overprint
from kiosk.core.faults import Forged
from kiosk.core.proof import statements
from kiosk.core.sheet import QuerySheet
from kiosk.core.stamp import Stamp
from kiosk.ports import Binder, Overlays, Seal, Signer


@dataclass(frozen=True, slots=True)
class OwnBindery:
    """The `Bindery` in this process. `keys` gives seal and signature, which are ours alone until they are given back.

    Clients' files are opened by the `binder` alone, and by `pictures`: where these are next door, no such file comes near the keys.
    """

    overlays: Overlays
    binder: Binder
    keys: Callable[[], AbstractContextManager[tuple[Seal, Signer]]]
    pictures: Callable[[Original], bytes] | None = None

    def endorse(
        self,
        original: Original,
        sheet: QuerySheet,
        stamp: Stamp,
        seals: Sequence[bytes],
        checkpoint: str,
        at: datetime,
    ) -> Endorsement:
        """A client's document with the stamp of its sheet. Nobody's stamp waits for the keys while his file is opened or signed.

        What is drawn is drawn here, and where it stands is told from here: the binder is believed in nothing but what it measures.
        """
        as_stamped = replace(sheet, stamped=False)
        pdf = original.pdf or (self.pictures or self.overlays.pictures)(original)
        measured = self.binder.measure(pdf)
        overlay, onto, stamped = self.overlays.endorsement(original, measured, as_stamped, stamp, seals, checkpoint)
        draft = self.binder.prepare(self.binder.bind(pdf, overlay, onto), at)
        signer = self._signer(as_stamped, stamp, seals, checkpoint)
        return Endorsement(signer.fill(draft, pdf, at), stamped, overlay)

    def overprint(
        self, place: Overprint, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, at: datetime
    ) -> bytes:
        """A page with nothing but the stamp and the seal of one row, to be printed onto the client's own paper."""
        as_stamped = replace(sheet, stamped=False)
        signer = self._signer(as_stamped, stamp, seals, checkpoint)
        return signer.sign(self.overlays.overprint(place, as_stamped, stamp, seals, checkpoint), at)

    def extent(self, seal: bytes) -> tuple[float, float]:
        """How wide and high, in mm, stamp and seal of an overprint are."""
        return self.overlays.extent(seal)

    def notice(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str, copy: int, at: datetime) -> bytes:
        """The printed RNS message of a sheet of one released row, around the sheet's own seal."""
        as_stamped = replace(sheet, stamped=False)
        signer = self._signer(as_stamped, stamp, seals, checkpoint)
        return signer.sign(self.overlays.notice(as_stamped, stamp, seals, checkpoint, copy), at)

    def _signer(self, sheet: QuerySheet, stamp: Stamp, seals: Sequence[bytes], checkpoint: str) -> Signer:
        """The signer, if the seals say what is drawn; `Forged` where they do not."""
        with self.keys() as (seal, signer):
            if tuple(map(seal.open, seals)) != statements(sheet, stamp, checkpoint, self.overlays.rows_per_page):
                raise Forged("copy-differs", got=sheet.number)
            return signer
