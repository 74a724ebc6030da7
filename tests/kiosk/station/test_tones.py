"""The station's tones: told apart, never in the way of a scan (issue 4, 7)."""

import io
import stat
import threading
import time
import wave

import pytest

from kiosk.station import tones as sounding
from kiosk.station.tones import NOTES, RATE, Tone, Tones, played, player, wav
from tests.kiosk.station.trigger_samples import until


def samples(tone):
    with wave.open(io.BytesIO(wav(tone))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        frames = file.readframes(file.getnframes())
    return [int.from_bytes(frames[n : n + 2], "little", signed=True) for n in range(0, len(frames), 2)]


def bursts(tone):
    """The rhythm: how many times it sounds."""
    loud = [max(abs(one) for one in samples(tone)[n : n + 80]) > 1000 for n in range(0, len(samples(tone)) - 80, 80)]
    return sum(now and not before for before, now in zip([False, *loud], loud, strict=False))


@pytest.mark.parametrize("tone", Tone)
def test_a_tone_can_be_heard_and_is_short(tone):
    heard = samples(tone)

    assert max(heard) > 10_000
    assert abs(heard[0]) < 500
    assert abs(heard[-1]) < 2500
    assert len(heard) / RATE < 1


def test_tones_are_told_apart_by_rhythm_and_by_pitch():
    """Somebody who hears no difference in pitch hears one in time, and the other way round."""
    assert len({len(samples(tone)) for tone in Tone}) == 3
    assert bursts(Tone.KEPT) < bursts(Tone.NOT_READ)
    assert len({NOTES[tone][0][0] for tone in Tone}) == 3


@pytest.fixture
def record(tmp_path):
    """A player that notes what it gets."""

    def made(then="exit 0"):
        path = tmp_path / "player"
        path.write_text(f"#!/bin/sh\ncat > {tmp_path}/got.$$\nmv {tmp_path}/got.$$ {tmp_path}/heard.$$\n{then}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path), lambda: [one.read_bytes() for one in tmp_path.glob("heard.*")]

    return made


def test_a_player_gets_the_whole_file_on_its_standard_input(record):
    command, heard = record()
    with Tones(command) as tones:
        tones.play(Tone.KEPT)
        until(heard)

    assert heard() == [wav(Tone.KEPT)]
    assert not tones.fault


def test_a_player_that_is_named_by_its_path_can_open_it(tmp_path):
    """pw-play and paplay want the name of a file, and seek in it."""
    copy = f"cp /dev/stdin {tmp_path}/heard"

    assert played(copy.split(), wav(Tone.NOT_READ))
    assert (tmp_path / "heard").read_bytes() == wav(Tone.NOT_READ)


def test_playing_never_waits(monkeypatch):
    """A scan never waits for a tone, and what could not be kept is heard before what was."""
    begun, go, heard = threading.Event(), threading.Event(), []

    def plays(command, sound, seconds=0):
        begun.set()
        go.wait()
        heard.append(sound)
        return True

    monkeypatch.setattr(sounding, "played", plays)
    with Tones("player") as tones:
        tones.play(Tone.NOT_READ)
        begun.wait()
        for tone in (Tone.KEPT, Tone.NOT_KEPT, Tone.KEPT, Tone.NOT_READ):
            tones.play(tone)
        go.set()
        until(lambda: len(heard) == 2)

    assert heard == [wav(Tone.NOT_READ), wav(Tone.NOT_KEPT)]


def test_a_player_that_hangs_is_ended():
    start = time.monotonic()

    assert not played(["sleep", "600"], b"", 0.05)
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("command", ["false", "/no/such/player", "/"])
def test_a_player_that_fails_is_known_and_harms_nobody(command, caplog):
    tones = Tones(command)

    assert not tones.sound(Tone.KEPT)
    assert not tones.sound(Tone.KEPT)
    assert tones.fault == "player-failed"
    assert len(caplog.records) == 1


def test_silence_is_no_fault_where_it_is_wanted():
    with Tones("off") as tones:
        tones.play(Tone.KEPT)
        assert not tones.sound(Tone.KEPT)
    assert not tones.fault


def test_a_machine_without_a_player_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with Tones() as tones:
        tones.play(Tone.KEPT)

    assert tones.fault == "no-player"
    assert player("auto", lambda name: f"/bin/{name}") == ["/bin/pw-play", "/dev/stdin"]


def test_it_ends_while_a_tone_waits():
    tones = Tones("true")
    with tones:
        tones.play(Tone.KEPT)
    tones.stop()

    assert not tones._thread.is_alive()
