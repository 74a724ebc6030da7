"""What happened to scans of the station's own scanners that went to no sheet by themselves."""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class ScanKept(Fact):
    """A scan was kept: no sheet was open for it, or its sheet did not take it; `why` is the code of that.

    `raw` is base64 of what the device sent, `at` when it was scanned. A try that failed has its `reason` and no text.
    """

    scan: str
    text: str | None
    raw: str | None
    source: str
    symbology: str | None
    reason: str | None
    at: str
    why: str

    def numbers(self) -> tuple[str, ...]:
        """The text of the bars, where there was one."""
        return (self.text,) if self.text else ()


@dataclass(frozen=True, slots=True)
class ScanPlaced(Fact):
    """An officer had a scan that was kept put on a sheet; where the sheet did not take it, it is kept again."""

    scan: str
    sheet: str


@dataclass(frozen=True, slots=True)
class ScanSetAside(Fact):
    """An officer set a scan that was kept aside, with his reason: it is on no sheet."""

    scan: str
    reason: str
