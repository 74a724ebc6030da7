"""The record verified by a process of its own, behind everybody else's: in the counter's, each scan would wait for it.

`python -m kiosk.adapters.sql.examiner` reads one line, what to verify, and writes a line for each step and one for what it found.
The address of the record goes through a pipe, for it may hold a password.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Final

from sqlalchemy import make_url

from kiosk.adapters.sql.journal import SqlJournal
from kiosk.adapters.sql.leaves import Progress, silent
from kiosk.core.faults import Refusal, Unavailable
from kiosk.ports import Finding

_NICE: Final = 10
"""How far behind the others it stands."""


class Examiner:
    """`Journal.verify` of the record at an address, next door. Threads may share it."""

    def __init__(self, url: str) -> None:
        self._url: Final = url

    def verify(self, against: str | None = None, progress: Progress = silent) -> tuple[Finding, ...]:
        """All that is wrong; `Unavailable` where it could not be found out, the process ended too soon or not begun."""
        command = [sys.executable, "-m", __spec__.name]
        try:
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        except OSError as error:
            raise Unavailable("journal", "stopped", str(error)) from error
        with child:
            try:
                return _told(child, {"url": self._url, "against": against}, progress)
            finally:
                child.kill()
                with suppress(OSError):  # it may have ended before it was asked
                    child.stdin.close()  # type: ignore[union-attr]  # asked for


def _told(child: "subprocess.Popen[str]", asked: dict[str, str | None], progress: Progress) -> tuple[Finding, ...]:
    """What the process says, line by line; nothing that it leaves unsaid is taken for a sound record."""
    assert child.stdin is not None  # noqa: S101 - asked for
    assert child.stdout is not None  # noqa: S101 - likewise
    try:
        child.stdin.write(f"{json.dumps(asked)}\n")
        child.stdin.flush()
    except OSError as error:
        raise Unavailable("journal", "stopped", str(error)) from error
    for line in child.stdout:
        match json.loads(line):
            case {"done": done, "total": total}:
                progress(done, total)
            case {"findings": findings}:
                return tuple(Finding(**one) for one in findings)
            case {"code": code, "detail": detail}:
                raise Unavailable("journal", code, detail)
    raise Unavailable("journal", "stopped", "the process that verifies the record ended")


def main() -> None:
    """Verify one record."""
    os.nice(_NICE)
    asked = json.loads(sys.stdin.readline())
    try:
        journal = SqlJournal(_only_read(asked["url"]))
        found = journal.verify(asked["against"], lambda done, total: _tell(done=done, total=total))
    except (Refusal, Unavailable) as no:
        _tell(code=no.code, detail=str(no))
    else:
        _tell(findings=[asdict(one) for one in found])


def _only_read(url: str) -> str:
    """The address of the same record, of which nothing is made or changed: one that is gone is not begun anew.

    >>> _only_read("sqlite:////home/x/journal.sqlite3"), _only_read("postgresql://x:secret@db/kiosk")
    ('sqlite:////home/x/journal.sqlite3?mode=ro', 'postgresql://x:secret@db/kiosk')
    """
    parsed = make_url(url)
    file = parsed.get_backend_name() == "sqlite"
    return (parsed.update_query_dict({"mode": "ro"}) if file else parsed).render_as_string(hide_password=False)


def _tell(**said: object) -> None:
    sys.stdout.write(f"{json.dumps(said)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
