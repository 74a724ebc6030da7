"""PDFs as files: signed and checked (PAdES), and a client's own one extended so that its bytes stay as they are (pyHanko).

Importing this package takes a second; so it is imported where something is signed, checked or bound.
"""

from kiosk.adapters.pades.binder import PdfBinder
from kiosk.adapters.pades.signature import FIELD, PdfSigner, Verdict, certificate_der, check, make_identity, rehearse

__all__ = ["FIELD", "PdfBinder", "PdfSigner", "Verdict", "certificate_der", "check", "make_identity", "rehearse"]
