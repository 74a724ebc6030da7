"""Presses to be made in a process of their own: an honest one, and an odd one that does what the client is called."""

import json
import os
import signal
import sys
import time
from pathlib import Path

from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.desks.press import OwnPress
from kiosk.nextdoor import own_press
from tests.fakes import FakePaper, FakeSigner, real_seal

NO = (
    Refusal("bad-text", name="client_name", expected="letters", got="\x00"),
    Forged("copy-differs", got="K7QD.000001"),
    Unavailable("keys", "held", "keys/lock: another process has it"),
)


def honest():
    """Real seals, and paper that a test can read."""
    return OwnPress.of(FakePaper(), real_seal(), FakeSigner())


class Odd:
    """Its slip says which process drew it, unless the client's name says otherwise."""

    def slip(self, header, faults, at):
        match header.client_name.split():
            case ["say", word]:
                return word.encode()
            case ["no", n]:
                raise NO[int(n)]
            case ["stumble"]:
                raise ZeroDivisionError("by a bug")
            case ["leave"]:
                os._exit(3)
            case ["abort"]:
                os.kill(os.getpid(), signal.SIGABRT)
            case ["hang"]:
                time.sleep(3600)
            case ["prattle"]:
                os.write(1, b"as some libraries do\n")
        return str(os.getpid()).encode()


def odd():
    return Odd()


def refusing():
    raise Refusal("bad-settings", got="kiosk.toml")


def stumbling():
    raise ZeroDivisionError


class Nosy:
    """Tells what its process has loaded before anything was asked of it."""

    def __init__(self):
        from reportlab.pdfbase import pdfmetrics

        self.loaded = json.dumps([sorted(sys.modules), pdfmetrics.getRegisteredFontNames()]).encode()

    def slip(self, header, faults, at):
        return self.loaded


def nosy(home: Path):
    own_press(home)
    return Nosy()
