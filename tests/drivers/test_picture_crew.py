"""Several limited processes at work for all who ask: real ones, some of them stopped or killed."""

import os
import signal
import sys
import threading
import time
from functools import cache

import psutil
import pytest

from drivers.pages import Reader
from drivers.picture import Dial, Limits, Problem, Unopened
from drivers.picture.crew import Crew
from drivers.picture.intake import Document
from drivers.picture.warden import ChildDied, Warden
from tests.drivers.pictures import ROWS, form

LONG = 60
"""Seconds after which a test gives up; nothing waits for so long."""


@cache
def pages(count, symbology="Code128"):
    return form([f"99999-{n:09}" for n in range(2 * count)], symbology=symbology, per_page=2)


def numbers(found):
    return [symbol.text for page in found for symbol in page.symbols]


def asked(number):
    return {"do": "page", "page": number, "file": "form.pdf"}


def alive(pid):
    """One that only waits to be collected by the system is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def crew():
    made = []

    def make(most, **options):
        made.append(Crew(Limits(**options), Dial.STRICT, most, idle=0.1))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_two_processes_say_what_one_says_and_in_its_order():
    """D4, Q2: rows keep their order."""
    with Reader(processes=1) as one, Reader(processes=2) as two:
        alone = list(one.read(pages(6)))
        together = list(two.read(pages(6)))
        assert len(two.pids) == 2

    assert [(page.page, page.symbols, page.unread) for page in together] == [
        (page.page, page.symbols, page.unread) for page in alone
    ]
    assert numbers(together) == [f"99999-{n:09}" for n in range(12)]


def test_documents_of_one_page_are_read_by_one_process():
    with Reader(processes=2) as reader:
        for _ in range(4):
            list(reader.read(pages(1)))

        assert len(reader.pids) == 1


def test_a_second_process_ends_when_it_has_nothing_to_do_and_the_first_stays(crew):
    two, document = crew(2), Document("form.pdf", pages(4))
    answers = [two.submit("one", document, asked(n)) for n in range(4)]
    first, *others = two.pids
    for answer in answers:
        answer.result(LONG)
    end = time.monotonic() + LONG
    while any(map(alive, others)):
        assert time.monotonic() < end

    assert others
    assert psutil.Process(first).is_running()
    two.submit("two", document, asked(0)).result(LONG)
    assert two.pids == (first,)


def test_a_single_page_waits_for_no_long_document():
    """Nobody waits for somebody else's fifty pages."""
    long, seen, started = pages(14), [], threading.Event()

    def reads():
        for page in reader.read(long):
            seen.append(page)
            started.set()

    with Reader(processes=2) as reader:
        thread = threading.Thread(target=reads)
        thread.start()
        assert started.wait(LONG)
        (found,) = reader.read(form(ROWS[:1]))
        before = len(seen)
        thread.join(LONG)

    assert numbers([found]) == [ROWS[0]]
    assert before < 8
    assert numbers(seen) == [f"99999-{n:09}" for n in range(28)]


def test_who_just_had_a_turn_waits_for_who_had_none(crew):
    """One process: questions of a long reading that wait already stand behind a new one's."""
    one, document, other = crew(1), Document("form.pdf", pages(4)), Document("other.pdf", pages(1))
    one.submit("long", document, None).result(LONG)
    (pid,) = one.pids
    os.kill(pid, signal.SIGSTOP)
    order = []
    answers = [one.submit("long", document, asked(n)) for n in range(3)] + [one.submit("short", other, asked(0))]
    for name, answer in zip(("first", "second", "third", "short"), answers, strict=True):
        answer.add_done_callback(lambda _, name=name: order.append(name))
    os.kill(pid, signal.SIGCONT)
    for answer in answers:
        answer.result(LONG)

    assert order.index("short") <= 1
    assert [name for name in order if name != "short"] == ["first", "second", "third"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_a_process_that_dies_costs_its_page_and_no_other(how):
    """D4: the other process's pages come as they are, each once, in order."""
    with Reader(processes=2) as reader:
        reading = reader.read(pages(8))
        found = [next(reading) for _ in range(3)]
        os.kill(reader.pids[-1], how)
        found += reading

    assert [page.page for page in found] == list(range(8))
    assert sum(page.problem is not None for page in found) <= 1
    assert all(len(page.symbols) == 2 for page in found if page.problem is None)


def test_a_reading_given_up_is_in_nobodys_way_and_leaves_nothing():
    me = psutil.Process()
    before = set(me.children(recursive=True))
    with Reader(processes=2) as reader:
        for _ in range(3):
            next(reader.read(pages(8)))
        assert numbers(reader.read(form())) == list(ROWS)

    assert set(me.children(recursive=True)) <= before


def test_closing_waits_for_no_process_that_hangs(crew):
    """Whoever waits is told; nothing stays behind."""
    one, document = crew(1, wall_seconds=1000.0), Document("form.pdf", pages(2))
    one.submit("a", document, None).result(LONG)
    (pid,) = one.pids
    os.kill(pid, signal.SIGSTOP)
    answers = [one.submit("a", document, asked(n)) for n in range(2)]
    one.close()

    for answer in answers:
        with pytest.raises(Unopened):
            answer.result(LONG)
    assert one.pids == ()
    assert not psutil.pid_exists(pid)


def test_a_system_without_room_for_a_process_costs_a_reason(monkeypatch):
    """D4: no exception, and the reader works again when the system does."""
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/nowhere/python")
        reader = Reader()
        (nothing,) = reader.read(form())
    assert nothing.problem is Problem.ENGINE_CRASHED
    assert numbers(reader.read(form())) == list(ROWS)
    reader.close()


def test_many_threads_with_many_documents_get_each_its_own():
    """D5: several at once, no mixing."""
    documents = {n: pages(n + 1) for n in range(4)}
    found = {}

    def reads(n):
        found[n] = numbers(reader.read(documents[n]))

    with Reader(processes=2) as reader:
        threads = [threading.Thread(target=reads, args=(n,)) for n in documents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)

    assert found == {n: [f"99999-{row:09}" for row in range(2 * (n + 1))] for n in documents}


def test_a_copy_that_a_process_made_of_itself_ends_with_it(tmp_path, monkeypatch):
    """D4: it has a session of its own, and nothing of that is left."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nsleep 1000 <&- >/dev/null 2>&1 &\necho $! > {tmp_path}/copy\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    with Warden(Limits()) as warden, pytest.raises(ChildDied):
        warden.ask({"do": "ping"}, seconds=LONG)

    end = time.monotonic() + LONG
    while alive(int((tmp_path / "copy").read_text())):
        assert time.monotonic() < end


def test_an_answer_that_makes_no_sense_costs_a_page(monkeypatch):
    """D4: the process may be in the hands of a hostile picture and say anything."""
    with Reader(processes=1) as reader:
        reader.read(form())
        monkeypatch.setattr(Warden, "ask", lambda self, message, raw=b"", *, seconds: ({"pages": 2, "page": {"file": None}}, b""))
        found = list(reader.read(pages(2)))
        monkeypatch.undo()
        assert numbers(reader.read(form())) == list(ROWS)

    assert [page.problem for page in found] == [Problem.ENGINE_CRASHED] * 2
