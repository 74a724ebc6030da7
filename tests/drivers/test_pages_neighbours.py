"""Equal barcodes in neighbouring rows: both engines take them for one symbol, and neither row may be lost (Q7, Q4).

The sample form of SOCP 4.2 is this case: its last two rows code one number and print two.
"""

import io
from itertools import pairwise

import pytest
import zxingcpp
from PIL import Image

from drivers.pages import Reader


def page(rows, gap, height=80, module=3):
    """A page with barcodes one above the other, `gap` pixels apart, at the same place from the left."""
    sheet = Image.new("L", (1400, 200 + len(rows) * (height + gap)), 255)
    for n, text in enumerate(rows):
        symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_image(scale=module)
        bars = Image.fromarray(symbol).convert("L").resize((symbol.shape[1], height), Image.Resampling.NEAREST)
        sheet.paste(bars, (100, 100 + n * (height + gap)))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("gap", [20, 60, 150])
@pytest.mark.parametrize(
    "rows", [["99999-001495788"] * 2, ["99999-001495787", "99999-001495788", "99999-001495788"], ["XXXX7700112"] * 4]
)
def test_every_row_is_a_symbol_of_its_own(reader, rows, gap):
    """Q4, Q7: as many rows as there are barcodes, each at its own place."""
    (found,) = reader.read(page(rows, gap))

    assert [symbol.text for symbol in sorted(found.symbols, key=lambda one: one.box[1])] == rows
    assert not found.unread
    tops = sorted(symbol.box[1] for symbol in found.symbols)
    assert all(below - above > 80 for above, below in pairwise(tops))
    assert all(symbol.box[3] - symbol.box[1] < 80 + 20 for symbol in found.symbols)
