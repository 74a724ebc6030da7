"""A page -> its symbols: 20 rows at 300 dpi, against zxing-cpp alone on the same picture."""

import io

import numpy as np
import zxingcpp
from PIL import Image

from bench.forms import FORMATS, HEADER, pictures
from bench.measure import Report, interleaved
from drivers.pages import Reader
from kiosk.adapters.pdf import PdfPaper


def run(report: Report) -> None:
    report.title("a clean page of 20 rows at 300 dpi -> symbols, warm (floor: zxing-cpp alone on the same picture)")
    numbers = [f"XXXX{n:08}" for n in range(20)]
    for symbology in ("code128", "code39"):
        picture = one_page(numbers, symbology)
        coded = io.BytesIO()
        Image.fromarray(picture).save(coded, "PNG", compress_level=1)
        taken = rounds(picture, coded.getvalue(), len(numbers))
        report.line(f"{symbology}: zxing-cpp alone", taken["floor"])
        report.line(f"{symbology}: decoding the PNG alone", taken["decode"])
        report.line(f"{symbology}: page -> symbols", taken["ours"], taken["floor"])


def one_page(numbers: list[str], symbology: str) -> np.ndarray:
    """All rows on one page: the form's pages one under the other, without the white below their last rows."""
    pages = [
        page[: int(np.flatnonzero(page.min(axis=1) < 128)[-1]) + 60]
        for page in pictures(PdfPaper().form(HEADER, numbers, symbology, 0))
    ]
    return np.ascontiguousarray(np.vstack(pages))


def rounds(picture: np.ndarray, coded: bytes, rows: int) -> dict[str, list[float]]:
    with Reader() as reader:

        def read() -> None:
            (found,) = reader.read(coded)
            assert len(found.symbols) == rows, (len(found.symbols), found.unread, found.fault)

        work = {
            "ours": read,
            "floor": lambda: zxingcpp.read_barcodes(picture, formats=FORMATS),
            "decode": lambda: np.asarray(Image.open(io.BytesIO(coded)).convert("L")),
        }
        return interleaved(work, rounds=9)
