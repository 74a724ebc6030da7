r"""Key events of a keyboard scanner to codes: pure, one `Typed` for each device (D1).

Raw key codes are read by the layout that the scanner types for, so that the desktop's layout and its locks don't matter.

* `Key`, `Dropped`, `Locks`: what the device says
* `Typed`: its codes
* `strokes`, `presses`: the keys that type a text
* `readings`: what keys mean in every layout

>>> from drivers.manner import Layout, Manner
>>> typed = Typed(Manner(layout=Layout.DE))
>>> [said for key in presses(strokes("XXXX-12Z\r", Layout.DE)) for said in typed.feed(key)]
[Heard(text='XXXX-12Z', raw=b'XXXX-12Z\r', symbology=None)]
"""

from drivers.keymap.keys import Dropped, Key, Locks
from drivers.keymap.strokes import Stroke, presses, readings, strokes
from drivers.keymap.typed import Typed

__all__ = ["Dropped", "Key", "Locks", "Stroke", "Typed", "presses", "readings", "strokes"]
