"""IPP messages as bytes (RFC 8010): what we say is what is read, and what is no message is never one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adapters.ipp.codec import Garbled, Group, Message, Operation, Tag, Value, boolean, decode, encode, number, text

names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=30)
values = st.lists(st.builds(Value, st.integers(0x10, 0x7F), st.binary(max_size=40)), min_size=1, max_size=3).map(tuple)
groups = st.builds(Group, st.sampled_from([Tag.OPERATION, Tag.JOB, Tag.PRINTER, Tag.UNSUPPORTED]), st.dictionaries(names, values))
messages = st.builds(Message, st.integers(0, 0xFFFF), st.integers(1, 0x7FFFFFFF), st.lists(groups, max_size=3).map(tuple))


@given(messages, st.binary(max_size=20))
def test_what_is_written_is_read_whatever_document_stands_behind_it(message, document):  # P7
    assert decode(encode(message) + document) == message


@given(messages, st.data())
def test_what_ends_early_is_no_message(message, data):  # P7: half an answer never becomes a whole one
    whole = encode(message)
    cut = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(Garbled):
        decode(whole[:cut])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_garbled(noise):
    with contextlib.suppress(Garbled):
        encode(decode(noise))


@given(st.binary(min_size=1, max_size=30), st.integers(0, 0xFF))
def test_a_value_is_read_as_what_it_is_or_garbled(raw, tag):
    for reading in (lambda one: one.number, lambda one: one.text):
        with contextlib.suppress(Garbled):
            assert isinstance(reading(Value(tag, raw)), int | str)


def test_the_bytes_are_those_of_the_standard():
    """RFC 8010, A.1: the first bytes of a Print-Job request, and an attribute with two values."""
    group = Group(Tag.OPERATION, {"attributes-charset": (text(Tag.CHARSET, "utf-8"),), "x": (number(1), boolean(True))})

    assert encode(Message(Operation.PRINT_JOB, 1, (group,))) == (
        b"\x01\x01\x00\x02\x00\x00\x00\x01"
        b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x21\x00\x01x\x00\x04\x00\x00\x00\x01"
        b"\x22\x00\x00\x00\x01\x01"
        b"\x03"
    )


def test_a_text_with_its_language_is_the_text():
    assert Value(Tag.NAME_WITH_LANGUAGE, b"\x00\x05fr-ca\x00\x04re\xc3\xa7").text == "reç"
    with pytest.raises(Garbled, match="expected"):
        _ = Value(Tag.TEXT_WITH_LANGUAGE, b"\x00\x05fr-ca\x00\x09re").text


def test_the_members_of_a_collection_harm_no_attribute_beside_it():
    """RFC 8010, 3.1.6: begCollection, a member's name, its value, endCollection; then another attribute."""
    collection = b"\x34\x00\x09media-col\x00\x00\x4a\x00\x00\x00\x04type\x44\x00\x00\x00\x05plain\x37\x00\x00\x00\x00"
    answer = decode(b"\x02\x00\x00\x00\x00\x00\x00\x09\x04" + collection + b"\x23\x00\x0dprinter-state\x00\x04\x00\x00\x00\x05\x03")

    assert answer.group(Tag.PRINTER).number("printer-state") == 5


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"HTTP/1.1 200 OK",
        b"\x09\x00\x00\x00\x00\x00\x00\x01\x03",
        b"\x01\x01\x00\x00\x00\x00\x00\x01\x44\x00\x01x\x00\x00\x03",
        b"\x01\x01\x00\x00\x00\x00\x00\x01\x01\x44\x00\x00\x00\x00\x03",
    ],
    ids=["nothing", "html", "version", "no-group", "no-name"],
)
def test_what_is_none_is_refused(message):
    with pytest.raises(Garbled):
        decode(message)
