"""What a fax, a scanner and a phone leave of the seal on a sheet: the read rate of its code, by degradation and by rows."""

from collections.abc import Callable
from datetime import UTC, datetime

import cv2
import numpy as np
import pypdfium2
from numpy.random import Generator, default_rng

from bench.corpus import damage, view
from bench.corpus.paper import DPI, Paper
from bench.corpus.view import Shot
from bench.measure import Report
from drivers.pages import Reader
from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.pdf import PdfPaper
from kiosk.core.answer import Answer, Reason
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.proof import statements
from kiosk.core.reference import CCN
from kiosk.core.sheet import Asked, Header, Line, QuerySheet
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import TrustList

EACH = 8
"""Pictures of each kind."""
ROWS = (1, 10, 20)
MODULE = 0.423333 / 25.4
"""Inches of a module of the code, as templates/paper/sheet.toml has it."""

Damage = Callable[[Paper, Generator], Shot]


def run(report: Report) -> None:
    report.title(f"the seal's code after its way over wires and lenses: read, of {EACH} pictures each, with rows on the page")
    papers = {rows: _paper(rows) for rows in ROWS}
    print(f"  {'':<44}" + "".join(f"{rows:>4} rows" for rows in ROWS))
    with Reader() as reader:
        for name, way in WAYS.items():
            read = [
                sum(_reads(reader, way(paper, default_rng([n, rows])), text) for n in range(EACH))
                for rows, (paper, text) in papers.items()
            ]
            print(f"  {name:<44}" + "".join(f"{one:>5}/{EACH} " for one in read), flush=True)
            if name in SURE and min(read) < EACH:
                report.missed.append(f"seal read from {name}: {min(read)} of {EACH}, target all")


def _reads(reader: Reader, shot: Shot, text: str) -> bool:
    """Whether the code is read, and says what it said: with an error correction like this, nothing else is possible."""
    found = reader.codes(cv2.imencode(".png", shot.grey)[1].tobytes())[0]
    seals = [one for _, one in found if one.upper().startswith(SEAL_PREFIX)]
    assert seals in ([], [text])
    return bool(seals)


def _paper(rows: int) -> tuple[Paper, str]:
    """A page as a printer of 600 dots per inch leaves it; with the longest numbers there are."""
    from bench.gating import _key

    key, line = _key()
    now = datetime.now(UTC)
    numbers = [CCN("8XXX", f"PARS{n:017}") for n in range(rows)]
    lines = tuple(Line(Asked(str(one), str(one), (one,)), Answer(one, Reason.RELEASED, now, "0453", now)) for one in numbers)
    sheet = QuerySheet("K7QD.000001", Header("0453", "Example Brokerage"), lines)
    stamp = Stamp(Act.RELEASED, "bench", "0453", "12345", now, specimen=False)
    (page,) = statements(sheet, stamp, "17-0123456789ab", 20)
    text = Ed25519Seal(TrustList(1, now, (line,)), key).seal(page)
    pdf = pypdfium2.PdfDocument(PdfPaper().sheet(sheet, stamp, [text], "17-0123456789ab"))
    paper = Paper()
    paper.grey = np.ascontiguousarray(pdf[0].render(scale=DPI / 72, grayscale=True).to_numpy().squeeze())
    return paper, text.decode()


def _scan(dpi: float) -> Damage:
    return lambda paper, rng: view.scan(paper, rng, dpi, float(rng.normal(0, 0.7)))


def _fax(lost: float, *, standard: bool) -> Damage:
    def way(paper: Paper, rng: Generator) -> Shot:
        shot = view.scan(paper, rng, 204, float(rng.normal(0, 0.5)), 98 if standard else 196)
        damage.fax(shot, rng, lost, standard=standard)
        return shot

    return way


def _photo(dpi: float, tilt: float) -> Damage:
    def way(paper: Paper, rng: Generator) -> Shot:
        shot = view.photograph(paper, rng, (round(9.8 * dpi), round(12.4 * dpi)), dpi, tilt)
        damage.noise(shot, rng, 2)
        return shot

    return way


def _then(first: Damage, hurt: Callable[[Shot, Generator], object]) -> Damage:
    def way(paper: Paper, rng: Generator) -> Shot:
        shot = first(paper, rng)
        hurt(shot, rng)
        return shot

    return way


def _blurred(modules: float) -> Callable[[Shot, Generator], None]:
    """Out of focus by a sigma in modules of the code, at 200 dots per inch."""

    def hurt(shot: Shot, rng: Generator) -> None:
        del rng
        shot.grey = cv2.GaussianBlur(shot.grey, (0, 0), modules * MODULE * 200)

    return hurt


def _saved(quality: int) -> Callable[[Shot, Generator], None]:
    """As a JPEG."""

    def hurt(shot: Shot, rng: Generator) -> None:
        del rng
        damage.jpeg(shot, quality)

    return hurt


WAYS: dict[str, Damage] = {
    "scan, 300 dpi": _scan(300),
    "scan, 200 dpi": _scan(200),
    "scan, 150 dpi": _scan(150),
    "scan, 100 dpi": _scan(100),
    "fax, fine (204 x 196)": _fax(0, standard=False),
    "fax, fine, 1 % of lines lost": _fax(0.01, standard=False),
    "fax, standard (204 x 98)": _fax(0, standard=True),
    "fax, standard, 1 % of lines lost": _fax(0.01, standard=True),
    "photo from above, 200 pixels per inch": _photo(200, 0.1),
    "photo at an angle": _photo(200, 0.6),
    "photo at a steep angle": _photo(200, 1.0),
    "photo, 120 pixels per inch": _photo(120, 0.3),
    "photo, blurred by 0.3 of a module": _then(_photo(200, 0.2), _blurred(0.3)),
    "photo, blurred by 0.5 of a module": _then(_photo(200, 0.2), _blurred(0.5)),
    "scan 200 dpi, JPEG 40": _then(_scan(200), _saved(40)),
    "scan 200 dpi, JPEG 15": _then(_scan(200), _saved(15)),
    "photo, shadow": _then(_photo(200, 0.3), lambda shot, rng: damage.shadow(shot, rng, 0.35)),
    "scan 200 dpi, crumpled": _then(_scan(200), lambda shot, rng: damage.crumple(shot, rng, 0.6)),
}
SURE = frozenset({"scan, 300 dpi", "scan, 200 dpi", "photo from above, 200 pixels per inch", "photo at an angle"})
"""What is always read."""
