"""A station's scanners as they are set: which devices are read, and by what."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.config import clock, part
from kiosk.core.faults import Refusal
from kiosk.settings import ScannerTable, Settings

if TYPE_CHECKING:
    from drivers.hotplug import Device
    from drivers.scan import Scanner


@dataclass(frozen=True, slots=True)
class Fitting:
    """The scanners of one kiosk."""

    settings: Settings

    def scanner(self, device: "Device") -> "Scanner":
        """The shell of a device, with what is set of it; not opened yet. `Refusal` for a setting that its driver can't take."""
        from drivers.scan import Voice  # noqa: PLC0415 - start-up

        made = part("scanners", str(device.kind))
        table = self.table(device) or ScannerTable(device.id)
        try:
            more = self._more(device, table)
            scanner: Scanner = made(device.node, voice=Voice(self.source(device), clock), manner=table.manner, **more)
        except (TypeError, ValueError) as error:
            raise Refusal("bad-setting", name="scanner", expected=f"settings of a {device.kind} scanner", got=str(error)) from error
        return scanner

    def _more(self, device: "Device", table: ScannerTable) -> dict[str, Any]:
        """What only this kind of device has."""
        from drivers.hotplug import Kind  # noqa: PLC0415 - start-up

        if device.kind == Kind.SERIAL:
            from drivers.serial_port import Line  # noqa: PLC0415 - start-up

            return {"line": Line(**table.line)}
        if device.kind == Kind.CAMERA:
            from drivers.camera import View  # noqa: PLC0415 - start-up

            return {"view": View(**table.view)}
        return {}

    def table(self, device: "Device") -> ScannerTable | None:
        """What is set of a device, if anything is: under its id, or under another that it answers to."""
        ids = (device.id, *device.also)
        return next((one for each in ids for one in self.settings.scanner if one.device == each), None)

    def taken(self, device: "Device") -> bool:
        """Whether a device is read: it looks like a scanner, or is set as one. An officer's own keyboard is never grabbed."""
        from drivers.hotplug import Looks  # noqa: PLC0415 - start-up

        table = self.table(device)
        return device.looks == Looks.SCANNER if table is None else not table.ignore

    def source(self, device: "Device") -> str:
        """What the record calls a scanner."""
        table = self.table(device)
        return f"scanner/{table.called if table else device.id}"
