"""What every printer promises, as tests."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.core.condition import Lamp
from kiosk.core.faults import Unavailable
from kiosk.core.printing import AnswerLost, State
from kiosk.ports import Printer


class PrinterContract:
    """What a printer promises (`kiosk.ports.Printer`)."""

    @pytest.fixture
    def printer(self) -> Printer:
        """A printer that prints."""
        raise NotImplementedError("a subclass makes its printer")

    @pytest.fixture
    def broken(self) -> Printer:
        """A printer that can't print."""
        raise NotImplementedError("a subclass makes a printer that can't print")

    @pytest.fixture
    def tray(self) -> Callable[[], list[bytes]]:
        """What has come out of `printer`, in any order, once it has done all that it was given."""
        raise NotImplementedError("a subclass looks into the tray")

    @pytest.mark.parametrize("size", [1, 100_000, 5_000_000])
    def test_a_document_comes_out_as_it_was_given(self, printer: Printer, tray: Callable[[], list[bytes]], size: int) -> None:
        """P7: byte for byte, or its signature would not hold."""
        pdf = random.Random(size).randbytes(size)  # noqa: S311 - any bytes
        assert taken(printer, pdf, "K7QD.000001").strip()
        assert tray() == [pdf]

    def test_a_name_twice_is_two_jobs_and_two_documents(self, printer: Printer, tray: Callable[[], list[bytes]]) -> None:
        """P7: a copy never takes the place of what was printed before."""
        documents = [b"%PDF first", b"%PDF second", b"%PDF third"]
        jobs = [taken(printer, pdf, "K7QD.000001") for pdf in documents]
        assert len(set(jobs)) == 3
        assert sorted(tray()) == sorted(documents)

    @pytest.mark.parametrize("name", ["", "..", "../../K7QD", "/etc/x", "K7QD" * 200, "reçu nº 7", "a\0b\n", "-rf", "$(touch x)"])
    def test_whatever_a_document_is_called_it_comes_out_and_is_found(
        self, printer: Printer, tray: Callable[[], list[bytes]], name: str
    ) -> None:
        """P7: a name is only a name; and by it alone a job is found whose answer was lost (T18)."""
        job = taken(printer, b"%PDF", name)
        assert printer.find(name) == job
        assert tray() == [b"%PDF"]
        assert printer.word(job, name).state is State.DONE

    def test_of_several_jobs_of_a_name_the_newest_is_found(self, printer: Printer, tray: Callable[[], list[bytes]]) -> None:
        """T18."""
        name = "K7QD.000002 copy 1 (1)"
        *_, last = [taken(printer, f"%PDF {n}".encode(), name) for n in range(2)]
        assert printer.find(name) == last
        assert len(tray()) == 2

    def test_what_was_never_sent_is_not_found(self, printer: Printer) -> None:
        """T18: nothing is taken for what it is not."""
        assert printer.find("K7QD.999999 copy 1 (1)") is None

    def test_several_at_once_get_jobs_of_their_own(self, printer: Printer, tray: Callable[[], list[bytes]]) -> None:
        """P7: two officers, one printer."""
        documents = [f"%PDF {n}".encode() for n in range(24)]
        with ThreadPoolExecutor(8) as pool:
            jobs = list(pool.map(lambda pdf: taken(printer, pdf, "K7QD.000001"), documents))
        assert len(set(jobs)) == len(documents)
        assert sorted(tray()) == sorted(documents)

    def test_a_printer_that_prints_is_well_and_has_a_name(self, printer: Printer) -> None:
        """P7: before anything is sent to it."""
        assert printer.condition().lamp is Lamp.GOOD
        assert printer.name.strip()

    def test_a_printer_that_cannot_print_says_so(self, broken: Printer) -> None:
        """P7: and not that it has, or may have."""
        for _ in range(3):
            with pytest.raises(Unavailable) as no:
                broken.submit(b"%PDF", "K7QD.000001")
            assert no.value.part == "printer"
            assert not isinstance(no.value, AnswerLost)
            assert _lamp(broken) is Lamp.BAD


def taken(printer: Printer, pdf: bytes, name: str) -> str:
    """The job of a document, once the printer is no longer busy with another: that is a no for sure, and one that passes."""
    while True:
        try:
            return printer.submit(pdf, name)
        except Unavailable as no:
            if no.code != "busy":
                raise
            time.sleep(0.01)


def _lamp(printer: Printer) -> Lamp:
    """How a printer is; one that can't be asked is as bad as one that says so."""
    try:
        return printer.condition().lamp
    except Unavailable:
        return Lamp.BAD
