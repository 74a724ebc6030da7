"""The small interfaces between the desks and the outside world. A port grows only with its second user."""

from kiosk.ports.bindery import Binder, Bindery, Overlays
from kiosk.ports.clock import Clock
from kiosk.ports.peer import Peer
from kiosk.ports.pins import Pins
from kiosk.ports.press import Fault, Paper, Press, Seal, Shelf, Signer
from kiosk.ports.printer import Printer, Slips
from kiosk.ports.record import Finding, Found, Journal, Lots
from kiosk.ports.store import Store

__all__ = [
    "Binder",
    "Bindery",
    "Clock",
    "Fault",
    "Finding",
    "Found",
    "Journal",
    "Lots",
    "Overlays",
    "Paper",
    "Peer",
    "Pins",
    "Press",
    "Printer",
    "Seal",
    "Shelf",
    "Signer",
    "Slips",
    "Store",
]
