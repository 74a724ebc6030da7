"""What a text can be: nothing guessed, nothing repaired, nothing lost (Q3, Q4, Q8)."""

from string import ascii_lowercase, ascii_uppercase, digits

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.core.reference import CCN, NotAReference, TransactionNumber, candidates, hints, plain
from tests.fakes import ccn, transaction
from tests.strategies import NUMERALS, ccns, references, transactions

CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)


def found(text):
    try:
        return candidates(text)
    except NotAReference:
        return ()


def refusal(text):
    with pytest.raises(NotAReference) as caught:
        candidates(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("99999001495785", (transaction("99999001495785"), ccn("99999001495785"))),
        ("99999-001495785", (transaction("99999001495785"),)),
        ("00000000000000", (transaction("00000000000000"), ccn("00000000000000"))),
        ("01428442347324", (transaction("01428442347324"), ccn("01428442347324"))),
        ("XXXXPARS0000471", (ccn("XXXXPARS0000471"),)),
        ("8XXX-1", (ccn("8XXX-1"),)),
        ("014-12345675", (ccn("014-12345675"),)),
        ("9999-001495785", (ccn("9999-001495785"),)),
        ("99999-00149578", (ccn("99999-00149578"),)),
        ("XXXX1", (ccn("XXXX1"),)),
        ("XXXX" + "1" * 21, (ccn("XXXX" + "1" * 21),)),
        ("\t*xxxx471*\r\n\0", (ccn("XXXX471"),)),
    ],
)
def test_a_text_can_be_these(text, expected):
    """Q8; domain facts, sections 1 to 3: fourteen digits are both, a hyphen is data in a cargo control number alone."""
    assert candidates(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \t\r\n\0", "empty"),
        ("**", "foreign-character"),
        ("*XXXX*471*", "foreign-character"),
        ("XXXX 471", "inner-space"),
        ("* XXXX471 *", "inner-space"),
        ("XXXX\t471", "foreign-character"),
        ("XXXX\0471", "foreign-character"),
        ("XXXX 471;", "foreign-character"),
        ("XXXX/471", "foreign-character"),
        ("XXXX.471", "foreign-character"),
        ("99999–001495785", "foreign-character"),
        ("9999900149578O\n9", "foreign-character"),
        ("'; DROP TABLE entries; --", "foreign-character"),
        ("<script>alert(1)</script>", "foreign-character"),
        ("=HYPERLINK(1)", "foreign-character"),
        ("$(reboot)", "foreign-character"),
        ("911", "service-option"),
        ("497", "service-option"),
        ("XXXX", "carrier-code"),
        ("014-", "carrier-code"),
        ("999999999RM0001", "business-number"),
        ("999999999RC0001", "business-number"),
        ("0141234567500001", "air-waybill-piece"),
        ("XX", "too-short"),
        ("12", "too-short"),
        ("XXXX" + "1" * 22, "too-long"),
        ("9" * 3000, "too-long"),
    ],
)
def test_everything_else_is_refused_in_its_own_words(text, code):
    """Q4: which fault it is, so that the client knows what to mend."""
    assert refusal(text).code == code


@pytest.mark.parametrize("text", ["９９９９９００１４９５７８５", "99999²01495785", "٩٩٩٩٩٠٠١٤٩٥٧٨٥", "XXXXＡ471", "XXXXÀ471"])
def test_what_only_looks_like_a_digit_or_a_letter_is_refused(text):
    """Q3: never a guess."""
    assert refusal(text).code == "foreign-character"


@pytest.mark.parametrize("text", ["XXXXß471", "XXXXı471", "XXXXſ471", "XXXXﬁ471"])
def test_a_letter_that_capitals_would_turn_into_others_is_refused(text):
    """Q3: ß is not SS and ı is not I; a number that was not in the bars is never asked for."""
    assert refusal(text).code == "foreign-character"


def test_a_foreign_character_is_named_with_its_place_and_shown_harmlessly():
    assert refusal("XXXX\x1b[2J").fields == {"expected": "A to Z, 0 to 9, hyphen", "got": r"'\x1b'", "place": "5"}


def test_sixteen_digits_that_are_no_air_waybill_are_a_cargo_control_number():
    assert candidates("0141234567600001") == (ccn("0141234567600001"),)


@example("12345-001495785")
@example("*99999001495785*")
@example("XXXXß471")
@given(st.text() | st.text(digits + "abyzAZ-* \n\0ıſßﬁ²", min_size=4, max_size=20) | NUMERALS)
def test_no_character_is_invented_repaired_or_lost(text):
    """Q3, Q4: a candidate is the text itself in capitals, but for white space at its ends, stars, and the hyphen of 5-9."""
    bare = text.strip("\0\t\r\n ").translate(CAPITALS)
    bare = bare[1:-1] if bare[:1] == bare[-1:] == "*" else bare

    for reference in found(text):
        hyphenated = isinstance(reference, TransactionNumber) and str(reference) != bare
        assert (reference.hri if hyphenated else str(reference)) == bare


@given(NUMERALS)
def test_the_two_spellings_of_a_transaction_number_are_the_same(text):
    """Q8: printed 5-9 or as 14 digits."""
    assert candidates(f"{text[:5]}-{text[5:]}") == candidates(text)[:1]


@given(NUMERALS)
def test_fourteen_digits_are_asked_in_both_senses(text):
    """Q3: an all-numeric carrier code and ten digits are a cargo control number too, so the length decides nothing."""
    assert candidates(text) == (transaction(text), ccn(text))


@given(references)
def test_leading_zeros_stay(reference):
    zeroed = str(reference)[1:].rjust(len(str(reference)), "0")

    assert all(len(str(one)) == len(zeroed) and str(one)[0] == "0" for one in found(zeroed))


@given(references)
def test_every_reference_is_a_candidate_of_its_own_text_unless_it_is_something_else_of_the_trade(reference):
    for text in (str(reference), reference.hri, f"*{reference}*", f" {str(reference).lower()}\r\n"):
        assert reference in found(text) or refusal(text).code in {"business-number", "air-waybill-piece"}


@given(st.text())
def test_plain_is_done_once(text):
    """Texts are compared by it, so it must not depend on how often it was applied, stars aside."""
    if "*" not in text:
        assert plain(plain(text)) == plain(text)


@given(ccns, transactions)
def test_a_cargo_control_number_never_equals_a_transaction_number(cargo, number):
    assert cargo != number
    assert CCN(str(number)[:4], str(number)[4:]) != number


@pytest.mark.parametrize("text", ["12345000000012", "12345001495784", "99999000000016"])
def test_the_check_digit_holds_for_the_worked_examples(text):
    """Domain facts, section 2.2, variant A."""
    assert transaction(text).check_digit_holds


@given(transactions)
def test_the_check_digit_is_advice_and_never_a_refusal(number):
    """The samples of SOCP 4.2 are consecutive, so most of them fail."""
    assert number in candidates(str(number))
    assert hints(number) == (() if number.check_digit_holds else ("perhaps-wrong-digit",))


@given(transactions, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_always_shows(number, place, more):
    text = str(number)
    wrong = text[:place] + str((int(text[place]) + more) % 10) + text[place + 1 :]

    assert not (number.check_digit_holds and transaction(wrong).check_digit_holds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("XXXX123456", ("perhaps-paps", "perhaps-trip")),
        ("8XXX123456", ("perhaps-trip",)),
        ("XXXXPARS471", ("perhaps-trip",)),
    ],
)
def test_a_cargo_control_number_that_is_not_on_file_may_be_something_else(text, expected):
    """Domain facts, section 1: a PAPS or a trip number has the same shape, so it is asked, and the doubt is told."""
    assert hints(ccn(text)) == expected
