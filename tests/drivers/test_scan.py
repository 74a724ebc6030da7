"""Symbology identifiers (ISO/IEC 15424): what a scanner may put before the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scan import ACCEPTED, Symbology, identified


@pytest.mark.parametrize("kind", list(Symbology))
def test_an_identifier_is_taken_off_and_names_its_symbology(kind):
    """Q4: the symbology decides whether a number may stand in it."""
    assert identified(f"]{kind.value}012345") == ("12345", kind)


def test_an_unknown_identifier_is_another_symbology_and_not_an_accepted_one():
    """Q4."""
    text, kind = identified("]Y399999001495785")

    assert (text, kind) == ("99999001495785", Symbology.OTHER)
    assert kind not in ACCEPTED


@given(st.text().filter(lambda text: not text.startswith("]")))
def test_a_text_without_identifier_is_left_as_it_is(text):
    """Promise 3 of a driver: the text is what stands in the symbol."""
    assert identified(text) == (text, None)
