"""The straight line, in real parts: a client's paper in, a proof out, and the gate that believes it. Read this first.

form -> scans -> references -> store -> answers -> sheet -> stamp and seal -> PDF -> record -> gate
"""

import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from drivers.pages import Pages, Reader
from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.press import PressProcess
from kiosk.config import Parts, clock
from kiosk.core.answer import Status
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.journal import Stamped
from kiosk.core.sheet import Faulty, Header
from kiosk.desks.gate import examine
from kiosk.nextdoor import own_press

HEADER = Header("0453", "Example Brokerage", "99999", "519-555-0199")
BADGE = "12345"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A release store with the demonstration's releases, loaded as an outside system is."""
    home = tmp_path_factory.mktemp("store")
    env = {"KIOSK_HOME": str(home), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-m", "acros_stub", "load", "--demo"], env=env, check=True, capture_output=True)
    return home / "acros.sqlite3"


@pytest.fixture
def kiosk(tmp_path, store):
    shutil.copy(store, tmp_path / "acros.sqlite3")
    return Parts.of(str(tmp_path))


def scanned(pdf):
    with Reader() as reader, Pages([pdf], clock=clock, reader=reader) as pages:
        return list(pages)


def test_a_form_goes_in_and_a_proof_comes_out(kiosk):
    """Q2, Q3, Q8, Q9, Q10, P1, P2, P5, D4: the main job."""
    form = kiosk.paper.form(HEADER, ["99999001495785", "99999001495786", "99999001495787", "XXXX0000012345"], "code128", 0)

    counter = kiosk.counter
    sheet = counter.scan(counter.open(HEADER, BADGE), scanned(form), BADGE)
    proof = counter.stamp(sheet, BADGE, kiosk.own_press)

    assert [line.answer.status for _, line in sheet.lines] == ["R", "NR", "N/A", "R"]
    (drawn,) = codes(proof.pdf)
    verdict = examine([drawn], Ed25519Seal(kiosk.keys.trust()), clock())
    assert [row.number for row in verdict.released] == ["99999001495785", "XXXX0000012345"]
    assert verdict.statements[0].stamp == proof.stamp
    stamped = next(one.entry.fact for one in kiosk.journal.entries(sheet.number) if isinstance(one.entry.fact, Stamped))
    assert kiosk.journal.document(stamped.document) == proof.pdf
    assert kiosk.journal.verify(stamped.checkpoint) == ()


def codes(pdf):
    with Reader() as reader:
        return [[text.encode() for _, text in page if text.startswith("RS1X")] for page in reader.codes(pdf)]


def test_the_sample_form_of_the_plan_is_refused_in_its_last_row(kiosk):
    """Q4, Q7: it prints ...789 and codes ...788, which is the row above; five rows come in, and none is lost."""
    rows = [*(f"9999900149578{n}" for n in "5678"), ("99999001495789", "99999-001495788")]
    form = kiosk.paper.form(HEADER, rows, "code128", 0)

    counter = kiosk.counter
    sheet = counter.scan(counter.open(HEADER, BADGE), scanned(form), BADGE)

    assert len(sheet.rows) == 5
    assert isinstance(sheet.rows[4], Faulty)
    assert sheet.rows[4].refusal == Refusal("printed-differs", bars="99999-001495788", printed="99999001495789")
    with pytest.raises(Refusal, match="not-stampable"):
        counter.stamp(sheet, BADGE, kiosk.own_press)


def test_what_is_printed_again_is_the_same_proof_until_it_is_taken_back(kiosk):
    """P7, P2: the original, a copy around the same seal, and a void sheet that no gate can take for a proof."""
    counter = kiosk.counter
    sheet = counter.scan(counter.open(HEADER, BADGE), scanned(kiosk.paper.form(HEADER, ["99999001495785"], "code128", 0)), BADGE)
    with PressProcess(partial(own_press, kiosk.settings.home)) as press:
        assert kiosk.keys.made
        proof = counter.stamp(sheet, BADGE, press)
        first, copy = (counter.hand_over(counter.find(sheet.number), "printer", press, BADGE)[0] for _ in range(2))
        voided = counter.void(counter.find(sheet.number), "wrong client", BADGE)
        void, _ = counter.hand_over(voided, "printer", press, BADGE)

    assert first == proof.pdf
    assert len({first, copy, void}) == 3
    for pdf in (first, copy):
        (drawn,) = codes(pdf)
        assert examine([drawn], Ed25519Seal(kiosk.keys.trust()), clock()).statements[0].stamp == proof.stamp
    assert codes(void) == [[]]
    jobs = [kiosk.printer.submit(pdf, sheet.number) for pdf in (first, copy, void)]
    assert [Path(job).read_bytes() for job in jobs] == [first, copy, void]


def test_while_the_store_is_down_there_is_no_status_and_no_stamp_and_afterwards_there_is(kiosk):
    """Q6: rows wait, are asked again, and only then can be stamped."""
    counter = kiosk.counter
    form = kiosk.paper.form(HEADER, ["99999001495785", "99999001495786"], "code39", 0)
    play(kiosk, "down")
    sheet = counter.scan(counter.open(HEADER, BADGE), scanned(form), BADGE)
    assert not list(sheet.lines)
    assert len(sheet.waiting) == 2
    with pytest.raises(Refusal, match="not-stampable"):
        counter.stamp(sheet, BADGE, kiosk.own_press)

    play(kiosk, "off")
    sheet = counter.ask_again(counter.find(sheet.number), BADGE)

    assert [line.answer.status for _, line in sheet.lines] == [Status.RELEASED, Status.NOT_RELEASED]
    assert len(counter.stamp(sheet, BADGE, kiosk.own_press).sheet.released) == 1


def test_a_store_that_goes_down_before_the_stamp_lets_nothing_be_stamped(kiosk):
    """Q6: what was R a minute ago is not stamped when nobody can say that it still is."""
    counter = kiosk.counter
    sheet = counter.scan(counter.open(HEADER, BADGE), scanned(kiosk.paper.form(HEADER, ["99999001495785"], "code128", 0)), BADGE)
    play(kiosk, "down")

    with pytest.raises(Unavailable):
        counter.stamp(sheet, BADGE, kiosk.own_press)

    assert not any(isinstance(one.entry.fact, Stamped) for one in kiosk.journal.entries(sheet.number))


def play(kiosk, fault):
    env = {"KIOSK_HOME": str(kiosk.settings.home), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-m", "acros_stub", "fault", fault], env=env, check=True, capture_output=True)
