"""HID-POS scanners, in bytes: their report descriptors, and those of devices that are none; what one sends."""

HAND_HELD_DESCRIPTOR = bytes.fromhex(
    "058c 0902 a101"  # Bar Code Scanner, application
    "0912 a102 8502"  # Scanned Data Report, logical, report 2
    "1500 26ff00 7508 9501"
    "0501 093b 8102"  # Byte Count
    "9503 058c 09fb 09fc 09fd 8102"  # Symbology Identifier 1 to 3
    "9538 09fe 820201"  # Decoded Data, 56 bytes
    "0666ff 9502 0904 0900 8102"  # the vendor's own code id, reserved
    "058c 2501 7501 9508 09ff 8102"  # Decode Data Continued
    "c0"
    "0914 a102 8504 1500 2501 7501 9508 0900 095f 0960 0900 0900 0985 0986 9186 c0"  # Trigger Report: output
    "c0"
)
UNCOUNTED = bytes.fromhex(
    "058c 0902 a101 8502 1500 26ff00 7508 9501 09fb 8102 09fc 8102 09fd 8102 9538 09fe 820201 7501 9501 2501 09ff 8102 7507 8103 c0"
)
UNNUMBERED = bytes.fromhex("058c 0902 a101 7508 9501 0501 093b 8102 058c 9520 09fe 820201 c0")
"""One kind of report, no ids: a count and 32 bytes; no identifier, no continuing."""
RANGED = bytes.fromhex("058c 0902 a101 8507 7508 9503 19fb 29fd 8102 a4 0501 9501 7510 0930 8102 b4 9508 09fe 8102 c0")
"""Identifiers as a range of usages; push and pop around a field of somebody else; 8 bytes of data."""
PAGED = bytes.fromhex("0501 0902 a101 8503 7508 9504 0bfe008c00 8102 c0")
"""A usage of four bytes names its own page."""

KEYBOARD = bytes.fromhex(
    "0501 0906 a101 0507 19e0 29e7 1500 2501 7501 9508 8102 9501 7508 8103 9506 7508 1500 2565 0507 1900 2965 8100 c0"
)
SETTINGS = bytes.fromhex("068c00 0901 a101 0902 1500 26ff00 7508 9540 8102 0903 1500 26ff00 7508 9540 9102 c0")
"""As keyboards have it that take their settings on page 0x8C: no scanner."""


def reports(text, aim=b"]C0"):
    """What a scanner of the Hand Held layout sends."""
    data = text.encode()
    parts = [data[at : at + 56] for at in range(0, len(data), 56)] or [b""]
    last = len(parts) - 1
    return [bytes([2, len(part)]) + aim + part.ljust(56, b"\0") + b"\0\0" + bytes([n < last]) for n, part in enumerate(parts)]
