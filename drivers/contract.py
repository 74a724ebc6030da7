"""The tests that every scanner passes. Subclass, and give the scanner; pytest does the rest.

class TestPages(ScannerContract):
    @pytest.fixture
    def scanner(self, tmp_path): return Pages(...)      # says `texts`, then tries `no_reads` times in vain, then ends
"""

from collections.abc import Callable
from typing import ClassVar

import pytest

from drivers.scan import NoRead, Scan, Scanner


class ScannerContract:
    """What a driver promises (`drivers`)."""

    texts: ClassVar[tuple[str, ...]]
    """What the scanner of a test sends, in order."""
    no_reads: ClassVar[int] = 0
    """How often it tries in vain."""

    @pytest.fixture
    def make(self) -> Callable[[], Scanner]:
        """Makes a scanner that will say `texts`; each call a fresh one."""
        raise NotImplementedError("a subclass makes its scanner")

    def test_each_symbol_comes_whole_and_in_order(self, make: Callable[[], Scanner]) -> None:
        """D4, promise 1."""
        with make() as scanner:
            assert tuple(scan.text for scan in scanner if isinstance(scan, Scan)) == self.texts

    def test_what_was_not_read_is_told_with_its_reason(self, make: Callable[[], Scanner]) -> None:
        """Q4, promise 2."""
        with make() as scanner:
            tries = [scan for scan in scanner if isinstance(scan, NoRead)]
        assert len(tries) == self.no_reads
        assert all(one.reason for one in tries)

    def test_ids_differ_and_times_have_a_zone(self, make: Callable[[], Scanner]) -> None:
        """Q10: one scan, one entry."""
        with make() as scanner:
            scans = [scan for scan in scanner if isinstance(scan, Scan)]
        assert len({scan.id for scan in scans}) == len(scans)
        assert all(scan.at.tzinfo is not None for scan in scans)

    def test_raw_is_what_was_sent(self, make: Callable[[], Scanner]) -> None:
        """Promise 3: the text is in the raw bytes, nothing is made up."""
        with make() as scanner:
            assert all(scan.text.encode() in scan.raw for scan in scanner if isinstance(scan, Scan))

    def test_one_name_for_one_scanner(self, make: Callable[[], Scanner]) -> None:
        """Q10: the record says which scanner."""
        with make() as scanner:
            assert len({scan.source for scan in scanner}) == 1

    def test_closing_twice_is_harmless(self, make: Callable[[], Scanner]) -> None:
        """Promise 4."""
        scanner = make()
        with scanner:
            pass
        scanner.__exit__(None, None, None)
