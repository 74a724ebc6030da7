"""A printed number that contradicts the bars is found, and nothing else is taken for one (Q7)."""

from string import digits

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.core.printed import agrees, contradiction
from tests.strategies import NUMERALS, ccns, references

NOISE = st.sampled_from(
    [
        "2026-11-22",
        "22-11-2026",
        "2026/11/22",
        "22.11.2026",
        "10:30",
        "519-555-0100",
        "(519)555-0100",
        "1-519-555-0100",
        "+1-519-555-0100",
        "519.555.0100",
        "555-0100",
        "N9A6T3",
        "N9A",
        "WINDSOR",
        "NIAGARA-ON-THE-LAKE",
        "SAINT-BERNARD-DE-LACOLLE",
        "PARS",
        "RMD",
        "IID",
        "911",
        "497",
        "0453",
        "5",
        "#5",
        "R",
        "N/A",
        "for",
        "CBSA",
        "use",
        "only",
        "Réservé",
        "à",
        "l’ASFC",
        "-",
        "–",
        "",
        "$1,250.00",
        "12,000",
        "KG",
        "client@example.com",
    ]
)


def dressed(text):
    """A number as forms print it."""
    spellings = [text, text.lower(), f"{text}.", f"({text})", f"*{text}*", f"[{text}],", f"{text};", f"#{text}", f"NO:{text}"]
    if len(text) == 14 and text.isdigit():
        spellings += [f"{text[:5]}{dash}{text[5:]}" for dash in "-–‑"]
    return st.sampled_from(spellings)


@pytest.mark.parametrize(
    "words",
    [
        ("5", "99999001495789"),
        ("99999-001495789",),
        ("99999–001495789",),
        ("99999‑001495789",),
        ("99999−001495789",),
        ("(99999001495789)",),
        ("No:99999001495789",),
        ("#99999-001495789",),
        ("TXN/99999001495789",),
        ("99999", "001495789"),
        ("99999", "-", "001495789"),
        ("99999", "001", "495", "789"),
        ("99999001495789", "99999-001495788"),
        ("99999001495788", "99999-001495789"),
        ("9999900149578",),
        ("999990014957888",),
        ("99999-01495788",),
    ],
)
def test_the_last_row_of_the_sample_form_is_found_however_it_is_printed(words):
    """Q7, SOCP 4.2: the paper says ...789 and the bars say ...788; a digit too few or too many is another number too."""
    assert contradiction("99999001495788", words) is not None
    assert contradiction("99999-001495788", words) is not None


def test_the_number_that_is_shown_is_the_one_on_the_paper():
    assert contradiction("99999001495788", ("5", "99999-001495789.", "WINDSOR")) == "99999-001495789."
    assert contradiction("99999001495788", ("99999", "-", "001495789")) == "99999 - 001495789"


@pytest.mark.parametrize(
    ("bars", "words"),
    [
        ("XXXXPARS0000471", ("XXXXPARS0000472",)),
        ("XXXXPARS0000471", ("XXXXPARS000471",)),
        ("XXXXPARS0000471", ("XXXX0000471",)),
        ("XXXXPARS0000471", ("XXXX", "PARS", "0000472")),
        ("XXXXPARS0000471", ("XXXXPARS0000471", "XXXXPARS0000472")),
        ("XXXXPARS0000471", ("8YYY32201095",)),
        ("XXXX12", ("XXXX13",)),
        ("XXXX12", ("xxxx-12",)),
        ("014-12345675", ("014-12345686",)),
        ("014-12345675", ("01412345675",)),
        ("XXXXO471", ("XXXX0471",)),
    ],
)
def test_another_cargo_control_number_is_found(bars, words):
    """Q7: a hyphen, a zero or a letter more is another number."""
    assert contradiction(bars, words) is not None


@pytest.mark.parametrize("number", ["99999001495788", "99999-001495788"])
def test_a_form_may_print_a_transaction_number_beside_a_cargo_control_number(number):
    """Q8: a form carries both; only one of them stands in the bars."""
    assert contradiction("XXXXPARS0000471", (number,)) is None
    assert contradiction("XXXXPARS0000471", ("XXXXPARS0000471", number)) is None


def test_the_number_of_another_carrier_beside_the_right_one_is_another_thing():
    """Q7: a house bill beside its master; without the right one, it could be what was meant."""
    assert contradiction("XXXXPARS0000471", ("XXXXPARS0000471", "8YYY32201095")) is None
    assert contradiction("XXXXPARS0000471", ("8YYY32201095",)) == "8YYY32201095"


@given(references.flatmap(lambda one: st.tuples(st.just(str(one)), dressed(str(one)))), st.lists(NOISE), st.lists(NOISE))
def test_the_right_number_raises_no_alarm_whatever_stands_around_it(number, before, after):
    """Q7, Q5: dates, telephones, towns, services and weights stand on every form."""
    bars, word = number
    assume(not any(noise and bars[:4] == noise[:4] for noise in (*before, *after)))

    assert contradiction(bars, (*before, word, *after)) is None


@given(NUMERALS, st.lists(NOISE), st.data())
def test_a_transaction_number_with_another_digit_is_always_found(bars, around, data):
    """Q7: wherever the digit is, whatever stands around it, and even where the right number is printed too."""
    place, more = data.draw(st.integers(0, 13)), data.draw(st.integers(1, 9))
    other = bars[:place] + str((int(bars[place]) + more) % 10) + bars[place + 1 :]
    words = data.draw(st.permutations([*around, data.draw(dressed(other)), *data.draw(st.sampled_from([[], [bars]]))]))

    assert contradiction(bars, tuple(words)) is not None


@given(ccns, st.data())
def test_a_cargo_control_number_with_another_character_is_always_found(bars, data):
    bars = str(bars)
    place = data.draw(st.integers(0, len(bars) - 1))
    other = bars[:place] + data.draw(st.sampled_from(digits).filter(lambda one: one != bars[place])) + bars[place + 1 :]
    assume(other.strip("-") == other and bars.strip("-") == bars)

    assert contradiction(bars, (other,)) is not None


@given(references, st.lists(NOISE))
def test_where_no_number_is_printed_nothing_contradicts(reference, words):
    """Only a word that is a number can be the wrong one."""
    assume(not any(noise and str(reference)[:4] == noise[:4] for noise in words))

    assert contradiction(str(reference), tuple(words)) is None


@pytest.mark.parametrize(
    ("bars", "words", "same"),
    [
        ("99999001495788", ("5", "99999-001495788"), True),
        ("99999-001495788", ("99999", "001495788"), True),
        ("xxxx471", ("XXXX471.",), True),
        ("XXXX471", (), False),
        ("XXXX471", ("WINDSOR",), False),
        ("XXXX471", ("XXXX472",), False),
    ],
)
def test_only_a_printed_number_that_is_the_same_agrees(bars, words, same):
    """Q7: the record says that a row was compared only where it was."""
    assert agrees(bars, words) is same
