"""The press in a process of its own: as good as one in this process, and its end costs one answer (P2, Q9, Q10)."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.pades import check
from kiosk.adapters.press import LIMIT, PressProcess
from kiosk.config import Parts, clock
from kiosk.core.answer import Answer, Reason
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.proof import Checkpoint
from kiosk.core.reference import candidates
from kiosk.core.sheet import Asked, Header, Line, QuerySheet
from kiosk.core.stamp import Act, Stamp
from kiosk.desks.gate import examine
from kiosk.nextdoor import own_press
from kiosk.wording import could_not
from kiosk.words import LANGUAGES, words
from tests.fakes import AUTHORITY, NOON
from tests.kiosk.adapters import press_samples as samples

ROOT = Path(__file__).parents[3]
HEAD = Checkpoint(7, bytes(32))


def line(text, at=NOON):
    meant = candidates(text)
    return Line(Asked(text, text, meant), Answer(meant[0], Reason.RELEASED, at, "0453"))


def sheet(at=NOON, rows=3):
    return QuerySheet("K7QD.000001", Header("0453"), tuple(line(f"99999-{n:09d}", at) for n in range(rows)))


def stamp(at=NOON, authority=AUTHORITY):
    return Stamp(Act.RELEASED, authority, "0453", "12345", at)


@pytest.fixture
def press():
    with PressProcess(samples.odd) as press:
        yield press


def told(press, *words):
    """What the odd press says when the client has this name."""
    return press.slip(Header("0453", " ".join(words)), (), NOON)


def failed(verb, *given):
    with pytest.raises(Unavailable) as no:
        verb(*given)
    for language in LANGUAGES:
        said = words(language)
        assert said.say(f"unavailable.{no.value.code}") in could_not(said, no.value)["message"]
    return no.value.part, no.value.code


# --- the same as in this process ---------------------------------------------------------------------------------------


def test_what_it_proves_is_what_the_press_in_this_process_proves():
    """Q9: to the byte."""
    with PressProcess(samples.honest) as press:
        seals, pdf = press.prove(sheet(), stamp(), HEAD)
        copy = press.copy(sheet(), stamp(), seals, HEAD.short, 2, NOON)
        slip = press.slip(Header("0453"), (), NOON)

    own = samples.honest()
    assert (seals, pdf) == own.prove(sheet(), stamp(), HEAD)
    assert copy == own.copy(sheet(), stamp(), seals, HEAD.short, 2, NOON)
    assert slip == own.slip(Header("0453"), (), NOON)


@pytest.mark.parametrize("n", range(len(samples.NO)))
def test_a_no_arrives_as_it_was_said(press, n):
    """Q6: a refusal stays one, with its fields, and what could not answer is not taken for one."""
    with pytest.raises((Refusal, Unavailable)) as no:
        told(press, "no", str(n))

    expected = samples.NO[n]
    assert type(no.value) is type(expected)
    assert vars(no.value) == vars(expected)
    assert str(no.value) == str(expected)


def test_several_who_ask_at_once_get_their_own_answers(press):
    """Q10: one officer never gets another's document."""
    asked = [f"w{n}" for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda word: told(press, "say", word), asked)) == [word.encode() for word in asked]


def test_what_a_library_prints_is_no_answer_and_goes_to_the_log(capfd):
    """Q10."""
    with PressProcess(samples.odd) as press:
        assert told(press, "prattle") == str(press.pid).encode()

    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "as some libraries do\n")


# --- its end -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["leave", "abort"])
def test_a_process_that_dies_costs_one_answer(press, how):
    """Q10: whoever asked is told; the next one finds a new process."""
    before = told(press)

    assert failed(told, press, how) == ("press", "crashed")
    assert told(press) not in (before, b"")


def test_a_process_that_hangs_is_ended_and_costs_one_answer(press):
    """Q10: nobody waits for ever, and nothing goes on behind his back."""
    before = told(press)
    with impatient(press):
        assert failed(told, press, "hang") == ("press", "slow")

    assert told(press) != before
    assert not psutil.pid_exists(int(before))


@contextmanager
def impatient(press):
    """The limit is one second meanwhile, for a process that is warm."""
    press.ping()
    press._limit = 1
    yield
    press._limit = LIMIT


def test_who_waits_behind_one_that_hangs_is_told_too(press):
    """Q10: the others' patience has the same end."""
    with impatient(press), ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda word: failed(told, press, word), ["hang", "hang", "hang"]))

    assert set(said) == {("press", "slow")}


def test_a_bug_costs_one_answer_and_not_the_process(capfd):
    """Q10: and the log has its trace."""
    with PressProcess(samples.odd) as press:
        before = told(press)

        assert failed(told, press, "stumble") == ("press", "crashed")
        assert told(press) == before
    assert "ZeroDivisionError: by a bug" in capfd.readouterr().err


def test_a_process_that_was_ended_while_it_had_nothing_to_do_costs_nothing(press):
    """Q10: the system takes memory back at night; the first sheet in the morning is stamped."""
    before = int(told(press))
    os.kill(before, signal.SIGKILL)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)

    assert int(told(press)) != before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_told_to_stop_still_ends_its_stamps(press, how):
    """Q10: whoever stops all of its processes at once has the web server end its work first, and that needs the press."""
    before = told(press)
    os.kill(int(before), how)

    assert told(press) == before


def test_a_press_that_cannot_be_made_says_why_each_time():
    """Q10: the settings are wrong, and then are mended."""
    with PressProcess(samples.refusing) as press:
        for _ in range(2):
            with pytest.raises(Refusal) as no:
                press.slip(Header("0453"), (), NOON)
            assert no.value == Refusal("bad-settings", got="kiosk.toml")


def test_a_press_that_stumbles_when_it_is_made_is_unavailable(capfd):
    """Q10."""
    with PressProcess(samples.stumbling) as press:
        assert failed(told, press) == ("press", "crashed")

    assert "ZeroDivisionError" in capfd.readouterr().err


def test_closing_ends_the_process_and_twice_is_harmless(press):
    """Q10."""
    pid = int(told(press))
    press.close()
    press.close()

    assert not psutil.pid_exists(pid)
    assert press.pid is None


def test_closing_does_not_wait_for_work_that_hangs(press):
    """Q10: a service that is to stop does."""
    press.ping()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(failed, told, press, "hang")
        busy(press)
        press.close()

        assert asked.result(30) == ("press", "crashed")
    assert press.pid is None


def busy(press):
    """Until somebody has the turn."""
    while press._turn.acquire(blocking=False):
        press._turn.release()


PARENT = """
import sys, threading
from kiosk.adapters.press import PressProcess
from kiosk.core.sheet import Header
from tests.fakes import NOON
from tests.kiosk.adapters import press_samples as samples

press = PressProcess(samples.odd)
press.ping()
if sys.argv[1] == "busy":
    threading.Thread(target=press.slip, args=(Header("0453", "hang"), (), NOON), daemon=True).start()
    while press._turn.acquire(blocking=False):
        press._turn.release()
print(press.pid, flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_is_left_behind_by_a_kiosk_that_is_killed(state, how):
    """Q10: the private keys are in the memory of nobody whom nobody knows."""
    with subprocess.Popen([sys.executable, "-c", PARENT, state], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(how)
        parent.wait(30)

    for _ in range(600):
        if gone(child):
            return
        time.sleep(0.05)
    pytest.fail(f"{child} is still there after half a minute")


def gone(process):
    """Whether it has ended; in a container, nobody may collect its exit code."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# --- with real keys ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    parts = Parts.of(str(tmp_path_factory.mktemp("home")))
    assert parts.keys.made
    parts.journal.close()
    return parts.settings.home


def test_it_is_warm_before_the_first_stamp(home):
    """Q1: the first client of the day waits no longer than the others."""
    with PressProcess(partial(samples.nosy, home)) as press:
        modules, fonts = json.loads(press.slip(Header("0453"), (), NOON))

    assert {"reportlab.pdfgen.canvas", "pyhanko.sign.signers", "cryptography", "zxingcpp"} <= set(modules)
    assert {"Vera", "VeraBd"} <= set(fonts)


def test_starting_it_holds_nobody_up():
    """Q1: it is there, and warms up while the kiosk goes on."""
    press = PressProcess(samples.odd)
    assert press.pid is None
    press.start()
    pid = press.pid
    press.ping()
    press.close()

    assert pid is not None


def test_keys_can_be_changed_while_it_is_warm_and_the_next_seal_is_the_new_key_s(home):
    """P2: it holds the keys only while it seals."""
    parts = Parts.of(str(home))
    with PressProcess(partial(own_press, home)) as press:
        kids = []
        for _ in range(2):
            at = clock()
            seals, pdf = press.prove(sheet(at), stamp(at, parts.authority), HEAD)
            verdict = examine([[seal] for seal in seals], Ed25519Seal(parts.keys.trust()), clock())
            assert len(verdict.released) == 3
            certificates = [key.certificate for key in parts.keys.trust().keys]
            assert check(pdf, certificates).genuine
            kids.append(parts.keys.trust().keys[-1].kid)
            parts.keys.rotate(clock, parts.owner(), parts.keys.root_key)
        again = press.copy(sheet(at), stamp(at, parts.authority), seals, HEAD.short, 2, clock())

    assert len(set(kids)) == 2
    assert check(again, [key.certificate for key in parts.keys.trust().keys]).genuine


def test_keys_that_another_process_holds_are_unavailable_and_not_the_press(home):
    """P2: what the child can't have is said by its own name."""
    parts = Parts.of(str(home))
    with PressProcess(partial(own_press, home)) as press:
        press.ping()  # while they are free, so that it has not to wait for them twice
        with parts.keys.held(), pytest.raises(Unavailable) as no:
            press.prove(sheet(clock()), stamp(clock(), parts.authority), HEAD)

    assert (no.value.part, no.value.code) == ("keys", "held")


LIGHT = """
import sys
from kiosk.config import Parts
from kiosk.nextdoor import own_press
from kiosk.adapters.press import PressProcess
from functools import partial

import kiosk.web
parts = Parts.of(sys.argv[1])
parts.journal.checkpoint(), parts.counter, parts.printer
with PressProcess(partial(own_press, parts.settings.home)) as press:
    press.ping()
heavy = {"reportlab", "pyhanko", "cryptography", "asn1crypto", "zxingcpp", "cbor2", "cv2", "PIL"}
print(sorted(heavy & set(sys.modules)))
"""


@pytest.mark.parametrize("new", [False, True])
def test_whoever_has_a_press_next_door_loads_nothing_of_what_it_draws_and_signs_with(home, tmp_path, new):
    """Q10: neither memory nor private keys in the process that browsers talk to; not on the first day either."""
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, tmp_path if new else home], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")
