"""Where a HID-POS scanner's fields stand is read from its descriptor (D1), and what is no scanner is not taken for one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.report import HAND_HELD, Shape, shapes
from tests.drivers.frames.hidpos import HAND_HELD_DESCRIPTOR, KEYBOARD, PAGED, RANGED, SETTINGS, UNCOUNTED, UNNUMBERED


def test_the_published_layout_is_one_instance():
    assert shapes(HAND_HELD_DESCRIPTOR) == (HAND_HELD,)


@pytest.mark.parametrize(
    ("descriptor", "shape"),
    [
        (UNCOUNTED, Shape(2, 61, start=4, room=56, identifier=(1, 2, 3), continued=480)),
        (UNNUMBERED, Shape(0, 33, start=1, room=32, count=0)),
        (RANGED, Shape(7, 14, start=6, room=8, identifier=(1, 2, 3))),
        (PAGED, Shape(3, 5, start=1, room=4)),
    ],
)
def test_other_orders_and_sizes_are_read_too(descriptor, shape):
    assert shapes(descriptor) == (shape,)


@pytest.mark.parametrize("descriptor", [KEYBOARD, SETTINGS, b"", b"\xfe", b"\x05"])
def test_what_has_no_decoded_data_is_no_scanner(descriptor):
    """A keyboard is never taken for one, not even one that uses the page."""
    assert shapes(descriptor) == ()


def test_two_kinds_of_reports_with_codes_are_both_known():
    second = bytes.fromhex("8503 7508 9508 09fe 8102")

    assert [shape.report for shape in shapes(UNCOUNTED[:-1] + second + b"\xc0")] == [2, 3]


@pytest.mark.parametrize(
    "data", ["7510 9508 09fe 8102", "7504 9508 09fe 8102", "7504 9501 8101 7508 9508 09fe 8102", "7508 9508 09fe 8103"]
)
def test_data_that_does_not_come_in_bytes_or_is_but_padding_is_not_read(data):
    assert shapes(bytes.fromhex(f"058c 0902 a101 8502 {data} c0")) == ()


def test_a_long_item_is_passed_over():
    assert shapes(b"\xfe\x02\xf0\x09\xfe" + HAND_HELD_DESCRIPTOR) == (HAND_HELD,)


@given(
    st.binary(max_size=80) | st.lists(st.integers(0, 255), max_size=30).map(lambda more: HAND_HELD_DESCRIPTOR[:40] + bytes(more))
)
@example(bytes.fromhex("058c 1900 2b7fffffff 7508 97ffffffff 8102 09fe 8102"))
@example(bytes.fromhex("b4 058c 7508 97ffffffff 09fe 8102"))
def test_no_descriptor_breaks_the_reading(descriptor):
    for shape in shapes(descriptor):
        assert shape.room <= 4096
        assert shape.part(b"") is None
