"""What a service says for its keepers: one JSON object a line. Where and when, how it ended and how long it took.

No number, no badge and no name: they belong to the record, which has its own rules. So whatever looks like a number is masked in
every line, since an error's own words may quote one.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Final

MASK: Final = "•••"
_NUMBERISH: Final = re.compile(
    r"\b[0-9]{5}-[0-9]{9}\b"  # a transaction number as it is printed
    r"|\b[A-Z2-7]{4}\.[0-9]{6}\b"  # a sheet's number
    r"|\b(?![0-9]{4}-[0-9]{2}-[0-9]{2})[0-9A-Z]{4}-?(?=[0-9A-Z-]*[0-9])[0-9A-Z][0-9A-Z-]{3,20}\b"  # a cargo control number
    r"|[0-9]{8,}",
    re.IGNORECASE,
)
"""Whatever may be a number that somebody scanned; too much is masked rather than too little."""
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def masked(text: str) -> str:
    """A text without anything that may be a number that was scanned.

    >>> masked("sheet K7QD.000123: 99999-001495788 and XXXXPARS0000471, row 12 in 250 ms")
    'sheet •••: ••• and •••, row 12 in 250 ms'
    """
    return _NUMBERISH.sub(MASK, text)


class Lines(logging.Formatter):
    """A log record as one line of JSON, masked; what was given as `extra` stands beside the rest."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"at": at, "level": record.levelname.lower(), "message": masked(record.getMessage())}
        more = {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            more["trace"] = masked("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(said | more, ensure_ascii=False, default=lambda value: masked(str(value)))


def to_stderr(level: int = logging.INFO) -> logging.Handler:
    """A handler that writes such lines to the standard error, where the system's own log takes them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    handler.setLevel(level)
    return handler


def begin(level: int = logging.INFO) -> None:
    """From now on all of this process is told in such lines: ours, the libraries', and Python's own warnings."""
    root = logging.getLogger()
    root.handlers[:] = [to_stderr(level)]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
