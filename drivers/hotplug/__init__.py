"""Which devices are there, as they come and go (D5): `present` lists them, `Watch` tells what changes.

Each node is a `Device`: with an id that stays the same over replug and restart, and with what it looks like and why.
"""

from drivers.hotplug.device import Came, Clue, Device, Gone, Kind, Looks
from drivers.hotplug.mute import Mute, mute
from drivers.hotplug.watch import Watch, present

__all__ = ["Came", "Clue", "Device", "Gone", "Kind", "Looks", "Mute", "Watch", "mute", "present"]
