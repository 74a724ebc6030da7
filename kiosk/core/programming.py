"""Programming codes: barcodes that change a scanner's own settings, met where a client's number was expected (pitfall T32).

A scanner that obeys one sends nothing; one that does not know it sends it as text. Only forms that a public source writes down are
known here, and none of them is a cargo control or transaction number: each holds a character that those never have.

>>> programmed("~DEFALT."), programmed("$P,HA35,P"), programmed("@SETUPE1")
('Honeywell', 'Datalogic', 'Newland')
>>> programmed("PAP124"), programmed("12345-001495785")  # numbers, by their form
(None, None)
"""

import re
from collections.abc import Mapping
from typing import Final

from kiosk.core.reference import plain

_MENU = "PAP|TERMID|TRM[A-Z0-9]{3}|DEFALT|DEFAUL|REVINF|BT_[A-Z]{3}|HST[A-Z]{3}|232[A-Z]{3}|PREBK2|SUFBK2"

_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    # Menu commands: six letters or digits, a value, and a full stop to keep it or an exclamation mark for now; from a host after
    # SYN M CR; a tilde before it in newer firmware. Manual of the Voyager 1450g, chapter 10 (manualsbrain.com/en/manuals/1245603,
    # page 155); github.com/Rochdi7/chinwi-the-doctor-POS, SETUP.md (PAP124., TRMUSB130); accuratedata.com on DEFALT;
    # github.com/lindell/JsBarcode/issues/361 (BT_ADR).
    "Honeywell": re.compile(rf"(\x16M\r?)?~?({_MENU})[0-9A-Z?*^]*[.!]|\x16M\r?.*", re.DOTALL),
    # A dollar sign and commands, with commas between them. github.com/anders/td1100, README.md.
    "Datalogic": re.compile(r"\$[A-Z][0-9A-Z]*(,[0-9A-Z]+)*,?"),
    # @ (kept) or # (for now), a tag and a subtag of three characters each, a value; the older numbers, NLS and seven digits; from a
    # host between ~ SOH 0000 and ETX. Manual of the NLS-HR52 (manualslib.com/manual/3278488, page 35); serial programming command
    # manual (docslib.org/doc/13855721).
    "Newland": re.compile(r"(~\x010000)?[@#][A-Z0-9]{6}[0-9A-Z$*&]*(;\x03?)?|NLS[0-9]{7}(=[0-9A-Z]+)?;.*"),
    # Code 39: $+$- and EE around what is set. Manual of the TopGun, manualsdump.com/en/manuals/psc-topgun-pt2000/150501/74.
    "PSC": re.compile(r"\$\+\$-[0-9A-Z]*(EE)?"),
    # github.com/juitnow/juit-alacrity-setup, README.md; github.com/tbatch1/id-scanner-, docs/NETUM_NT1200_CONFIGURATION.md.
    "Alacrity": re.compile(r"%%SPECCODE[0-9A-F]{2}"),
    "Netum": re.compile(r"AT\+[A-Z]+(=[0-9A-Z]+)?"),
    # A Code 128 with FUNCTION CODE 3, which some scanners hand on as 82 hex before the rest: manual of the Datalogic Magellan 9504
    # (office.manualsonline.com/manuals/mfg/datalogic_scanning/9504.html, F-8). Symbol's and Zebra's codes begin with it too.
    "Code 128 FNC3": re.compile("\x82.*", re.DOTALL),
}


def programmed(text: str) -> str | None:
    """Whose programming code a text is: a maker, or None for every text that is none."""
    bare = plain(text)
    return next((maker for maker, form in _FORMS.items() if form.fullmatch(bare)), None)
