"""PINs by argon2: what is kept can be checked and not be read."""

import threading

import pytest
from argon2 import PasswordHasher, extract_parameters

from kiosk.adapters.pins import ArgonPins
from kiosk.core.faults import Refusal, Unavailable

FAST = ArgonPins(memory=8, passes=1, lanes=1)


def test_a_pin_matches_its_own_hash_and_no_other_pin_does():
    hashed = FAST.hash("483920")

    assert FAST.matches(hashed, "483920")
    assert not FAST.matches(hashed, "483921")
    assert not FAST.matches(hashed, "")


def test_the_same_pin_has_another_hash_each_time():
    assert FAST.hash("483920") != FAST.hash("483920")
    assert "483920" not in FAST.hash("483920")


def test_nobody_has_no_pin_and_takes_the_work_of_somebody():
    """An unknown badge must not be told from a wrong PIN by the time that it takes."""
    assert not FAST.matches(None, "483920")
    assert not FAST.matches(None, "")
    assert extract_parameters(FAST._nobody) == extract_parameters(FAST.hash("483920"))


def test_the_first_parameters_are_those_of_the_rfc():
    found = extract_parameters(ArgonPins()._nobody)

    assert (found.memory_cost, found.time_cost, found.parallelism) == (64 * 1024, 3, 4)
    assert found.type.name == "ID"


def test_a_hash_of_other_parameters_is_still_checked():
    older = PasswordHasher(2, 16, 1).hash("483920")

    assert FAST.matches(older, "483920")
    assert not FAST.matches(older, "483921")


@pytest.mark.parametrize("damaged", ["", "x", "$argon2id$v=19$m=8,t=1,p=1$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_a_damaged_hash_is_no_wrong_pin(damaged):
    """Q6: nothing is known then, and nobody may be delayed for it."""
    with pytest.raises(Unavailable, match="corrupt"):
        FAST.matches(damaged or "-", "483920")


def test_pins_are_checked_one_at_a_time(monkeypatch):
    """Twenty log-ins at the beginning of a shift take the memory of one; who finds too many waiting is told to come again."""
    pins, at_once, most = ArgonPins(memory=8, passes=1, lanes=1), [0], [0]
    hashed, real = pins.hash("483920"), pins._hasher.verify

    def watched(self, *given):
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        found = real(*given)
        at_once[0] -= 1
        return found

    monkeypatch.setattr(type(pins._hasher), "verify", watched)
    found = []

    def log_in():
        try:
            found.append(pins.matches(hashed, "483920"))
        except Refusal as no:
            found.append(no.code)

    threads = [threading.Thread(target=log_in) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]
    assert len(found) == 20
    assert set(found) <= {True, "too-many-tries"}
    assert found.count(True) >= 1
