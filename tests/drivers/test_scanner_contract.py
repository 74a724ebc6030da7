"""Every scanner that needs no hardware passes the one contract."""

import itertools
from datetime import UTC, datetime

import pytest

from drivers.contract import ScannerContract
from drivers.pages import Pages, Reader
from drivers.scan import NoRead, Scan, ScannerLost, Symbology
from drivers.script import Script
from tests.drivers.pictures import ROWS, form, saved, sheet

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def noon():
    return NOON


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


class TestScript(ScannerContract):
    texts = ("99999001495785", "XXXX7700112")
    no_reads = 1

    @pytest.fixture
    def make(self):
        lost = NoRead("overrun", "script", NOON)
        return lambda: Script(["99999001495785", lost, "]C0XXXX7700112"], clock=noon)


class TestPages(ScannerContract):
    texts = (*ROWS, "XXXX12345")
    no_reads = 2

    @pytest.fixture
    def make(self, reader):
        whole = sheet(("XXXX12345", "Code128", 200, 200))
        cut_off = sheet(("99999001495786", "Code128", 200, 500))[:, :450]
        return lambda: Pages([form(ROWS), saved(whole), saved(cut_off), b"no picture"], clock=noon, reader=reader)


def test_pages_say_where_each_row_stands(tmp_path):
    """Q4, Q10: with file, page and box; ids come from outside."""
    (tmp_path / "form.pdf").write_bytes(form(ROWS[:2]))
    numbers = map(str, itertools.count(7))
    with Pages([tmp_path / "form.pdf"], clock=noon, number=lambda: next(numbers)) as scanner:
        first, second = scanner

    assert (first.id, second.id) == ("7", "8")
    assert first.place.file.endswith("form.pdf")
    assert first.place.box[1] < second.place.box[1]
    assert (first.at, first.symbology, first.printed) == (NOON, Symbology.CODE128, (ROWS[0], ROWS[0]))


def test_a_script_can_lose_its_scanner():
    """D5."""
    with Script(["99999001495785", ScannerLost("unplugged")], clock=noon) as scanner:
        scans = iter(scanner)
        assert isinstance(next(scans), Scan)
        with pytest.raises(ScannerLost, match="unplugged"):
            next(scans)
