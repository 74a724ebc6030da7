"""The facts and their bytes: what is written today is read for ever, and is the same on every machine."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import journal
from kiosk.core.journal import FACTS, Answered, CouldNotAsk, Entry, Fact, KeyRevoked, NotRead, PageRead, Refused, Scanned

text = st.text(st.characters(codec=None, categories=None, exclude_categories=()), max_size=12)
"""Any text, with control characters and lone surrogates too: a wedge or a pipe can yield them."""
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text, lambda inner: st.lists(inner, max_size=3)
)


def values(kind):
    """Values of a field's type."""
    if isinstance(kind, UnionType):
        return st.one_of(*(values(part) for part in get_args(kind)))
    if get_origin(kind) is list:
        return st.lists(values(get_args(kind)[0]), max_size=3)
    if get_origin(kind) is dict:
        return st.dictionaries(text, values(get_args(kind)[1]), max_size=3)
    return {str: text, int: st.integers(0, 2**40), bool: st.booleans(), type(None): st.none()}.get(kind, json_values)


def facts_of(kind):
    """Facts of one kind."""
    hints = get_type_hints(kind, vars(journal))
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})


facts = st.one_of(*(facts_of(kind) for kind in FACTS.values()))
times = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))]))
entries = st.builds(Entry, text, times, text, facts)


@given(entries)
def test_every_entry_comes_back_as_it_was_written(entry):
    """Q10: every kind of fact, any text."""
    assert Entry.decode(entry.encode()) == entry


@given(entries)
def test_an_entry_read_and_written_again_is_the_same_bytes(entry):
    """Q10: the leaf that the tree hashed."""
    assert Entry.decode(entry.encode()).encode() == entry.encode()


@given(entries, entries)
def test_two_entries_that_differ_have_different_bytes(one, other):
    """Q10."""
    assert one == other or one.encode() != other.encode()


def test_the_bytes_are_fixed_for_ever():
    """Q10: a change of this line would make every record that is kept look altered."""
    at = datetime(2026, 11, 22, 10, 4, 5, 600, timezone(timedelta(hours=-5)))
    entry = Entry("0453.1", at, "12345", CouldNotAsk(["a", "b"], "gone", "é"))

    expected = (
        '{"at":"2026-11-22T15:04:05.000600+00:00","by":"12345","fact":"CouldNotAsk",'
        '"is":{"code":"gone","detail":"é","scans":["a","b"]},"subject":"0453.1"}'
    )
    assert entry.encode() == expected.encode()


OLD = {
    "NotRead": ('"reason":"blurred","scan":"s","source":"pages","where":null', NotRead("s", "blurred", "pages", None)),
    "Scanned": (
        '"compared":false,"keyed":false,"raw":"","scan":"s","source":"pages","symbology":null,"text":"t","where":null',
        Scanned("s", "t", "", "pages", None, keyed=False, where=None, compared=False),
    ),
    "PageRead": ('"document":"d","height":9,"page":0,"pages":1,"scans":2,"unread":1,"width":8', PageRead("d", 0, 1, 2, 1, 8, 9)),
}


@pytest.mark.parametrize("kind", OLD)
def test_what_an_older_kiosk_wrote_of_reading_is_still_read(kind):
    """Q10: what vouches for a reading, and what is known of a place that was not read, came later."""
    written, fact = OLD[kind]
    leaf = f'{{"at":"2026-11-22T15:04:05+00:00","by":"b","fact":"{kind}","is":{{{written}}},"subject":"x"}}'

    assert Entry.decode(leaf.encode()).fact == fact


def test_an_entry_from_before_a_field_was_added_is_still_read():
    """Q10: `changed_from` has a default, so entries without it stay legible."""
    leaf = (
        b'{"at":"2026-11-22T15:04:05.000000+00:00","by":"b","fact":"Answered",'
        b'"is":{"answer":{},"mark":"R","number":"n","scan":"s"},"subject":"x"}'
    )

    assert Entry.decode(leaf).fact == Answered("s", "n", "R", {})


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"{}",
        b"[1]",
        b'"x"',
        b"\xff\xfe",
        b'{"at":"2026-11-22T15:04:05+00:00","by":"b","fact":"Never","is":{},"subject":"x"}',
        b'{"at":"2026-11-22T15:04:05+00:00","by":"b","fact":"Opened","is":{},"subject":"x"}',
        b'{"at":"yesterday","by":"b","fact":"BackedUp","is":{"folder":"","checkpoint":""},"subject":"x"}',
    ],
)
def test_what_no_kiosk_wrote_is_not_an_entry(leaf):
    """Q10."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        Entry.decode(leaf)


def test_a_number_that_is_no_number_of_json_is_refused():
    """Q10: NaN is written differently by every machine."""
    entry = Entry("x", datetime(2026, 1, 1, tzinfo=UTC), "b", Answered("s", "n", "R", {"ms": float("nan")}))

    with pytest.raises(ValueError, match="JSON"):
        entry.encode()


def test_every_fact_is_known_by_its_name():
    """Q10: a kind that FACTS misses could be written and never read."""
    assert {kind.__name__ for kind in Fact.__subclasses__()} == set(FACTS)


def test_facts_are_found_by_the_numbers_they_speak_of():
    """Q10."""
    assert Scanned("s", "99999001495785", "", "wedge", None, True, None, False).numbers() == ("99999001495785",)
    assert Answered("s", "8XXX1", "NR", {}).numbers() == ("8XXX1",)
    assert Refused("s", None, "not-read", {}).numbers() == ()
    assert KeyRevoked("00").numbers() == ()
