"""Binderies and binders for processes of their own: honest ones, one that a client's file keeps busy for ever, a burglar."""

import ctypes
import json
import os
import pickle
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from kiosk.adapters.pades import PdfBinder, PdfSigner, make_identity
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.overlays import PdfOverlays
from kiosk.adapters.press.foreign import BinderProcess
from kiosk.desks.bindery import OwnBindery
from kiosk.nextdoor import own_binder
from tests.fakes import NOON, real_seal


def honest():
    """Real seals, real paper, a signer of its own."""
    return _bindery(PdfBinder())


def apart():
    """The same, that has clients' files opened next door."""
    binder = BinderProcess(own_binder)
    return replace(_bindery(binder), pictures=binder.pictures)


def _bindery(binder):
    signer = PdfSigner(*make_identity("Release kiosk A1B2", "0453", NOON, 400))
    return OwnBindery(PdfOverlays(PdfPaper().imprint), binder, lambda: nullcontext((real_seal(), signer)))


class Busy:
    """It never comes back from a document; of a seal it knows how large it is."""

    def endorse(self, *given):
        time.sleep(3600)

    def extent(self, seal):
        return 1, 2


def busy():
    return Busy()


class Burglar:
    """A client's file has taken it over: whatever it is asked, it goes for the key, which lies in the folder of that name."""

    def pictures(self, original):
        key = Path(original.file)
        tries = {
            "opened": key.read_bytes,
            "listed": lambda: list(key.parent.iterdir()),
            "connected": socket.socket,
            "memory": lambda: _memory(os.getppid()),
            "run": lambda: subprocess.run([sys.executable, "-c", f"print(open({str(key)!r}).read())"], check=True),
            "more files": lambda: os.dup(0),
            "moved": lambda: key.rename(key.with_name("published")),
            "deleted": key.with_name("published").unlink if not key.exists() else key.unlink,
        }
        return None, json.dumps({name: _tried(work) for name, work in tries.items()}).encode()


def _tried(work):
    try:
        return repr(work())
    except OSError:
        return "refused"


def _memory(pid):
    """A byte of another process's memory, where this one has something too."""
    into = ctypes.create_string_buffer(1)
    piece = (ctypes.c_void_p * 2)(ctypes.addressof(into), 1)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.process_vm_readv(pid, piece, 1, piece, 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")


def burglar():
    return Burglar()


class Senseless:
    """It says what no binder says."""

    SAID = (pickle.dumps((True, Burglar())), b"", b"[" * 100_000, b'{"answer"}', b'{"refusal": "../x", "fields": {}}', b"\xff")

    def measure(self, pdf):
        return [["wide", 2]], b""

    def prepare(self, pdf, at):
        return {"start": 1}, b""


def senseless():
    return Senseless()
