"""What comes in fits its description, or is refused with the field's name, what was expected and what was got."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.user import Role
from kiosk.web.api.operation import plain
from kiosk.web.api.shape import LARGEST, Misshapen, Text, Whole, fitted, of_text, parsed


@dataclass(frozen=True, slots=True)
class Sample:
    name: Annotated[str, Text(1, 5, "[a-z]*")]
    n: Annotated[int, Whole(1, 9)] = 1
    flag: bool = False
    role: Role | None = None
    word: Literal["a", "b"] = "a"
    day: date | None = None
    pin: Annotated[str, Text(0, 3, "[0-9]*", secret=True)] = ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def no(call, *given):
    with pytest.raises(Misshapen) as refused:
        call(*given)
    return refused.value.code, refused.value.fields


# --- JSON -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "got"),
    [
        (b"", "nothing"),
        (b" \n", "nothing"),
        (b"{", "JSONDecodeError"),
        (b"[]", "a list"),
        (b'"x"', "text"),
        (b"null", "null"),
        (b"7", "a number"),
        (b'{"a": 1, "a": 1}', "'a' twice"),
        (b'{"a": {"b": 1, "b": 2}}', "'b' twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 9007199254740992}', "16 digits"),
        (b'{"a": %s}' % (b"9" * 5000), "5000 digits"),
        (b'{"a": 1e400}', "a larger one"),
        (b"\xff{}", "UnicodeDecodeError"),
        ('{"a": "\ud800"}'.encode("utf-8", "surrogatepass"), "UnicodeDecodeError"),
        (b"[" * 100_000, "brackets too deep"),
    ],
)
def test_what_readers_of_json_take_for_different_things_is_refused(body, got):
    code, fields = no(parsed, body)

    assert (code, fields["got"]) == ("bad-json", got)


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_json_is_read_as_everybody_reads_it(given):
    """Or refused, for numbers that not everybody can hold."""
    text = json.dumps(given)
    with suppress(Misshapen):
        assert parsed(text.encode()) == json.loads(text)


@given(st.binary(max_size=40))
def test_whatever_comes_is_read_or_refused(body):
    with suppress(Misshapen):
        assert isinstance(parsed(body), dict)


# --- fields -----------------------------------------------------------------------------------------------------------


def test_what_fits_is_taken_and_the_rest_has_its_default():
    assert fitted(Sample, {"name": "abc"}) == Sample("abc")
    whole = {"name": "abc", "n": 9, "flag": True, "role": "bso", "word": "b", "day": "2026-11-22", "pin": "123"}
    assert fitted(Sample, whole) == Sample("abc", 9, True, Role.BSO, "b", date(2026, 11, 22), "123")
    assert fitted(Sample, {"name": "a", "role": None, "day": None}) == Sample("a")


@pytest.mark.parametrize(
    ("given", "code", "field", "got"),
    [
        ({"name": "a", "nam": 1}, "unknown-field", None, "'nam'"),
        ({"n": 1}, "missing-field", "name", None),
        ({"name": 1}, "bad-field", "name", "a number"),
        ({"name": None}, "bad-field", "name", "null"),
        ({"name": ["a"]}, "bad-field", "name", "a list"),
        ({"name": ""}, "bad-field", "name", "''"),
        ({"name": "abcdef"}, "bad-field", "name", "'abcdef'"),
        ({"name": "a\n"}, "bad-field", "name", "'a\\n'"),
        ({"name": "\ud800"}, "bad-field", "name", "'\\ud800'"),
        ({"name": "x" * 1000}, "bad-field", "name", "1000 characters"),
        ({"name": "a", "n": "1"}, "bad-field", "n", "text"),
        ({"name": "a", "n": True}, "bad-field", "n", "true or false"),
        ({"name": "a", "n": 1.5}, "bad-field", "n", "a number"),
        ({"name": "a", "n": 0}, "bad-field", "n", "0"),
        ({"name": "a", "n": None}, "bad-field", "n", "null"),
        ({"name": "a", "flag": 1}, "bad-field", "flag", "a number"),
        ({"name": "a", "flag": "true"}, "bad-field", "flag", "text"),
        ({"name": "a", "role": "boss"}, "bad-field", "role", "'boss'"),
        ({"name": "a", "word": "c"}, "bad-field", "word", "'c'"),
        ({"name": "a", "day": "2026-02-30"}, "bad-field", "day", "'2026-02-30'"),
        ({"name": "a", "day": "20261122"}, "bad-field", "day", "'20261122'"),
    ],
)
def test_what_does_not_fit_is_named(given, code, field, got):
    refused, fields = no(fitted, Sample, given)

    assert (refused, fields.get("name"), fields.get("got")) == (code, field, got)


@pytest.mark.parametrize("pin", ["483920", 483920, ["483920"], {"x": "483920"}])
def test_a_secret_is_repeated_to_nobody(pin):
    _, fields = no(fitted, Sample, {"name": "a", "pin": pin})

    assert "483920" not in str(fields)


@pytest.mark.parametrize(("text", "n"), [("1", 1), ("9", 9)])
def test_a_number_in_an_address_is_a_number(text, n):
    assert of_text("n", Annotated[int, Whole(1, 9)], text) == n


@pytest.mark.parametrize("text", ["", "0", "10", "01", "+1", "1.0", "٣", " 1", "x", "9" * 5000])
def test_what_is_no_number_in_an_address_is_refused(text):
    assert no(of_text, "n", Annotated[int, Whole(1, 9)], text)[0] == "bad-field"


@given(json_values)
def test_no_value_passes_that_its_field_may_not_hold(given):
    try:
        found = fitted(Sample, {"name": "a", "n": given, "flag": given, "word": given})
    except Misshapen:
        return
    assert (type(found.n), type(found.flag)) == (int, bool)  # which nothing can be at once


def test_a_whole_number_may_be_written_with_a_point():
    """JSON knows one kind of number."""
    assert parsed(b'{"n": 1.0, "m": 1.5}') == {"n": 1, "m": 1.5}
    assert type(parsed(b'{"n": 1.0}')["n"]) is int
    assert parsed(b'{"n": %d}' % LARGEST) == {"n": LARGEST}


def test_a_reply_is_plain_json():
    assert plain(Sample("a", role=Role.BSO, day=date(2026, 11, 22))) == {
        "name": "a",
        "n": 1,
        "flag": False,
        "role": "bso",
        "word": "a",
        "day": "2026-11-22",
        "pin": "",
    }
