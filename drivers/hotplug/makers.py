"""Who makes scanners, and what their devices say of themselves.

The makers are those of whom the public list of USB ids (linux-usb.org, usb.ids, version 2026.06.10) knows scanners and no
keyboards for typing. A maker whose number is borrowed from a chip's maker (Cino: 04b4, Netum: 1a86) can't stand here: keyboards
have the same number. Such a scanner is known by its name, by HID-POS, or by kiosk.toml.
"""

import re

MAKERS = {
    0x0536: "Hand Held Products (Honeywell)",
    0x05E0: "Symbol (Zebra)",
    0x05F9: "PSC (Datalogic)",
    0x065A: "Optoelectronics (Opticon)",
    0x067E: "Intermec (Honeywell)",
    0x080C: "Datalogic",
    0x0C2E: "Metrologic (Honeywell)",
    0x1777: "Microscan (Omron)",
    0x1EAB: "Newland",
    0x27DD: "Mindeo",
}
"""USB vendor ids whose devices, where they type or have a serial port, are scanners."""

_BARCODE = re.compile(r"bar[ _-]?codes?|code reader|\b[12]d (?:code|scan)", re.IGNORECASE)
_SCANNER = re.compile(r"(?<![a-z])(?:scanners?|imagers?|readers?)(?![a-z])", re.IGNORECASE)
_ANOTHER = re.compile(
    r"card|magnet|stripe|swipe|\bms[rx]\b|rfid|nfc|proximity|\bi[cd][ &/]+(?:i[cd]|reader)\b|smart|finger|iris|passport|e-?book"
    r"|pen ?scanner|flatbed",
    re.IGNORECASE,
)
"""What other scanners and readers read. One that types a badge's number must not be taken for a scanner of symbols."""


def says_scanner(text: str) -> bool:
    """Whether a name says that the device reads symbols.

    >>> [says_scanner(text) for text in ("USB Barcode Scanner", "WCM HIDKeyboard Imager", "Leitor", "USB Scandisk Keyboard")]
    [True, True, False, False]
    >>> [says_scanner(text) for text in ("Sycreader RFID Technology Co., Ltd SYC ID&IC USB Reader", "Magnetic Card Reader")]
    [False, False]
    """
    return bool(_BARCODE.search(text) or (_SCANNER.search(text) and not _ANOTHER.search(text)))
