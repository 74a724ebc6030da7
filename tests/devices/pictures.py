"""What the camera is shown, drawn on the host: the guest would need long for it."""

import numpy as np

from tests.devices.camera import CODES
from tests.devices.screen import HEIGHT, WIDTH
from tests.drivers.pictures import bars


def pictures() -> dict[str, bytes]:
    """Grey pictures by name: each code, `blank` and `black`."""
    grey = {"blank": np.full((HEIGHT, WIDTH), 230, np.uint8), "black": np.zeros((HEIGHT, WIDTH), np.uint8)}
    for code in CODES:
        page, symbol = grey["blank"].copy(), bars(code, module=3, height=140)
        left = (WIDTH - symbol.shape[1]) // 2
        page[150:310, left - 50 : left + symbol.shape[1] + 50] = 255  # its quiet zone
        page[160:300, left : left + symbol.shape[1]] = symbol
        grey[code] = page
    return {name: page.tobytes() for name, page in grey.items()}
