"""All families of the corpus, each in grades, and the finished sheet of any of them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import cv2
from numpy.random import Generator

from bench.corpus import adversarial, damage, families, pages
from bench.corpus.paper import Vector
from bench.corpus.truth import Code, Sheet
from bench.corpus.view import Shot

Make = Callable[[Generator], Shot]
HARD = {"1": 0.25, "2": 0.6, "3": 1.0}


def _graded(make: Callable[..., Shot], **grades: tuple) -> dict[str, Make]:
    """Of each grade its arguments."""
    return {grade.strip("_"): partial(_called, make, given) for grade, given in grades.items()}


def _called(make: Callable[..., Shot], given: tuple, rng: Generator) -> Shot:
    return make(rng, *given)


def _hard(make: Callable[..., Shot], *before: object, most: int = 3) -> dict[str, Make]:
    """Of each grade a strength, as the last argument."""
    return {grade: partial(_called, make, (*before, hard)) for grade, hard in list(HARD.items())[:most]}


def _times(make: Callable[..., Shot], times: int) -> dict[str, Make]:
    """The same again."""
    return {str(n + 1): make for n in range(times)}


FAMILIES: dict[str, dict[str, Make]] = {
    "clean": _graded(families.clean, _300=(300,), _200=(200,)),
    "scan_dpi": _graded(families.resolution, _300=(300,), _200=(200,), _150=(150,), _120=(110,)),
    "skew": {str(a): partial(families.scanned, skew=a) for a in (0.5, 2, 5, 10, 15)},
    "rot": _graded(families.turned, _90=(1,), _180=(2,), _270=(3,)),
    "perspective": {g: partial(families.photographed, tilt=h) for g, h in HARD.items()},
    "camera": {
        f"{w}x{h}-{'near' if near else 'far'}": partial(families.camera, width=w, height=h, near=near)
        for w, h in ((640, 480), (1280, 720), (1920, 1080))
        for near in (True, False)
    },
    "gblur": _graded(families.blurred, _1=(0.4, 0.52), _2=(0.52, 0.64), _3=(0.64, 0.74)),
    "mblur": _graded(families.dragged, _1=(0.7, 1.1), _2=(1.1, 1.5), _3=(1.5, 1.9)),
    "contrast": _graded(families.faded, _1=(0.5,), _2=(0.25,), _3=(0.09,)),
    "fax": {
        f"{'std' if std else 'fine'}{'-drops' if lost else ''}": partial(families.faxed, standard=std, lost=lost)
        for std in (False, True)
        for lost in (0.0, 0.04)
    },
    "jpeg": _graded(families.saved, _60=(200, 60), _40=(150, 40), _20=(150, 18)),
    "saltpepper": _graded(
        families.strewn,
        _1=(damage.salt_and_pepper, 0.006, 200),
        _2=(damage.salt_and_pepper, 0.03, 200),
        _3=(damage.salt_and_pepper, 0.08, 150),
    ),
    "noise": _graded(families.strewn, _1=(damage.noise, 13, 200), _2=(damage.noise, 25, 200), _3=(damage.noise, 45, 150)),
    "crumple": _hard(families.damaged, damage.crumple),
    "curl": _hard(families.damaged, damage.curl),
    "shadow": _graded(families.lit, _1=(damage.shadow, 0.6), _2=(damage.shadow, 0.35), _3=(damage.shadow, 0.15)),
    "glare": _hard(families.lit, damage.glare, most=2),
    "pen": _hard(families.damaged, damage.pen),
    "highlighter": _hard(families.damaged, damage.highlighter, most=2),
    "stamp": _hard(families.damaged, damage.stamp, most=2),
    "voids": _hard(families.damaged, damage.voids),
    "spread": _graded(families.spread, p1=(1, 2), p2=(2, 3.3), p3=(3.3, 4.5, 300), m1=(-2, -1), m2=(-3.3, -2)),
    "short": _graded(families.short, _1=(0.13,), _2=(0.08,)),
    "truncated": {"edge": families.cut, "cover": partial(families.damaged, what=damage.covers, hard=0.5)},
    "moire": _graded(families.moire, _1=(3.0, 4.5), _2=(2.2, 3.0), _3=(1.5, 2.2)),
    "dotmatrix": _hard(families.dotted),
    "thermal": _hard(families.thermal, most=2),
    "mix_office": _times(families.office, 3),
    "mix_phone": _times(families.phone, 3),
    "mix_webcam": _times(families.webcam, 3),
    "mix_fax": _times(families.fax_mixed, 3),
    "mix_any": _times(families.anything, 4),
    "rot_any": _graded(families.turned_any, _20=(15, 30), _45=(30, 60), _70=(60, 85)),
    "screenshot": _graded(families.screenshot, _144=(144,), _120=(120,), _96=(96,)),
    **adversarial.families(families.scanned),
}
PNG = {"clean", "fax", "mix_fax", "saltpepper", "screenshot"}


def vector(rng: Generator, rows: int) -> Sheet:
    """A form as it leaves the client's computer."""
    press, most = Vector(), 8
    for start in range(0, rows, most):
        pages.query_form(press, rng, count=min(most, rows - start))
        press.turned()
    return Sheet("pdf_vector", str(rows), "pdf", press.bytes(), tuple(_drawn(c, 300) for c in press.codes), -(-rows // most))


def scanned_pdf(rng: Generator, dpi: int) -> Sheet:
    """Two scans in a PDF."""
    press, codes = Vector(), []
    for number in range(2):
        shot = families.scanned(rng, dpi)
        press.picture(shot.grey)
        press.turned()
        codes += [_drawn(replace(code, page=number), 300 / dpi) for code in shot.finished()]
    return Sheet("pdf_scan", str(dpi), "pdf", press.bytes(), tuple(codes), 2)


def _drawn(code: Code, scale: float) -> Code:
    """The code in pixels of the page drawn at 300 dots per inch."""
    return replace(code, corners=tuple((scale * x, scale * y) for x, y in code.corners))


DOCUMENTS: dict[str, dict[str, Callable[[Generator], Sheet]]] = {
    "pdf_vector": {str(rows): partial(vector, rows=rows) for rows in (1, 8, 40)},
    "pdf_scan": {str(dpi): partial(scanned_pdf, dpi=dpi) for dpi in (200, 150)},
}
CATALOGUE = tuple((family, grade) for table in (FAMILIES, DOCUMENTS) for family, grades in table.items() for grade in grades)


def sheet(family: str, grade: str, rng: Generator) -> Sheet:
    """One sheet of a family."""
    if family in DOCUMENTS:
        return DOCUMENTS[family][grade](rng)
    shot = FAMILIES[family][grade](rng)
    suffix = "png" if family in PNG else "jpg"
    options = [cv2.IMWRITE_PNG_COMPRESSION, 1] if suffix == "png" else [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(80, 95))]
    data = cv2.imencode("." + suffix, shot.grey, options)[1].tobytes()
    return Sheet(family, grade, suffix, data, tuple(shot.finished()))
