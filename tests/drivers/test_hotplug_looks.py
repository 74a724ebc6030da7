"""What a device looks like: decided from what sysfs says, and never a typing keyboard taken for a scanner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.hotplug.device import Clue, Kind, Looks
from drivers.hotplug.looks import can_type, keys, looks
from drivers.hotplug.makers import MAKERS, says_scanner
from tests.drivers.machine import KEYBOARD, MOUSE, POWER

KEYPAD = {71, 72, 73, 75, 76, 77, 79, 80, 81, 82}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Symbol Bar Code Scanner",
            "USB Barcode Scanner",
            "NT USB BarCode",
            "Newland Auto-ID 2D Imager",
            "WIT Electron QR reader",
        ),
        *("SM SM-2D PRODUCT HID KBW scanner", "TMS HIDKeyBoard-BarcodeReader", "Laser_Scanner", "Smart Barcode Scanner"),
    ],
)
def test_a_name_that_speaks_of_symbols_makes_a_scanner(name):  # D5
    assert looks(Kind.KEYBOARD, 0xFFFF, name) == (Looks.SCANNER, Clue.SAYS_SCANNER)


@pytest.mark.parametrize(
    "name",
    [
        *("Logitech USB Keyboard", "Kensington Card Reader Keyboard", "Sycreader RFID Technology Co., Ltd SYC ID&IC USB Reader"),
        *("Mag-Tek USB Swipe Reader", "HID OMNIKEY Smart Reader", "Fingerprint Scanner", "SanDisk", "Scandinavian Keyboard", ""),
        *("Das Keyboard Proofreaders' Edition", "Yubico YubiKey OTP+FIDO+CCID"),
    ],
)
def test_a_keyboard_or_a_reader_of_cards_is_no_scanner(name):  # D5: an officer's own keyboard is never grabbed
    assert looks(Kind.KEYBOARD, 0x046D, name) == (Looks.KEYBOARD, Clue.PLAIN_KEYBOARD)
    assert not says_scanner(name)


@pytest.mark.parametrize("vendor", sorted(MAKERS))
def test_a_maker_of_scanners_is_known_whatever_its_device_is_called(vendor):
    assert looks(Kind.KEYBOARD, vendor, "HID Keyboard") == (Looks.SCANNER, Clue.KNOWN_MAKER)
    assert looks(Kind.SERIAL, vendor, "CDC") == (Looks.SCANNER, Clue.SERIAL_SCANNER)


@pytest.mark.parametrize("vendor", [0x0403, 0x067B, 0x1A86, 0x10C4, 0x04B4])
def test_a_chip_that_anybody_builds_in_says_nothing(vendor):
    assert looks(Kind.SERIAL, vendor, "USB Serial") == (Looks.OTHER, Clue.PLAIN_SERIAL)
    assert looks(Kind.SERIAL, vendor, "Cino Barcode Scanner") == (Looks.SCANNER, Clue.SAYS_SCANNER)


def test_what_can_not_type_a_number_is_no_scanner_whoever_made_it():
    assert looks(Kind.KEYBOARD, 0x05E0, "Symbol Bar Code Scanner Consumer Control", types=False) == (Looks.OTHER, Clue.NO_DIGITS)


def test_a_camera_is_a_camera_and_a_pos_scanner_a_scanner():
    assert looks(Kind.CAMERA, 0x05E0, "Scanner") == (Looks.CAMERA, Clue.CAPTURES)
    assert looks(Kind.HID_POS, 0, "") == (Looks.SCANNER, Clue.POS_USAGE)


@pytest.mark.parametrize(("bitmap", "types"), [(KEYBOARD, True), (MOUSE, False), (POWER, False), ("", False), ("not hex", False)])
def test_only_digits_and_an_end_make_a_keyboard(bitmap, types):
    assert can_type(keys(bitmap)) is types


def test_a_keypad_of_its_own_can_type_a_number():
    assert can_type(frozenset(KEYPAD | {96}))
    assert not can_type(frozenset(KEYPAD))
    assert not can_type(frozenset(KEYPAD - {71} | {96}))


@given(st.frozensets(st.integers(0, 767)))
def test_a_bitmap_is_read_back(codes):
    whole = sum(1 << code for code in codes)
    words = [f"{whole >> (64 * place) & (1 << 64) - 1:x}" for place in reversed(range(12))]

    assert keys(" ".join(words)) == codes
