"""The decoders of other people, and what they say: the door to zxing-cpp and zbar. Runs in the limited process only.

Only Code 39 and Code 128 are switched on for rows: others bring phantoms and cost three times the time (measured). What
other kinds stand where nothing was read is asked apart, only to name the kind.
"""

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from drivers.picture.judge import Reading
from drivers.scan import Symbology, identified

Grey = NDArray[np.uint8]

_WANTED = zxingcpp.barcode_formats_from_str("Code39Std,Code128")
_OTHERS = zxingcpp.barcode_formats_from_str("ITF,Codabar,Code93,EAN13,EAN8,UPCA,UPCE,DataMatrix,PDF417,Aztec")
_SEALS = zxingcpp.barcode_formats_from_str("QRCode,Code128,Code39Std")
_QR = zxingcpp.barcode_formats_from_str("QRCode")
_WANTED_BY_ZBAR = [pyzbar.ZBarSymbol.CODE39, pyzbar.ZBarSymbol.CODE128]


def zxing(grey: Grey, *, view: str = "page", hard: bool = True) -> list[Reading]:
    """What zxing-cpp reads. It asks for two equal scan lines itself, and hardly misreads at the picture's own size.

    `hard` looks at smaller, turned and inverted copies too; on an enlarged picture that brings wrong numbers, so turn it off there.
    """
    found = zxingcpp.read_barcodes(
        grey, formats=_WANTED, text_mode=zxingcpp.TextMode.Plain, try_rotate=hard, try_downscale=hard, try_invert=hard
    )
    return [_from_zxing(symbol, view) for symbol in found if symbol.text]


def others(grey: Grey) -> list[Reading]:
    """Symbols of kinds that are not accepted. QR is none of them: the kiosk's own sheets carry it as a seal."""
    found = zxingcpp.read_barcodes(grey, formats=_OTHERS, text_mode=zxingcpp.TextMode.Plain)
    return [_from_zxing(symbol, "others") for symbol in found]


def seals(grey: Grey) -> list[Reading]:
    """QR codes, and the two linear kinds, by zxing-cpp alone: a seal proves itself by its signature."""
    found = zxingcpp.read_barcodes(grey, formats=_SEALS, text_mode=zxingcpp.TextMode.Plain)
    return [_from_zxing(symbol, "seals") for symbol in found if symbol.text]


def qr(grey: Grey) -> list[Reading]:
    """QR codes alone: beside a reading of the rows, in a third of the time of `seals`."""
    found = zxingcpp.read_barcodes(grey, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return [_from_zxing(symbol, "seals") for symbol in found if symbol.text]


def zbar(grey: Grey, *, view: str = "page") -> list[Reading]:
    """What zbar reads, with the number of scan lines that gave each text. One line is noise; the judge asks for three."""
    found = pyzbar.decode(np.ascontiguousarray(grey), symbols=_WANTED_BY_ZBAR)
    return [_from_zbar(symbol, view) for symbol in found if symbol.data]


def _from_zxing(symbol: zxingcpp.Barcode, view: str) -> Reading:
    at = symbol.position
    corners = tuple((float(p.x), float(p.y)) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))
    kind = identified(symbol.symbology_identifier)[1] or Symbology.OTHER
    return Reading(symbol.text, kind, "zxing", view, 2, corners)


def _from_zbar(symbol: pyzbar.Decoded, view: str) -> Reading:
    left, top, width, height = map(float, symbol.rect)
    corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    if symbol.orientation in {"LEFT", "RIGHT"}:
        corners = (*corners[1:], corners[0])  # read down the page
    kind = Symbology.CODE39 if symbol.type == "CODE39" else Symbology.CODE128
    return Reading(symbol.data.decode("latin-1"), kind, "zbar", view, symbol.quality, corners)
