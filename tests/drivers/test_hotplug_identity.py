"""Which device is which: by serial number, else by port, never by vendor and product alone (D5)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.hotplug.device import Clue, Device, Kind, Looks
from drivers.hotplug.identity import Node, named, telling, twins

BARE = Device(
    "", Kind.KEYBOARD, "/dev/input/event3", "A scanner", 0x05E0, 0x1200, "", "1-2", Looks.SCANNER, Clue.KNOWN_MAKER, readable=True
)


def node(number=3, *, bus="usb", part="-if00", **device):
    made = replace(BARE, node=f"/dev/input/event{number}", **device)
    return Node(made, bus, made.port, part, f"/sys/devices/input{number}", number)


def ids(*nodes, doubtful=()):
    return [device.id for device in named(nodes, doubtful)]


def test_a_serial_number_goes_wherever_the_device_is_plugged_in():
    assert ids(node(serial="S7204A5", port="1-2")) == ids(node(9, serial="S7204A5", port="3-1.4")) == ["usb-05e0:1200-S7204A5-if00"]


def test_without_a_serial_number_the_port_names_it():
    assert ids(node(port="1-2.3")) == ["usb-05e0:1200@1-2.3-if00"]


@pytest.mark.parametrize(
    "serial",
    [
        "",
        "0",
        "000000000000",
        "1234567890",
        "12345678",
        "0123456789ABCDEF",
        "AAAAAAAA",
        "00000000011C",
        "1.0",
        "A scanner",
        "ascanner",
        "N/A",
        "none",
    ],
)
def test_a_serial_number_that_cheap_scanners_share_names_nobody(serial):
    assert not telling(serial, "A scanner")
    assert ids(node(serial=serial)) == ["usb-05e0:1200@1-2-if00"]


@pytest.mark.parametrize("serial", ["S7204A5", "15026B4C50", "18043000505B4B", "S/N:0CE1EC8B9C134E47 Rev:NBRPUAAQ3", "A2B1809123"])
def test_a_serial_number_of_its_own_names_it(serial):
    assert telling(serial, "Symbol Technologies Symbol Bar Code Scanner")


def test_two_that_bear_one_serial_number_are_told_apart_by_port():
    two = [node(3, serial="S7204A5", port="1-2"), node(4, serial="S7204A5", port="1-3")]

    assert twins(two) == {(0x05E0, 0x1200, "S7204A5")}
    assert ids(*two, doubtful=twins(two)) == ["usb-05e0:1200@1-2-if00", "usb-05e0:1200@1-3-if00"]


def test_two_interfaces_of_one_device_are_no_twins():
    assert not twins([node(3, serial="S7204A5"), node(4, serial="S7204A5", part="-if01")])


def test_another_model_with_the_same_serial_number_is_no_twin():
    assert not twins([node(3, serial="S7204A5"), node(4, serial="S7204A5", product=0x1300, port="1-3")])


def test_a_device_answers_to_its_port_too_so_that_a_twin_takes_no_setting_away():
    one, two = node(3, serial="S7204A5", port="1-2"), node(4, serial="S7204A5", port="1-3")
    (alone,), (beside, other) = named([one]), named([one, two], twins([one, two]))

    assert beside.id in alone.also
    assert alone.id in beside.also
    assert other.id not in alone.also


def test_nodes_of_one_interface_have_each_their_own_id():
    assert ids(node(10), node(9), node(11)) == ["usb-05e0:1200@1-2-if00", "usb-05e0:1200@1-2-if00~2", "usb-05e0:1200@1-2-if00~3"]
    assert [device.node[-2:] for device in named([node(10), node(9), node(11)])] == ["t9", "10", "11"]


def test_what_hangs_on_no_usb_port_has_its_id_too():
    assert ids(node(bus="bluetooth", part="", serial="aa:bb:cc:00:11:22", port="host")) == ["bluetooth-05e0:1200-aa:bb:cc:00:11:22"]
    assert ids(node(bus="i8042", part="", port="isa0060/serio0/input0", vendor=1, product=1)) == [
        "i8042-0001:0001@isa0060_serio0_input0"
    ]
    assert ids(node(bus="virtual", part="-A scanner", port="")) == ["virtual-05e0:1200@A_scanner"]
    assert ids(node(bus="tty", port="ttyS0")) == ["tty-ttyS0"]


NODES = st.builds(
    node,
    st.integers(0, 99),
    bus=st.sampled_from(["usb", "usb", "usb", "bluetooth", "virtual"]),
    part=st.sampled_from(["-if00", "-if01", "-if00-pos"]),
    serial=st.sampled_from(["", "S7204A5", "S7204A6", "1234567890"]) | st.text(max_size=8),
    port=st.sampled_from(["1-1", "1-2", "1-2.3"]),
    product=st.sampled_from([0x1200, 0x1300]),
)


@given(st.lists(NODES, max_size=12, unique_by=lambda one: one.device.node))
def test_ids_are_unique_whatever_is_plugged_in(nodes):
    given_ids = ids(*nodes, doubtful=twins(nodes))

    assert len(set(given_ids)) == len(nodes)
    assert all(one.isascii() and one.isprintable() and " " not in one for one in given_ids)


@given(st.lists(NODES, max_size=8, unique_by=lambda one: one.device.node), st.randoms())
def test_the_order_in_which_they_are_found_changes_no_id(nodes, chance):
    shuffled = chance.sample(nodes, len(nodes))

    assert named(nodes, twins(nodes)) == named(shuffled, twins(shuffled))
