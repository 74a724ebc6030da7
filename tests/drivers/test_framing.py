"""From bytes to codes (D2): split, joined, cut off, damaged; never a wrong number, never two in one (T1, T8, T33, T34)."""

import string
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.framing import Frames
from drivers.manner import TAIL, Manner, Terminator
from drivers.scan import Broken, Heard, Symbology, Why

GAP = Manner().gap
PLAIN = string.digits + string.ascii_letters + string.punctuation.replace("]", "") + " "
codes = st.text(alphabet=PLAIN, min_size=2, max_size=40)
ENDINGS = {
    Terminator.ENTER: (b"\r", b"\n", b"\r\n"),
    Terminator.TAB: (b"\t",),
    Terminator.ANY: (b"\r", b"\n", b"\r\n", b"\t"),
}
ended = st.sampled_from([(terminator, end) for terminator, ends in ENDINGS.items() for end in ends])


def heard(data, manner=None):
    return Frames(manner or Manner()).feed(data, 0.0)


def texts(said):
    return [one.text for one in said if isinstance(one, Heard)]


def reasons(said):
    return [one.reason for one in said if isinstance(one, Broken)]


def cut(data, places):
    borders = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(borders)]


@given(st.lists(codes, max_size=5), ended)
def test_what_is_sent_is_what_is_heard_whatever_is_printable(sent, ending):
    """D2, promise 1: joined in one read, in order, each character as it came."""
    terminator, end = ending
    said = heard(b"".join(code.encode() + end for code in sent), Manner(terminator=terminator))

    assert texts(said) == sent
    assert not reasons(said)


@given(
    st.lists(st.sampled_from([b"A", b"BC", b"\r", b"\n", b"\xff", b"\x00", b"7" * 12]), max_size=25).map(b"".join) | st.binary(),
    st.lists(st.integers(0, 99)),
    st.sampled_from([None, 0.0]),
)
@example(b"AB\r\n\nCD\r", [3, 4, 4], None)
@example(b"\xff\x00\rCD\rEF\r", [1, 2, 3], 0.0)
@example(b"AB\rCD\n", [5], None)
@example(b"\x00" * 30 + b"\r", [10, 28], None)
def test_how_the_bytes_are_split_over_reads_makes_no_difference(data, places, opened):
    """D2: the splitter's faults of others (pyserial#101) are faults of the way bytes arrive."""
    manner = Manner(longest=3)
    split = Frames(manner, opened)
    said = [one for piece in cut(data, places) for one in split.feed(piece, 0.0)]
    whole = Frames(manner, opened)

    assert said == whole.feed(data, 0.0)
    assert split.due == whole.due
    assert split.silent(GAP) == whole.silent(GAP)


@given(codes, codes, st.data())
def test_a_damaged_byte_never_joins_two_codes(first, second, data):
    """D2: with parity, the kernel marks the byte; the code that has it is void, be it the terminator itself."""
    sent = bytearray(f"{first}\r{second}\r".encode())
    at = data.draw(st.integers(0, len(sent) - 1))
    to = data.draw(st.integers(0, 255))
    marked = bytes(sent[:at]) + b"\xff\x00" + bytes([to]) + bytes(sent[at + 1 :])

    said = heard(marked)
    assert Broken(Why.GARBLED) in [*said, *heard(marked + b"\r")]
    assert set(texts(said)) <= {first, second}


@given(codes, codes, st.data())
def test_what_lost_its_end_is_never_joined_to_the_next(first, second, data):
    """D2, T5: cut off anywhere, then silence, then a whole code."""
    kept = data.draw(st.integers(1, len(first)))
    frames = Frames(Manner())
    said = frames.feed(first[:kept].encode(), 0.0)
    said += frames.silent(frames.due)
    said += frames.silent(frames.due)
    said += frames.feed(f"{second}\r".encode(), 9.0)

    assert [reasons(said), texts(said)] == [["broken-off"], [second]]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t"])
def test_leading_zeros_survive(end):
    """T8: a number is text."""
    assert texts(heard(b"00000000000001" + end)) == ["00000000000001"]


def test_cr_lf_is_one_end_and_not_an_empty_code_even_in_two_reads():
    """D2."""
    frames = Frames(Manner())

    assert texts(frames.feed(b"AAAA1\r", 0.0)) == ["AAAA1"]
    assert frames.feed(b"\n", 0.1) == []
    assert texts(frames.feed(b"BBBB2\r\n", 9.0)) == ["BBBB2"]


@pytest.mark.parametrize("data", [b"\r", b"\t", b"\n", b"7\r"])
def test_an_empty_code_or_one_character_is_refused(data):
    """T33."""
    assert heard(data) == [Broken(Why.TOO_SHORT)]


@pytest.mark.parametrize(
    "noise",
    [
        b"\x00",
        b"\x01",
        b"\x02",
        b"\x1c",
        b"\x1e",
        b"\x7f",
        b"\x80",
        b"\xc3",
        b"\xff\xff",
        b"\xff\x00\x00",
        b"\xff\x00A",
        "\u0085".encode(),
    ],
)
def test_noise_voids_its_code_and_no_other(noise):
    """D2: NUL, control characters, bytes that are no UTF-8, parity and framing errors, a break."""
    said = heard(b"AAAA1\rBB" + noise + b"BB2\rCCCC3\r")

    assert [getattr(one, "text", "") or one.reason for one in said] == ["AAAA1", "garbled", "CCCC3"]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\t"])
def test_a_damaged_byte_that_looks_like_a_terminator_ends_nothing(end):
    """D2: the piece behind it would be a wrong number."""
    assert heard(b"XXXX\xff\x00" + end + b"7700\r") == [Broken(Why.GARBLED)]


def test_gs_is_data():
    """A GS1 symbol's separator stays in the text; FS, RS and EOT have no business there."""
    assert texts(heard(b"]C10112345\x1d21AB\r")) == ["0112345\x1d21AB"]
    assert reasons(heard(b"0112345\x1c21AB\r")) == ["garbled"]


@pytest.mark.parametrize(("identifier", "kind"), [("]C0", Symbology.CODE128), ("]A0", Symbology.CODE39), ("]I0", Symbology.ITF)])
def test_an_identifier_is_taken_off_and_names_the_symbology(identifier, kind):
    """D2, ISO/IEC 15424."""
    (one,) = heard(f"{identifier}XXXX7700112\r".encode())

    assert (one.text, one.symbology) == ("XXXX7700112", kind)
    assert one.raw == f"{identifier}XXXX7700112\r".encode()


class TestAroundTheCode:
    """Prefix and suffix, STX and ETX among them."""

    manner = Manner(prefix="\x02", suffix="\x03")

    def test_stx_and_etx_are_taken_off(self):
        assert texts(heard(b"\x02]C0XXXX1\x03\r", self.manner)) == ["XXXX1"]

    @pytest.mark.parametrize("part", [b"XXXX1\x03\r", b"\x02XXXX1\r", b"XXXX1\r", b"\x02\r"])
    def test_without_one_of_them_part_of_the_code_is_missing(self, part):
        assert reasons(heard(part, self.manner)) == ["missing-prefix"]

    def test_two_codes_that_lost_the_end_between_them_are_garbled(self):
        assert heard(b"\x02XXXX1\x03\x02XXXX2\x03\r", self.manner) == [Broken(Why.GARBLED)]
        assert heard(b"\x02XXXX1\x02XXXX2\x03\r", self.manner) == [Broken(Why.GARBLED)]


class TestWithoutEnd:
    """A scanner that sends no terminator: silence and the length rule (T34)."""

    manner = Manner(terminator=Terminator.NONE, shortest=14, longest=14, gap=0.05)

    def test_silence_ends_a_code(self):
        frames = Frames(self.manner)

        assert frames.feed(b"0000000", 1.0) == []
        assert frames.feed(b"0000001", 1.05) == []
        assert frames.due == pytest.approx(1.1)
        assert frames.silent(1.09) == []
        assert texts(frames.silent(1.1)) == ["00000000000001"]
        assert frames.due is None
        assert texts(frames.feed(b"99999001495785", 1.2) + frames.silent(1.3)) == ["99999001495785"]

    def test_two_codes_without_silence_between_them_are_refused(self):
        frames = Frames(self.manner)

        assert reasons(frames.feed(b"00000000000001" * 2, 1.0) + frames.silent(2.0)) == ["too-long"]

    def test_half_a_code_is_refused(self):
        frames = Frames(self.manner)

        assert reasons(frames.feed(b"0000000", 1.0) + frames.silent(2.0)) == ["too-short"]

    def test_bytes_that_may_have_waited_are_no_code(self):
        """Read after the gap, with nobody having looked in between: perhaps one code, perhaps two."""
        frames = Frames(self.manner)
        frames.feed(b"99999001495785", 1.0)

        assert frames.feed(b"00000000000001", 1.2) + frames.silent(2.0) == [Broken(Why.BROKEN_OFF)]

    def test_half_a_mark_at_the_end_is_noise(self):
        frames = Frames(self.manner)

        assert reasons(frames.feed(b"99999001495785\xff", 1.0) + frames.silent(2.0)) == ["garbled"]

    def test_a_terminator_that_should_not_be_there_is_noise(self):
        frames = Frames(self.manner)

        assert reasons(frames.feed(b"99999001495785\r", 1.0) + frames.silent(2.0)) == ["garbled"]


class TestSilence:
    """A code that stops in its middle, and what comes after it."""

    def test_it_is_broken_off_when_the_gap_is_over_and_not_before(self):
        frames = Frames(Manner(gap=0.1))
        frames.feed(b"XXXX", 5.0)
        frames.feed(b"77", 5.1)

        assert frames.due == pytest.approx(5.2)
        assert frames.silent(5.19) == []
        assert frames.silent(5.2) == [Broken(Why.BROKEN_OFF)]

    def test_its_late_rest_is_no_code_of_its_own(self):
        """The scanner, or the radio to it, paused for longer than the gap: the rest looks like a shorter number."""
        frames = Frames(Manner())
        frames.feed(b"99999001", 0.0)
        frames.silent(GAP)

        assert frames.feed(b"495785\rXXXX7700112\r", GAP + 0.1) == [Broken(Why.BROKEN_OFF), *heard(b"XXXX7700112\r")]

    def test_after_a_while_a_code_is_a_code_again(self):
        frames = Frames(Manner())
        frames.feed(b"99999001", 0.0)
        frames.silent(GAP)

        assert frames.silent(GAP + TAIL) == []
        assert frames.due is None
        assert texts(frames.feed(b"XXXX7700112\r", 5.0)) == ["XXXX7700112"]

    def test_bytes_that_were_read_late_join_nothing(self):
        """Nobody looked for longer than the gap: a pause of the scanner, or only of ours. Void, up to the next end."""
        frames = Frames(Manner())
        frames.feed(b"99999001", 0.0)

        assert frames.feed(b"495785\rXXXX1\r", 3.0) == [Broken(Why.BROKEN_OFF), *heard(b"XXXX1\r")]

    def test_slow_bytes_within_the_gap_are_one_code(self):
        """100 ms a character."""
        frames = Frames(Manner())
        said = [one for n, byte in enumerate(b"XXXX7700112\r") for one in frames.feed(bytes([byte]), n / 10)]

        assert texts(said) == ["XXXX7700112"]


class TestOpening:
    """A port that is opened in the middle of a code."""

    def test_what_comes_at_once_is_the_end_of_a_code_from_before(self):
        frames = Frames(Manner(), opened=10.0)

        assert frames.feed(b"495785\rXXXX1\r", 10.1) == [Broken(Why.BROKEN_OFF), *heard(b"XXXX1\r")]

    def test_after_a_gap_of_quiet_a_code_is_whole(self):
        frames = Frames(Manner(), opened=10.0)

        assert frames.due == 10.0 + GAP
        assert frames.silent(10.0) == []
        assert frames.silent(frames.due) == []
        assert frames.due is None
        assert texts(frames.feed(b"XXXX1\r", 11.0)) == ["XXXX1"]

    def test_without_a_terminator_it_is_void_up_to_silence(self):
        manner = Manner(terminator=Terminator.NONE)
        frames = Frames(manner, opened=10.0)

        assert frames.feed(b"495785", 10.1) == [Broken(Why.BROKEN_OFF)]
        assert frames.silent(frames.due) == []
        assert texts(frames.feed(b"XXXX1", 11.0) + frames.silent(12.0)) == ["XXXX1"]


class TestTooLong:
    """10 MB without a terminator."""

    def test_it_is_told_once_and_takes_no_memory(self):
        frames, piece = Frames(Manner()), b"7" * 65536
        tracemalloc.start()
        said = [one for n in range(160) for one in frames.feed(piece, n / 100)]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert said == [Broken(Why.TOO_LONG)]
        assert peak < 1_000_000
        assert texts(frames.feed(b"7\rXXXX7700112\r", 1.6)) == ["XXXX7700112"]

    @pytest.mark.parametrize("noise", [b"\x00", b"\xff", b"\xff\x00\x00"])
    def test_noise_without_end_is_told_once(self, noise):
        frames = Frames(Manner())
        said = [one for n in range(100) for one in frames.feed(noise * 4096, n / 100)]

        assert said == [Broken(Why.TOO_LONG)]
        assert frames.silent(99.0) == []

    def test_silence_ends_it_too(self):
        frames = Frames(Manner(longest=5))
        frames.feed(b"7" * 100, 0.0)
        frames.silent(GAP)
        frames.silent(GAP + TAIL)

        assert texts(frames.feed(b"XXXX1\r", 5.0)) == ["XXXX1"]

    def test_the_longest_code_is_whole_and_one_more_is_not(self):
        manner = Manner(longest=20)

        assert texts(heard(b"7" * 20 + b"\r", manner)) == ["7" * 20]
        assert reasons(heard(b"7" * 21 + b"\r", manner)) == ["too-long"]


class TestLost:
    """The kernel lost bytes: nobody knows which."""

    def test_what_is_under_way_is_void_up_to_its_end(self):
        frames = Frames(Manner())
        frames.feed(b"999990", 0.0)

        assert frames.lost(b"1\r99", 0.01) == [Broken(Why.KEYS_LOST)]
        assert texts(frames.feed(b"785\rXXXX1\r", 0.02)) == ["XXXX1"]

    def test_half_a_mark_at_its_end_is_not_forgotten(self):
        frames = Frames(Manner())

        assert frames.lost(b"XXXX1\r99999\xff\x00", 0.0) + frames.feed(b"\r1495785\r", 0.0) == [Broken(Why.KEYS_LOST)]

    def test_silence_ends_it_too(self):
        frames = Frames(Manner())
        frames.lost(b"9", 0.0)
        frames.silent(GAP)
        frames.silent(GAP + TAIL)

        assert texts(frames.feed(b"XXXX1\r", 5.0)) == ["XXXX1"]


def test_a_line_that_goes_in_the_middle_of_a_code_says_so_once():
    """D5: and of a code that was told already, or of none, it says nothing."""
    frames = Frames(Manner())
    frames.feed(b"99999", 0.0)

    assert frames.gone() == [Broken(Why.BROKEN_OFF)]
    assert frames.gone() == []
    assert Frames(Manner()).gone() == []
    assert [frames.lost(b"9", 0.0), frames.gone()] == [[Broken(Why.KEYS_LOST)], []]


@given(st.lists(st.tuples(st.binary(max_size=12), st.floats(0, 2)), max_size=20), st.sampled_from(list(Terminator)))
@settings(max_examples=100)
def test_whatever_comes_whenever_each_text_was_sent_in_one_piece(reads, terminator):
    """D2: two devices' worth of rubbish gives no text that does not stand in the bytes, between two ends."""
    frames, now, sent, said = Frames(Manner(terminator=terminator), opened=0.0), 0.0, b"", []
    for data, pause in reads:
        now += pause
        while frames.due is not None and frames.due <= now:
            said += frames.silent(frames.due)
        said += frames.feed(data, now)
        sent += data
    said += frames.silent(now + 9)

    for one in said:
        if isinstance(one, Heard):
            assert one.text.encode() in sent
            assert not set(one.text) & {"\r", "\n", "\t", "\0"}


@given(st.lists(codes, min_size=1, max_size=3), st.lists(codes, min_size=1, max_size=3), st.randoms())
def test_two_decoders_do_not_know_of_one_another(first, second, chance):
    """T1, D5: two scanners at once, interleaved byte by byte."""
    streams = [list("".join(f"{code}\r" for code in codes).encode()) for codes in (first, second)]
    decoders, said = [Frames(Manner()), Frames(Manner())], ([], [])
    while any(streams):
        which = chance.choice([n for n in (0, 1) if streams[n]])
        said[which].extend(decoders[which].feed(bytes([streams[which].pop(0)]), 0.0))

    assert [texts(said[0]), texts(said[1])] == [first, second]
