"""A proof at the gate: from the text of its seal, and from a photo of its page, to the verdict; with a large record behind it.

Floor of a seal: the bare Ed25519 verification of the same message; of what is recorded: that, and a bare durable INSERT.
"""

import gc
import os
from datetime import UTC, datetime, timedelta
from itertools import count

import cv2
import numpy as np
import pypdfium2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bench import stores, yard
from bench.measure import Report, added, interleaved
from drivers.pages import Reader
from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.ed25519.cose import SigningKey, encode, from_text, kid_of, parts
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Answer, Reason
from kiosk.core.hold import HoldList, listed, senses
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.proof import statements
from kiosk.core.reference import CCN
from kiosk.core.sheet import Asked, Header, Line, QuerySheet
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import TrustedKey, TrustList
from kiosk.core.verdict import examine, outcomes
from kiosk.desks.gate import Gate, Known, Went
from kiosk.desks.holds import Holds
from kiosk.desks.register import Register

ROWS = int(os.environ.get("BENCH_REGISTER_ROWS", "1_000_000"))
HOLDS = int(os.environ.get("BENCH_HOLDS", "100_000"))
SHEETS, ROUNDS, LIMIT = 150, 120, timedelta(hours=4)
NOW = datetime.now(UTC)
YEAR = timedelta(days=365)


def run(report: Report) -> None:
    report.title(f"a gate with {ROWS:,} register rows and {HOLDS:,} holds: a seal of 20 rows to its verdict")
    key, line = _key()
    seal = Ed25519Seal(TrustList(1, NOW, (line,)), key)
    made = [_sheet(n) for n in range(SHEETS)]
    pages = [page for sheet, stamp in made for page in statements(sheet, stamp, "17-0123456789ab", 20)]
    texts = [seal.seal(page) for page in pages]
    journal = SqlJournal(f"sqlite:///{yard.record(ROWS, HOLDS)}")
    with Reader() as reader:
        gate = _gate(journal, seal, reader)
        _seals(report, gate, seal, texts, line.public)
        _photo(report, gate, *made[0], texts[0])
    journal.close()


def _seals(report: Report, gate: Gate, seal: Ed25519Seal, texts: list[bytes], public: bytes) -> None:
    """Each turn takes another sheet, so that none is presented more than a few times."""
    table, turn = stores.durable(stores.folder() / "gating.sqlite3"), count()
    known, lists = gate.known(None).standings, _list()
    key, signed = Ed25519PublicKey.from_public_bytes(public), [_signed(text) for text in texts]

    def bare() -> None:
        key.verify(*signed[next(turn) % len(signed)])

    def durable() -> None:
        stores.insert(table, texts[next(turn) % len(texts)] * 3)

    def judged(standings) -> None:
        verdict = examine([[texts[next(turn) % len(texts)]]], seal, NOW)
        assert len(outcomes(verdict, standings, NOW, LIMIT)) == 20

    def presented() -> None:
        shown = gate.present(texts[next(turn) % len(texts)].decode(), "W7001")
        assert shown.genuine, shown

    shown = gate.present(texts[0].decode(), "W7001").id
    work = {
        "bare": bare,
        "durable": durable,
        "list": lambda: judged({"K7QD": lists}),
        "record": lambda: judged(known),
        "presented": presented,
        "again": lambda: gate.presented(shown),
    }
    gc.collect()
    gc.freeze()  # a hundred thousand holds are looked through by no collection of a round
    taken = interleaved(work, rounds=ROUNDS, warm=10)
    report.line("bare Ed25519 verification of the message", taken["bare"])
    report.line("verdict, 20 rows, by a hold list", taken["list"], taken["bare"], 10.0)
    report.line("verdict, 20 rows, by the record's holds", taken["record"], taken["bare"], 10.0)
    report.line("a bare durable INSERT of as many bytes", taken["durable"])
    floor = added(taken["bare"], taken["durable"])
    report.line("presented: judged, recorded, history, what went out", taken["presented"], floor)
    report.line("looked at again: judged anew, nothing written", taken["again"], taken["bare"])
    table.close()


def _photo(report: Report, gate: Gate, sheet: QuerySheet, stamp: Stamp, text: bytes) -> None:
    report.title("a photo of a page of 20 rows (200 pixels per inch, turned, in perspective) to its verdict (floor: zxing alone)")
    from drivers.picture.engines import seals

    pdf = PdfPaper().sheet(sheet, stamp, [text], "17-0123456789ab")
    grey = _photographed(pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72, grayscale=True).to_numpy().squeeze())
    photo = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
    assert gate.present(photo, "W7001").genuine
    taken = interleaved({"floor": lambda: seals(grey), "photo": lambda: gate.present(photo, "W7001")}, rounds=15)
    report.line("zxing-cpp alone, QR and the linear kinds", taken["floor"])
    report.line("photo to verdict: opened apart, read, judged, recorded", taken["photo"], taken["floor"])


def _photographed(grey: np.ndarray) -> np.ndarray:
    height, width = grey.shape
    frame = cv2.copyMakeBorder(np.ascontiguousarray(grey), 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=190)
    flat = np.float32([[60, 60], [width + 60, 60], [width + 60, height + 60], [60, height + 60]])
    tilt = cv2.getPerspectiveTransform(flat, flat + np.float32([[30, 20], [-25, 8], [4, -18], [-10, 4]]))
    return cv2.GaussianBlur(cv2.warpPerspective(frame, tilt, frame.shape[::-1], borderValue=190), (0, 0), 0.7)


def _key() -> tuple[SigningKey, TrustedKey]:
    key = SigningKey(Ed25519PrivateKey.generate())
    return key, TrustedKey(kid_of(key.public), key.public, "bench", "K7QD", NOW - YEAR, NOW + YEAR)


def _signed(text: bytes) -> tuple[bytes, bytes]:
    """Signature and signed bytes of a seal."""
    _, protected, payload, signature = parts(from_text(SEAL_PREFIX, text))
    return signature, encode(["Signature1", protected, b"", payload])


def _sheet(n: int) -> tuple[QuerySheet, Stamp]:
    """A sheet of 20 released rows; some of its goods have left."""
    numbers = [CCN(text[:4], text[4:]) for text in (yard.ccn(n * 20 + i) for i in range(20))]
    rows = tuple(Line(Asked(str(one), str(one), (one,)), Answer(one, Reason.RELEASED, NOW, "0453", NOW)) for one in numbers)
    return QuerySheet(f"K7QD.{n + 1:06}", Header("0453", "Example Brokerage"), rows), Stamp(
        Act.RELEASED, "bench", "0453", "12345", NOW, specimen=False
    )


def _list() -> HoldList:
    numbers = listed(one for n in range(HOLDS) for one in senses("transaction", yard.held(n)))
    return HoldList("bench", "K7QD", 1, NOW, numbers, b"")


def _gate(journal: SqlJournal, seal: Ed25519Seal, reader: Reader) -> Gate:
    clock = lambda: datetime.now(UTC)  # noqa: E731
    holds = Holds(journal, clock, _NoStore(), "K7QD", feed=False)
    register = Register(journal, clock, "K7QD", UTC)

    def gone(kind: str, number: str) -> list[Went]:
        return [Went(one.departure.at, one.departure.pieces, one.departure.carrier, "") for one in register.gone_of(kind, number)]

    known = lambda verdict: Known(holds.standings(), "record")  # noqa: E731, ARG005
    return Gate(journal, clock, lambda: seal, lambda pdf: "no-signature", known, reader, LIMIT, gone=gone)  # noqa: ARG005


class _NoStore:
    authority = "bench"
