"""Programming codes are known by their public forms, and no client's number is ever taken for one (T32)."""

import re
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.meaning import references, sheet_number
from kiosk.core.programming import programmed
from kiosk.core.reference import NotAReference, candidates
from kiosk.wording import mend, why
from kiosk.words import LANGUAGES, words
from tests.strategies import references as any_reference

KNOWN = {
    "Honeywell": ["PAP131.", "~DEFALT.", "TERMID131.", "TRMUSB130!", "BT_ADR001122334455.", "\x16M\rREVINF.", "\x16M\rPAP124."],
    "Datalogic": ["$P,Ae,P", "$P", "$HA35", "$CSNRM04", "$P,HA12,CSNRM03,P\r"],
    "Newland": [
        "@SETUPE1",
        "#SETUP1",
        "@INTERF10",
        "@TSUSET0D0A",
        "#99900030;",
        "NLS0006010;",
        "nls0302003;",
        "~\x010000@C11ENA1;\x03",
    ],
    "PSC": ["*$+$-0010235EE*"],
    "Alacrity": ["%%SpecCode10"],
    "Netum": ["AT+HIDDLY=25"],
    "Code 128 FNC3": ["\x8291"],
}
CODES = [(maker, text) for maker, texts in KNOWN.items() for text in texts]
LOOKALIKES = st.builds(
    "".join,
    st.lists(st.sampled_from(["PAP", "TERMID", "TRMUSB", "DEFALT", "NLS", "SETUP", "HA35", "131", "0006010", "-"]), max_size=5),
)


@pytest.mark.parametrize(("maker", "text"), CODES)
def test_a_public_form_is_refused_by_its_makers_name(maker, text):
    with pytest.raises(NotAReference) as caught:
        references(text, "CODE128", (), ["CODE39", "CODE128"])

    assert (caught.value.code, caught.value.fields["maker"]) == ("scanner-programming", maker)


@pytest.mark.parametrize(("maker", "text"), CODES)
@pytest.mark.parametrize("kind", ["DATA_MATRIX", "QR", "AZTEC", None])
def test_it_is_named_in_whatever_symbol_it_stands(maker, text, kind):
    with pytest.raises(NotAReference, match="scanner-programming"):
        references(text, kind, (), ["CODE39", "CODE128"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("maker", "text"), CODES)
def test_the_officer_is_told_whose_it_is_and_what_to_do(language, maker, text):
    with pytest.raises(NotAReference) as caught:
        references(text, None)
    said = why(words(language), caught.value)

    assert maker in said
    assert not re.search(r"[\x00-\x1f\x80-\x9f]", said)
    assert mend(words(language), caught.value)


@given(any_reference)
def test_no_reference_is_taken_for_a_programming_code(reference):
    assert programmed(str(reference)) is None
    assert programmed(reference.hri) is None
    assert programmed(f"*{str(reference).lower()}*\r\n") is None


@given(LOOKALIKES | st.text(ascii_letters + digits + "-", max_size=30))
def test_whatever_can_be_a_reference_is_asked_for_however_much_it_looks_like_one(text):
    try:
        found = candidates(text)
    except NotAReference:
        assert programmed(text) is None  # of these characters none is ever a programming code
    else:
        assert programmed(text) is None
        assert references(text, None) == found


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=4, max_size=4), st.integers(1, 999_999))
def test_the_number_of_a_sheet_of_ours_is_none(station, serial):
    assert programmed(sheet_number(station, serial)) is None


@given(st.text())
def test_any_text_has_an_answer(text):
    assert programmed(text) in {None, *KNOWN}
