"""One thing wrong in a good reply: the same statuses, or no answer at all (Q3, Q6)."""

from copy import deepcopy

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.adapters.acros.reply import Reply
from tests.kiosk.adapters.acros_samples import ASKED, AUTHORITY, STATUSES, body, filed, good, iso, replied, statuses


def places(value, path=()):
    """Every place in a document."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield from places(inner, (*path, name))


PLACES = list(places(good()))
WORDS = ["R", "NR", "N/A", "r", "", "4", "5", "released", "not-on-file", "exam", "cancelled", "too-old", "part-released"]
WORDS += ["transaction", "ccn", AUTHORITY, *map(str, ASKED), "99999001495793", iso(), iso(60), iso(-60), "0453", "911"]
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(WORDS)
values = st.recursive(
    plain | st.sampled_from([filed("99999001495797", "4", "released"), *good()["answers"]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["status", "reason", "number"]), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=400)
@given(st.sampled_from(PLACES), values, st.sampled_from(["put", "delete", "insert", "swap"]), st.sampled_from(PLACES))
@example((), [], "put", ())
def test_one_wrong_field_never_makes_another_status(path, value, deed, other):
    """Q3, Q6: fault number one and two of this product."""
    document = {"whole": good()}
    spoil(document, ("whole", *path), value, deed, other)

    assert statuses(replied(document.get("whole"))) in (None, STATUSES)


def spoil(document, path, value, deed, other):
    """Do one thing to one place of a document."""
    *way, last = path
    container = document
    for name in way:
        container = container[name]
    if deed == "delete":
        del container[last]
    elif deed == "insert" and isinstance(container, list):
        container.insert(last, value)
    elif deed == "swap":
        elsewhere = good()
        for name in other:
            elsewhere = elsewhere[name]
        container[last] = deepcopy(elsewhere)
    else:
        container[last] = value


@settings(max_examples=300)
@given(st.data())
def test_one_wrong_byte_never_makes_another_status(data):
    """Q3, Q6: whatever the network does to it."""
    content = bytearray(body(good()))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))

    assert statuses(Reply(200, "application/json", bytes(content))) in (None, STATUSES)


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode) | values.map(body))
def test_no_noise_makes_an_answer(content):
    """Q6."""
    assert statuses(Reply(200, "application/json", content)) is None
