"""Lines of a feed: every good one becomes its row, every bad one is named (fault 3: none is lost without a word)."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acros_stub.feed import CSV, JSON_LINES, parse
from acros_stub.instant import iso, micros
from acros_stub.shapes import HEADER

GOOD = ["99999001495785", "XXXX0000012345", "911", "0453", "9453", "4", "2026-11-22T15:04:05.123456+00:00"]
ROW = ("99999001495785", "XXXX0000012345", 1_795_359_845_123_456, "4", "0453", "9453", "911")

NUMBERS = st.from_regex(r"[0-9]{14}", fullmatch=True)
CCNS = st.from_regex(r"[0-9A-Z-]{5,25}", fullmatch=True)
TIMES = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)).flatmap(
    lambda at: st.integers(-12 * 60, 14 * 60).map(lambda off: at.replace(tzinfo=timezone(timedelta(minutes=off))))
)


def one(values, split=CSV):
    line = ",".join(values) if split is CSV else json.dumps(dict(zip(HEADER, values, strict=True)))
    rows, bad = parse([line], split, first=2)
    return (rows, [(each.field, each.got) for each in bad])


@pytest.mark.parametrize("split", [CSV, JSON_LINES])
def test_a_good_line_is_its_row(split):
    assert one(GOOD, split) == ([ROW], [])


@pytest.mark.parametrize("split", [CSV, JSON_LINES])
@given(number=NUMBERS | st.just(""), ccn=CCNS | st.just(""), office=st.from_regex(r"0?[0-9]{3}", fullmatch=True), at=TIMES)
def test_every_well_formed_row_keeps_its_zeros_and_its_instant(split, number, ccn, office, at):
    rows, bad = one([number, ccn, "", office, "", "4", at.isoformat()], split)

    if number or ccn:
        request, kept, instant, *_, given_office, _, _ = rows[0]
        assert (request, kept) == (number or "ccn:" + ccn, ccn)
        assert instant == micros(at)
        assert datetime.fromisoformat(iso(instant)) == at
        assert given_office == office.rjust(4, "0")
    else:
        assert [each[0] for each in bad] == ["transaction_number"]


@pytest.mark.parametrize("split", [CSV, JSON_LINES])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("transaction_number", "9999900149578"),
        ("transaction_number", "99999-001495785"),
        ("transaction_number", "９９９９９００１４９５７８５"),
        ("transaction_number", "999990014957８5"),
        ("ccn", "XXXX"),
        ("ccn", "X" * 26),
        ("ccn", "xxxx12345"),
        ("ccn", "XXXX 12345"),
        ("ccn", "=HYPERLINK(1)"),
        ("ccn", "'; DROP TABLE events; --"),
        ("service_option", "91"),
        ("release_office", "1453"),
        ("release_office", "45"),
        ("sub_location", "945"),
        ("indicator", "released"),
        ("indicator", "4 "),
        ("indicator", "4\x00"),
        ("processed_at", ""),
        ("processed_at", "2026-11-22T15:04:05"),
        ("processed_at", "2026-11-22 15:04:05+00:00"),
        ("processed_at", "2026-02-30T15:04:05Z"),
        ("processed_at", "2026-11-22T25:04:05Z"),
        ("processed_at", "2026-11-22T15:04:05.1234567Z"),
        ("processed_at", "2026-11-22T15:04:05+99:00"),
        ("processed_at", "1795359845"),
        ("processed_at", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_malformed_field_is_named_with_what_was_got(split, field, value):
    values = [value if name == field else good for name, good in zip(HEADER, GOOD, strict=True)]

    rows, bad = one(values, split)

    assert rows == []
    assert [each[0] for each in bad] == [field]
    assert bad[0][1] == value.replace("\x00", "\\x00")


def test_a_time_is_any_offset():
    rows, _ = parse(
        [",".join([*GOOD[:-1], at]) for at in ("2026-11-22T10:04:05.123456-05:00", "2026-11-22T15:04:05.123456Z")], CSV, 2
    )

    assert rows == [ROW, ROW]


def test_a_line_with_neither_number_is_refused():
    assert one(["", "", *GOOD[2:]]) == ([], [("transaction_number", "")])


def test_quotes_are_read_as_csv_has_them():
    assert one([f'"{value}"' for value in GOOD]) == ([ROW], [])


def test_a_quote_left_open_spoils_its_own_line_only():
    rows, bad = parse(['"' + ",".join(GOOD), ",".join(GOOD)], CSV, first=2)

    assert rows == [ROW]
    assert [(each.line, each.field) for each in bad] == [(2, "row")]


@pytest.mark.parametrize("line", ["a,b", ",".join([*GOOD, "x"]), "," * 7, "\\xff" + ",".join(GOOD), "x" * 200_000])
def test_a_line_of_other_fields_is_refused(line):
    rows, bad = parse([line], CSV, first=2)

    assert rows == []
    assert bad[0].line == 2
    assert len(bad[0].got) <= 80


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("[]", "row"),
        ("{", "row"),
        ("NaN", "row"),
        ("[" * 100_000, "row"),
        (json.dumps({"transaction_number": 99999001495785}), "transaction_number"),
        (json.dumps({"other": "x"}), "row"),
        ('{"ccn": "\\ud800XXXXX"}', "ccn"),
        ('{"transaction_number": "99999001495785", "processed_at": true}', "processed_at"),
    ],
)
def test_what_is_no_object_of_texts_is_refused(line, field):
    """A number in JSON has lost its leading zeros (domain.md, 12.3)."""
    rows, bad = parse([line], JSON_LINES, first=1)

    assert rows == []
    assert bad[0].field == field
    bad[0].got.encode()


def test_a_json_member_that_is_missing_or_null_says_nothing():
    line = json.dumps({"ccn": "XXXX-1", "transaction_number": None, "processed_at": GOOD[-1]})

    assert parse([line], JSON_LINES, 1) == ([("ccn:XXXX-1", "XXXX-1", ROW[2], "", "", "", "")], [])


def test_an_empty_line_is_neither_good_nor_bad():
    assert parse(["", "  ", ",".join(GOOD)], CSV, 2) == ([ROW], [])


@given(st.lists(st.text(max_size=40), max_size=5), st.sampled_from([CSV, JSON_LINES]))
def test_every_line_is_a_row_or_a_bad_row_or_empty(lines, split):
    lines = [line.replace("\n", " ") for line in lines]

    rows, bad = parse(lines, split, first=1)

    assert len(rows) + len(bad) == sum(1 for line in lines if line.strip())


@given(st.integers(0, 80))
def test_a_line_cut_short_is_never_taken_for_a_whole_one(length):
    """A file may end in the middle of a line: a 24 must not become a 2, nor an hour an earlier one."""
    line = ",".join(GOOD)
    rows, _ = parse([line[:length]], CSV, first=2)

    assert rows == ([ROW] if length >= len(line) else [])


@given(st.lists(st.sampled_from(["", "4", "24", "CANCELLED", "77"]), min_size=1))
def test_the_fast_way_and_the_csv_module_read_the_same(indicators):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([*GOOD[:5], each, GOOD[6]] for each in indicators)
    quoted = text.getvalue().splitlines()

    assert parse(quoted, CSV, 2) == parse([line.replace('"', "") for line in quoted], CSV, 2)


def test_an_instant_is_exact_to_the_microsecond_at_both_ends_of_the_calendar():
    for at in (datetime(1900, 1, 1, 0, 0, 0, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)):
        assert iso(micros(at)) == at.isoformat(timespec="microseconds")
