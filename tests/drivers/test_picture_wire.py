"""Messages between a reader and its limited process."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.picture import Dial, Evidence, Fault, Page, Problem, Symbol, Unread, Unreadable
from drivers.picture.wire import fault_of, message_of, page_of, receive, send
from drivers.scan import Symbology

numbers = st.integers(0, 10_000)
boxes = st.tuples(numbers, numbers, numbers, numbers)
lengths = st.floats(0, 1e3)
evidence = st.builds(Evidence, st.lists(st.text(), max_size=3).map(tuple), numbers)
symbols = st.builds(Symbol, st.text(), st.sampled_from(Symbology), boxes, evidence, st.lists(st.text(), max_size=3).map(tuple))
unread = st.builds(
    Unread, boxes, st.sampled_from(Unreadable), st.lists(st.text(), max_size=2).map(tuple), lengths, lengths, numbers
)
faults = st.builds(Fault, st.sampled_from(Problem), st.text(), st.text(), st.text())
pages = st.builds(
    Page,
    st.text(),
    numbers,
    numbers,
    numbers,
    st.lists(symbols, max_size=4).map(tuple),
    st.lists(unread, max_size=4).map(tuple),
    st.floats(0, 1e6),
    st.none() | faults,
    st.sampled_from(Dial),
)


def through(message, raw=b""):
    stream = io.BytesIO()
    send(stream, message, raw)
    stream.seek(0)
    return receive(stream)


@given(pages)
def test_a_page_arrives_as_it_was_sent(page):
    """Q4: text with control characters, HTML or anything else is carried as it stands in the bars."""
    assert page_of(through(message_of(page))[0]) == page


@given(faults, st.binary())
def test_a_fault_and_raw_bytes_arrive_as_they_were_sent(fault, raw):
    message, back = through(message_of(fault), raw)

    assert (fault_of(message), back) == (fault, raw)


@given(st.data())
def test_half_a_message_is_the_end_and_never_a_message(data):
    stream = io.BytesIO()
    send(stream, {"do": "open"}, b"%PDF-")
    whole = stream.getvalue()
    half = whole[: data.draw(st.integers(0, len(whole) - 1))]

    with pytest.raises(EOFError):
        receive(io.BytesIO(half))


def test_a_message_that_claims_to_be_endless_is_refused_before_it_is_read():
    with pytest.raises(EOFError, match="too long"):
        receive(io.BytesIO(b"\xff" * 8))
