"""Work in a copy of the process: whatever becomes of it, the rows are there (Q7, D4)."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from drivers.picture import Evidence, Symbol
from drivers.picture.ocr.apart import apart
from drivers.scan import Symbology

SYMBOLS = [Symbol(f"XXXX{n:08}", Symbology.CODE128, (0, 100 * n, 500, 100 * n + 60), Evidence(("zxing",))) for n in range(3)]


def test_what_the_copy_found_comes_back():
    done = apart(SYMBOLS, lambda: [replace(one, printed=(one.text,)) for one in SYMBOLS], 60)

    assert done is not None
    assert [one.printed for one in done] == [(one.text,) for one in SYMBOLS]


def test_nothing_but_the_printed_words_comes_back():
    """A copy in the hands of a hostile picture can't change a row."""
    done = apart(SYMBOLS, lambda: [replace(one, text="8XXX999999", printed=("x",)) for one in SYMBOLS], 60)

    assert done == tuple(replace(one, printed=("x",)) for one in SYMBOLS)


@pytest.mark.parametrize(
    "end",
    [
        os.abort,
        lambda: os.kill(os.getpid(), signal.SIGSEGV),
        lambda: os.kill(os.getpid(), signal.SIGILL),
        lambda: os._exit(0),
        lambda: 1 // 0,
        lambda: bytearray(1 << 62),
        lambda: SYMBOLS[:2],
        lambda: [replace(one, printed=(7,)) for one in SYMBOLS],
        lambda: [replace(one, printed="word") for one in SYMBOLS],
        lambda: [replace(one, printed=("x" * 1_000_000,)) for one in SYMBOLS][:1],
    ],
    ids=[
        "abort",
        "segfault",
        "illegal instruction",
        "silent end",
        "error",
        "memory",
        "a row missing",
        "numbers",
        "no list",
        "much and wrong",
    ],
)
def test_an_engine_that_fails_costs_only_the_comparison(end):
    """D4: fault."""
    assert apart(SYMBOLS, end, 60) is None


def test_an_engine_that_hangs_is_ended():
    """D4: fault. It can't outlive the page's time."""
    start = time.monotonic()

    assert apart(SYMBOLS, lambda: time.sleep(3600) or SYMBOLS, seconds=1) is None
    assert time.monotonic() - start < 30


def test_no_copy_is_left_behind_and_no_pipe_open():
    before, others = len(list(Path("/proc/self/fd").iterdir())), psutil.Process().children()
    for work in (lambda: SYMBOLS, os.abort):
        apart(SYMBOLS, work, 60)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert psutil.Process().children() == others
