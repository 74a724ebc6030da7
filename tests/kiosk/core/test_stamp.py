"""Office and badge have the form that a stamp needs (P5)."""

import pytest

from kiosk.core.faults import Refusal
from kiosk.core.stamp import Act, Stamp, badge_number, office_code
from tests.fakes import NOON

BADGES = "[A-Z0-9]{3,8}"


@pytest.mark.parametrize(("text", "code"), [("453", "0453"), ("0453", "0453"), ("001", "0001"), ("0000", "0000")])
def test_an_office_is_stored_as_four_digits(text, code):
    """P5: printed as three, sent as four; the zero leads."""
    assert office_code(text) == code


@pytest.mark.parametrize("text", ["", "45", "1453", "00453", "45A", "453 ", "453\n", "４５３", "-453"])
def test_what_is_no_office_is_refused(text):
    with pytest.raises(Refusal) as caught:
        office_code(text)

    assert caught.value == Refusal("bad-office", expected="3 digits, or 4 with a leading 0", got=text)


@pytest.mark.parametrize(("text", "badge"), [("12345", "12345"), ("ab1", "AB1"), ("00000001", "00000001")])
def test_a_badge_of_the_configured_form_is_taken_in_capitals(text, badge):
    """P5: the badge number stands on the query form."""
    assert badge_number(text, BADGES) == badge


@pytest.mark.parametrize("text", ["", "12", "123456789", "12 34", "12345\n", "12-45", "ßß", "ııı", "１２３"])
def test_another_badge_is_refused(text):
    """Q10: a badge that capitals would turn into another is nobody's."""
    with pytest.raises(Refusal) as caught:
        badge_number(text, BADGES)

    assert caught.value == Refusal("bad-badge", expected=BADGES, got=text)


def test_a_stamp_is_a_specimen_unless_it_is_said_otherwise():
    """P5: no sheet claims to be CBSA's own by default."""
    assert Stamp(Act.RELEASED, "fake-store", "0453", "12345", NOON).specimen


def test_the_acts_are_those_of_the_plan_and_one_that_says_nothing_is_released():
    """P5: open; released; authorized to deliver; to move in bond; export can proceed."""
    assert {act.value for act in Act} - {"status-given"} == {
        "open",
        "released",
        "authorized-to-deliver",
        "authorized-to-move-in-bond",
        "export-can-proceed",
    }
