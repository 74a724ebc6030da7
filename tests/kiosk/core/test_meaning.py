"""What a scan can be: a reference, or something of the trade or our own that is never asked (Q4, Q7)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scan import ACCEPTED, Symbology
from kiosk.core.meaning import SEAL_PREFIX, is_sheet_number, references, sheet_number
from kiosk.core.proof import Statement
from kiosk.core.reference import NotAReference, candidates
from kiosk.core.stamp import Act, Stamp
from tests.fakes import AUTHORITY, NOON, ccn, real_seal, transaction
from tests.strategies import references as any_reference

NAMES = [symbology.name for symbology in ACCEPTED]
STATIONS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=4, max_size=4)
SPELT = [str, str.lower, lambda text: f"*{text}*", lambda text: f" {text}\r\n"]


def refusal(*given):
    with pytest.raises(NotAReference) as caught:
        references(*given)
    return caught.value


@pytest.mark.parametrize("kind", [None, "CODE39", "CODE128"])
def test_a_number_in_an_accepted_symbol_is_asked_for(kind):
    assert references("99999-001495785", kind, (), NAMES) == (transaction("99999001495785"),)
    assert references("XXXX471", kind, ("XXXX471",), NAMES) == (ccn("XXXX471"),)


@pytest.mark.parametrize("kind", [kind for kind in Symbology if kind not in ACCEPTED])
def test_a_number_in_any_other_symbol_is_refused_by_its_kind(kind):
    """Q4: short reads of other symbols are prone to error."""
    no = refusal("99999001495785", kind.name, (), NAMES)

    assert (no.code, no.fields["got"]) == ("symbology-not-accepted", kind.name)


def test_where_nothing_is_said_of_symbols_each_is_accepted():
    assert references("XXXX471", "ITF") == (ccn("XXXX471"),)


@given(STATIONS, st.integers(1, 10**7), st.sampled_from(SPELT), st.sampled_from([None, *Symbology]))
def test_the_number_of_a_sheet_of_ours_is_never_asked(station, serial, spell, kind):
    """Every short code that we print holds a character that no cargo control number has."""
    text = spell(sheet_number(station, serial))

    with pytest.raises(NotAReference):
        references(text, kind and kind.name, (), NAMES)
    with pytest.raises(NotAReference):
        candidates(text)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz0123456789", min_size=4, max_size=4), st.integers(1, 10**7))
def test_no_station_that_the_settings_allow_makes_sheet_numbers_that_are_asked(station, serial):
    with pytest.raises(NotAReference):
        references(sheet_number(station, serial), None)


@given(STATIONS, st.integers(1, 999_999), st.sampled_from(SPELT))
def test_the_number_of_a_sheet_of_ours_is_known_however_it_was_scanned(station, serial, spell):
    text = spell(sheet_number(station, serial))

    assert is_sheet_number(text)
    assert refusal(text, "CODE128", (), NAMES).code == "our-sheet-number"


@given(any_reference)
def test_no_reference_is_taken_for_a_sheet_of_ours(reference):
    assert not is_sheet_number(str(reference))


@settings(max_examples=30)
@given(st.integers(1, 99), st.text(max_size=20), st.sampled_from(SPELT))
def test_a_seal_of_ours_is_never_asked(pages, client, spell):
    stamp = Stamp(Act.STATUS, AUTHORITY, "0453", "12345", NOON)
    seal = real_seal().seal(Statement("K7QD.000001", 1, pages, client, stamp, "0-e3b0c44298fc", ())).decode()

    assert refusal(spell(seal), None, (), NAMES).code == "our-seal"
    assert refusal(spell(seal), "QR", (), NAMES).code == "our-seal"


def test_a_cargo_control_number_that_begins_like_a_seal_is_still_one():
    assert references(SEAL_PREFIX + "471", "CODE128", (), NAMES) == (ccn(SEAL_PREFIX + "471"),)


def test_a_sheet_of_ours_in_another_symbol_is_refused_as_ours():
    assert refusal("K7QD.000123", "QR", (), NAMES).code == "our-sheet-number"


@pytest.mark.parametrize(("kind", "asked"), [("CODE39", True), (None, True), ("CODE128", False)])
def test_stars_are_code_39s_own_and_data_in_code_128(kind, asked):
    """Domain facts, section 3.3: a pair of stars is taken off only where the symbol can be a Code 39."""
    if asked:
        assert references("*XXXX471*", kind, (), NAMES) == (ccn("XXXX471"),)
    else:
        assert refusal("*XXXX471*", kind, (), NAMES).code == "foreign-character"


def test_a_printed_number_that_differs_is_refused_with_both_shown():
    """Q7: the last row of the sample form in SOCP 4.2."""
    no = refusal("99999001495788", "CODE39", ("5", "99999001495789"), NAMES)

    assert (no.code, no.fields) == ("printed-differs", {"bars": "99999001495788", "printed": "99999001495789"})


def test_what_is_no_number_is_refused_as_such_even_beside_another_number():
    assert refusal("911", "CODE39", ("99999001495789",), NAMES).code == "service-option"
