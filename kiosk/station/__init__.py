"""The loops of a station: what goes on by itself while officers work. The only retries of the kiosk are here."""

from kiosk.station.asker import Asker

__all__ = ["Asker"]
