r"""The shapes of the fields, each in one place: for the feed, for the question, and for what is said of a bad one.

Always `fullmatch`: `$` would let a trailing newline pass.

>>> bool(TRANSACTION.fullmatch("99999001495785")), bool(TRANSACTION.fullmatch("99999001495785\n"))
(True, False)
"""

import re
from typing import Final

TRANSACTION: Final = re.compile(r"[0-9]{14}")
CCN: Final = re.compile(r"[0-9A-Z-]{5,25}")
AIR: Final = re.compile(r"[0-9]{3}-")
SERVICE_OPTION: Final = re.compile(r"[0-9]{3}")
OFFICE: Final = re.compile(r"0?[0-9]{3}")
SUB_LOCATION: Final = re.compile(r"[0-9]{4}")
INDICATOR: Final = re.compile(r"[0-9A-Z]{1,12}")
# 1900 to 2199: enough for every release, and far from the ends of the calendar that no clock can show.
TIME: Final = re.compile(
    r"(?:19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][0-2][0-9]:[0-5][0-9])"
)

HEADER: Final = (
    "transaction_number", "ccn", "service_option", "release_office", "sub_location", "indicator", "processed_at",
)  # fmt: skip
_OPTIONAL = (TRANSACTION, CCN, SERVICE_OPTION, OFFICE, SUB_LOCATION, INDICATOR)
FIELDS: Final = dict(zip(HEADER, (*_OPTIONAL, TIME), strict=True))
EXPECTED: Final = {
    "transaction_number": "14 digits or nothing",
    "ccn": "5 to 25 of A-Z, 0-9 and -, or nothing",
    "service_option": "3 digits or nothing",
    "release_office": "3 digits, or 4 with a leading 0, or nothing",
    "sub_location": "4 digits or nothing",
    "indicator": "1 to 12 of A-Z and 0-9, or nothing",
    "processed_at": "a time of 1900 to 2199 like 2026-11-22T15:04:05.123456+00:00, with its offset",
}
ROW: Final = re.compile(",".join([*(f"({shape.pattern}|)" for shape in _OPTIONAL), f"({TIME.pattern})"]))
"""A whole row whose fields are all well-formed: what nearly every line of a feed matches."""
