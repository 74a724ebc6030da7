"""The bindery and the keys: a client's file is nobody's reason to wait for a stamp."""

from contextlib import contextmanager
from types import SimpleNamespace

from kiosk.core.endorsement import Original
from kiosk.desks.bindery import OwnBindery
from tests.fakes import NOON


def test_nobody_s_stamp_waits_for_the_keys_while_a_client_s_file_is_signed(monkeypatch):
    """To sign a file it is opened once more: a press that is to stamp meanwhile found the keys held, and said so to its officer."""
    held, then = [], []

    @contextmanager
    def keys():
        held.append("held")
        yield SimpleNamespace(open=None), SimpleNamespace(fill=lambda draft, *_: then.append(list(held)) or draft)
        held.clear()

    monkeypatch.setattr("kiosk.desks.bindery.statements", lambda *_: ())
    monkeypatch.setattr("kiosk.desks.bindery.replace", lambda sheet, **_: sheet)
    overlays = SimpleNamespace(endorsement=lambda *_: (b"", (), "stamped"), rows_per_page=1)
    binder = SimpleNamespace(measure=lambda _: (), bind=lambda pdf, *_: pdf, prepare=lambda pdf, _: pdf)
    original = Original("digest", "a.pdf", (), pdf=b"%PDF-", rows=())

    made = OwnBindery(overlays, binder, keys).endorse(original, None, None, (), "", NOON)

    assert (made.pdf, then) == (b"%PDF-", [[]])
