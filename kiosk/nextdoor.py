"""The parts of a kiosk that have a process of their own, as that process makes them."""

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import Parts, clock
from kiosk.settings import load

if TYPE_CHECKING:
    from kiosk.adapters.press.foreign import FarBinder
    from kiosk.desks.bindery import OwnBindery
    from kiosk.desks.press import OwnPress


def own_press(home: Path) -> "OwnPress":
    """The press of a home, as a process of its own makes it (`PressProcess`): what is slow at first has been done once."""
    press = Parts(load(home)).own_press
    press.rehearse(clock())
    return press


def own_bindery(home: Path) -> "OwnBindery":
    """The bindery of a home, as a process of its own makes it (`BinderyProcess`): it has the keys, and opens no client's file."""
    from kiosk.adapters.press.foreign import BinderProcess  # noqa: PLC0415 - start-up

    bindery, binder = Parts(load(home)).bindery, BinderProcess(own_binder)
    binder.start()  # it ends with this process
    return bindery(binder)


def own_binder() -> "FarBinder":
    """What opens clients' files, as a process without keys makes it (`BinderProcess`), warm."""
    from kiosk.adapters.pades import PdfBinder  # noqa: PLC0415 - start-up
    from kiosk.adapters.pdf.onto import draw_pictures  # noqa: PLC0415 - start-up
    from kiosk.adapters.press.foreign import FarBinder  # noqa: PLC0415 - start-up

    binder = FarBinder(PdfBinder(), draw_pictures)
    binder.rehearse(clock())
    return binder
