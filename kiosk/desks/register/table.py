"""A register as a table: the same cells on a screen, in a spreadsheet and on paper."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final

from kiosk.core.book import Line
from kiosk.core.journal import GoodsIn, GoodsOut, RegisterCorrected
from kiosk.core.register import Written
from kiosk.words import Words

COLUMNS: Final = (
    *("time", "what", "number", "transaction", "in", "out", "place", "carrier", "driver", "vehicle", "ground"),
    *("perishable", "due", "by", "remark", "sub-location", "station", "entry"),
)
NUMBERS: Final = frozenset({"in", "out"})
"""The columns that can be added up."""


def head(words: Words) -> list[str]:
    """The names of the columns."""
    return [words.say(f"register.column.{name}") for name in COLUMNS]


def cells(lines: Iterable[Line], words: Words, zone: tzinfo) -> list[list[str]]:
    """The cells of each line, in the order of `COLUMNS`; empty where there is nothing to say."""
    return [[told.get(name, "") for name in COLUMNS] for told in (_told(line, words, zone) for line in lines)]


def _told(line: Line, words: Words, zone: tzinfo) -> dict[str, str]:
    fact = line.fact
    whole = {
        "time": line.at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        "number": fact.number,
        "by": line.by,
        "sub-location": fact.sub_location,
        "station": fact.station,
        "entry": fact.entry,
    }
    return whole | _own(fact, words)


def _own(fact: Written, words: Words) -> dict[str, str]:
    """What only this kind of entry says."""
    match fact:
        case GoodsIn():
            said = {"in": str(fact.pieces), "place": fact.place, "carrier": fact.carrier, "transaction": fact.transaction}
            perishable = words.say("field.yes" if fact.perishable else "field.no")
            return said | {"what": words.say("register.line.in"), "due": fact.due, "perishable": perishable, "remark": fact.remark}
        case GoodsOut():
            said = {"out": str(fact.pieces), "carrier": fact.carrier, "driver": fact.driver, "vehicle": fact.vehicle}
            remark = " – ".join(filter(None, (fact.remark, fact.despite)))
            return said | {"what": words.say("register.line.out"), "ground": ground(fact, words), "remark": remark}
        case RegisterCorrected():
            remark = words.say("paper.register.corrects", pieces=fact.pieces, reason=fact.reason)
            return {"what": words.say("register.line.correction"), "transaction": fact.transaction, "remark": remark}


def ground(fact: GoodsOut, words: Words) -> str:
    """What goods went out on."""
    if fact.ground == "proof":
        return words.say("screen.register.on-proof", sheet=fact.sheet, row=fact.row)
    return words.say("screen.register.on-paper")
