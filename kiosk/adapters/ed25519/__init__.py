"""Seals, the trust list and the keys behind them."""

from kiosk.adapters.ed25519.hold import read_holds, sign_holds
from kiosk.adapters.ed25519.keys import KeyFolder, Owner
from kiosk.adapters.ed25519.note import origin, read_note, write_note
from kiosk.adapters.ed25519.seal import Ed25519Seal
from kiosk.adapters.ed25519.trust import read_list, single

__all__ = [
    "Ed25519Seal",
    "KeyFolder",
    "Owner",
    "origin",
    "read_holds",
    "read_list",
    "read_note",
    "sign_holds",
    "single",
    "write_note",
]
