"""Binderies to be made in a process of their own: an honest one, and one that a client's file keeps busy for ever."""

import time
from contextlib import nullcontext

from kiosk.adapters.pades import PdfBinder, PdfSigner, make_identity
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.overlays import PdfOverlays
from kiosk.desks.bindery import OwnBindery
from tests.fakes import NOON, real_seal


def honest():
    """Real seals, real paper, a signer of its own."""
    signer = PdfSigner(*make_identity("Release kiosk A1B2", "0453", NOON, 400))
    return OwnBindery(PdfOverlays(PdfPaper().imprint), PdfBinder(), lambda: nullcontext((real_seal(), signer)))


class Busy:
    """It never comes back from a document; of a seal it knows how large it is."""

    def endorse(self, *given):
        time.sleep(3600)

    def extent(self, seal):
        return 1, 2


def busy():
    return Busy()
