"""From HID-POS reports to codes (D1): continued ones, lost and damaged ones (T8, T33)."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.manner import TAIL, Manner, Terminator
from drivers.report import HAND_HELD, Part, Reports, shapes
from drivers.scan import Broken, Heard, Symbology, Why
from tests.drivers.frames.hidpos import UNCOUNTED, UNNUMBERED, reports

GAP = Manner().gap
PRINTABLE = string.digits + string.ascii_letters + string.punctuation.replace("]", "") + " "


def decoder(manner=None, **more):
    return Reports((HAND_HELD,), manner or Manner(), **more)


def heard(*sent, manner=None):
    taking = decoder(manner)
    return [one for report in sent for one in taking.feed(report, 0.0)]


def texts(said):
    return [one.text for one in said if isinstance(one, Heard)]


def reasons(said):
    return [one.reason for one in said if isinstance(one, Broken)]


@given(st.text(alphabet=PRINTABLE, min_size=2, max_size=300))
@example("7" * 56)
@example("7" * 112)
def test_what_is_sent_is_what_is_heard(text):
    """D1: one report or six, in order, each character as it came."""
    assert heard(*reports(text)) == [Heard(text, b"]C0" + text.encode(), Symbology.CODE128)]


def test_leading_zeros_survive():
    """T8."""
    assert texts(heard(*reports("00000000000001"))) == ["00000000000001"]


@pytest.mark.parametrize(
    ("aim", "kind"), [(b"]C1", Symbology.CODE128), (b"]A0", Symbology.CODE39), (b"]I1", Symbology.ITF), (b"\0\0\0", None)]
)
def test_the_symbology_is_what_the_device_says(aim, kind):
    """Q4: and all NUL is nothing said."""
    (one,) = heard(*reports("XXXX7700112", aim))

    assert (one.text, one.symbology) == ("XXXX7700112", kind)


def test_text_that_looks_like_an_identifier_does_not_name_the_symbology():
    """Q4: an Interleaved 2 of 5 stays one, whatever its text begins with."""
    (one,) = heard(*reports("]C0XXXX1", b"]I0"))

    assert one.symbology is Symbology.ITF


@pytest.mark.parametrize("aim", [b"C0\0", b"]\0\0", b"xyz", b"\xff\xff\xff", b"\x02\0\0"])
def test_an_identifier_that_is_none_is_no_code(aim):
    """An answer of the device, or another layout than it says."""
    assert reasons(heard(*reports("XXXX1", aim))) == ["garbled"]


@pytest.mark.parametrize("data", ["\0\0\0", "AB\0CD", "AB\x1cCD", "A\rB", "\x7fAA"])
def test_what_is_no_text_is_garbled(data):
    """D1: NULs and control characters that the count says are data."""
    assert reasons(heard(*reports(data))) == ["garbled"]


def test_invalid_utf_8_is_garbled():
    report = bytearray(reports("XXXX1")[0])
    report[6] = 0xC3

    assert reasons(heard(bytes(report))) == ["garbled"]


def test_gs_is_data():
    assert texts(heard(*reports("0112345\x1d21AB"))) == ["0112345\x1d21AB"]


@pytest.mark.parametrize(
    ("end", "terminator", "said"),
    [
        ("\r\n", Terminator.ENTER, ["XXXX1"]),
        ("\r", Terminator.ANY, ["XXXX1"]),
        ("\t", Terminator.ANY, ["XXXX1"]),
        ("\t", Terminator.TAB, ["XXXX1"]),
        ("\t", Terminator.ENTER, []),
        ("\r", Terminator.NONE, []),
        ("\r\r", Terminator.ANY, []),
    ],
)
def test_the_terminator_that_a_scanner_adds_all_the_same_is_taken_off(end, terminator, said):
    """D1: once, and only the one of its manner."""
    assert texts(heard(*reports("XXXX1" + end), manner=Manner(terminator=terminator))) == said


def test_prefix_and_suffix_are_taken_off_or_missing():
    manner = Manner(prefix="<", suffix=">")

    assert texts(heard(*reports("<XXXX1>"), manner=manner)) == ["XXXX1"]
    assert reasons(heard(*reports("<XXXX1"), manner=manner)) == ["missing-prefix"]


@pytest.mark.parametrize("text", ["", "7"])
def test_an_empty_code_or_one_character_is_refused(text):
    """T33."""
    assert reasons(heard(*reports(text))) == ["too-short"]


class TestDamaged:
    """Reports that are not what they say."""

    def test_a_count_beyond_the_room_for_data_is_garbled(self):
        report = bytearray(reports("7" * 56)[0])
        report[1] = 57

        assert reasons(heard(bytes(report))) == ["garbled"]

    @pytest.mark.parametrize("length", [1, 2, 5, 63])
    def test_a_report_cut_short_is_garbled(self, length):
        assert reasons(heard(reports("XXXX7700112")[0][:length])) == ["garbled"]

    def test_padding_behind_a_report_is_nothing(self):
        assert texts(heard(reports("XXXX1")[0] + bytes(8))) == ["XXXX1"]

    @pytest.mark.parametrize("other", [b"\x04" + bytes(63), b"\x00", b"\xfd\x07anything", b""])
    def test_reports_of_other_kinds_are_passed_over_even_in_the_middle_of_a_code(self, other):
        first, second = reports("7" * 60)

        assert texts(heard(other, first, other, second, other)) == ["7" * 60]

    def test_without_ids_every_report_is_a_code(self):
        (shape,) = shapes(UNNUMBERED)

        assert Reports((shape,), Manner()).feed(b"\x05XXXX1".ljust(33, b"\0"), 0.0) == [Heard("XXXX1", b"XXXX1")]

    def test_without_a_count_the_nuls_behind_are_padding(self):
        (shape,) = shapes(UNCOUNTED)

        assert shape.part(b"\x02]C0" + b"00000000000001".ljust(57, b"\0")) == Part(b"00000000000001", b"]C0", more=False)

    @given(st.text(alphabet=PRINTABLE, min_size=57, max_size=300), st.data())
    def test_a_code_without_its_end_is_never_joined_to_the_next(self, text, data):
        """Its last reports are missing; the next code comes when the device has been quiet for a gap."""
        sent, taking = reports(text), decoder()
        said = [one for report in sent[: data.draw(st.integers(1, len(sent) - 1))] for one in taking.feed(report, 0.0)]
        said += taking.silent(taking.due)
        said += taking.silent(taking.due)

        assert said + taking.feed(reports("XXXX1")[0], 9.0) == [Broken(Why.BROKEN_OFF), *heard(*reports("XXXX1"))]


class TestContinued:
    """A code in several reports."""

    def test_it_is_one_code_if_they_follow_one_another(self):
        first, second, third = reports("7" * 130)
        taking = decoder()

        assert taking.feed(first, 0.0) == []
        assert taking.feed(second, GAP) == []
        assert texts(taking.feed(third, 2 * GAP)) == ["7" * 130]

    def test_it_is_broken_off_when_the_next_does_not_come(self):
        taking = decoder()
        taking.feed(reports("7" * 60)[0], 5.0)

        assert taking.due == 5.0 + GAP
        assert taking.silent(5.0) == []
        assert taking.silent(taking.due) == [Broken(Why.BROKEN_OFF)]

    def test_its_late_rest_is_no_code_of_its_own(self):
        first, second = reports("7" * 56 + "99999001495785")
        taking = decoder()
        taking.feed(first, 0.0)
        taking.silent(GAP)

        assert reasons(taking.feed(second, GAP + 0.1)) == ["broken-off"]
        assert texts(taking.feed(reports("XXXX1")[0], GAP + 0.2)) == ["XXXX1"]

    def test_after_a_while_a_code_is_a_code_again(self):
        taking = decoder()
        taking.feed(reports("7" * 60)[0], 0.0)
        taking.silent(GAP)
        taking.silent(GAP + TAIL)

        assert taking.due is None
        assert texts(taking.feed(reports("XXXX1")[0], 5.0)) == ["XXXX1"]

    def test_a_report_that_was_read_late_joins_nothing(self):
        first, second = reports("7" * 60)
        taking = decoder()
        taking.feed(first, 0.0)

        assert taking.feed(second, 3.0) == [Broken(Why.BROKEN_OFF)]
        assert texts(taking.feed(reports("XXXX1")[0], 3.1)) == ["XXXX1"]

    def test_two_symbologies_are_two_codes_and_neither_is_whole(self):
        first, _ = reports("7" * 60, b"]C0")
        _, second = reports("8" * 60, b"]A0")

        assert heard(first, second, *reports("XXXX1")) == [Broken(Why.GARBLED), *heard(*reports("XXXX1"))]

    def test_one_without_end_is_told_once_and_takes_no_memory(self):
        taking = decoder()
        endless = reports("7" * 60)[0]
        said = [one for n in range(2000) for one in taking.feed(endless, n / 100)]

        assert said == [Broken(Why.TOO_LONG)]
        assert texts(taking.feed(reports("X")[0], 20.0) + taking.feed(reports("XXXX1")[0], 20.0)) == ["XXXX1"]

    def test_a_damaged_part_voids_the_whole(self):
        first, second, third = reports("7" * 130)

        assert heard(first, second[:9], third, *reports("XXXX1")) == [Broken(Why.GARBLED), *heard(*reports("XXXX1"))]


class TestOpening:
    """A device that is opened in the middle of a code."""

    def test_what_comes_at_once_is_perhaps_the_end_of_a_longer_code(self):
        taking = decoder(opened=10.0)

        assert taking.feed(reports("495785")[0], 10.1) == [Broken(Why.BROKEN_OFF)]
        assert texts(taking.feed(reports("XXXX1")[0], 10.2)) == ["XXXX1"]

    def test_after_a_gap_of_quiet_a_code_is_whole(self):
        taking = decoder(opened=10.0)

        assert taking.due == 10.0 + GAP
        assert taking.silent(taking.due) == []
        assert taking.due is None
        assert texts(taking.feed(reports("XXXX1")[0], 11.0)) == ["XXXX1"]


def test_what_was_lost_voids_what_is_under_way_up_to_its_end():
    first, second = reports("7" * 60)
    taking = decoder()
    taking.feed(first, 0.0)

    assert taking.lost(0.1) == [Broken(Why.KEYS_LOST)]
    assert taking.feed(second, 0.2) == []
    assert texts(taking.feed(reports("XXXX1")[0], 0.3)) == ["XXXX1"]


def test_what_was_lost_voids_nothing_after_silence():
    taking = decoder()
    taking.lost(0.0)
    taking.silent(GAP)
    taking.silent(GAP + TAIL)

    assert texts(taking.feed(reports("XXXX1")[0], 5.0)) == ["XXXX1"]


def test_a_device_that_goes_in_the_middle_of_a_code_says_so():
    """D5."""
    taking = decoder()
    taking.feed(reports("7" * 60)[0], 0.0)

    assert taking.gone() == [Broken(Why.BROKEN_OFF)]
    assert decoder().gone() == []
