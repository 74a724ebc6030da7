"""The ways to say no keep apart what people can mend and what only time can."""

import pickle

import pytest

from kiosk.core.faults import Conflict, Forged, Refusal, Unavailable


def test_could_not_ask_is_never_caught_as_a_refusal():
    """Q6: nothing that handles a no may take an outage for one."""
    assert not issubclass(Unavailable, Refusal | ValueError)
    assert not issubclass(Refusal, Unavailable)


@pytest.mark.parametrize("kind", [Forged, Conflict])
def test_a_forgery_and_a_conflict_are_refusals_of_their_own(kind):
    assert issubclass(kind, Refusal)
    assert kind("x", got=1) != Refusal("x", got=1)
    assert Refusal("x", got=1) != kind("x", got=1)
    assert kind("x", got=1) == kind("x", got="1")


def test_refusals_are_equal_when_they_say_the_same():
    assert Refusal("repeat", row=7, of=2) == Refusal("repeat", of=2, row=7)
    assert Refusal("repeat", row=7, of=2) != Refusal("repeat", row=7, of=3)
    assert Refusal("repeat") != Refusal("empty")
    assert Refusal("repeat") != "repeat"
    assert hash(Refusal("repeat", row=7, of=2)) == hash(Refusal("repeat", of=2, row=7))


def test_a_refusal_says_what_was_expected_and_what_was_got_first():
    assert str(Refusal("changed", rows="1", got="NR", expected="R")) == "changed: expected R, got NR, rows 1"
    assert str(Refusal("nothing-to-stamp")) == "nothing-to-stamp"
    assert Refusal("no-such-row", got=7).fields == {"got": "7"}


def test_an_unavailable_part_is_named_with_the_reason():
    no = Unavailable("store", "down", "connection refused")

    assert str(no) == "store: down (connection refused)"
    assert str(Unavailable("store", "slow")) == "store: slow"
    assert (no.part, no.code, no.detail) == ("store", "down", "connection refused")


@pytest.mark.parametrize(
    "no",
    [
        Refusal("repeat", row=7, of=2),
        Refusal("nothing-to-stamp"),
        Forged("altered", got="x.pdf"),
        Conflict("moved-on", subject="K7QD.000001"),
        Unavailable("store", "down", "connection refused"),
        Unavailable("press", "slow"),
    ],
    ids=repr,
)
def test_a_no_of_another_process_is_the_same_here(no):
    """Q6: what came from the press next door."""
    came = pickle.loads(pickle.dumps(no))

    assert type(came) is type(no)
    assert vars(came) == vars(no)
    assert (str(came), came.args) == (str(no), no.args)
