"""What a client's barcode can stand for: a cargo control number or a transaction number.

A *transaction number* is 14 digits, often printed 5-9; its first five are the account security number.
A *cargo control number* (CCN) is a 4-character carrier code and a shipment of 1 to 21 characters. In a CCN a hyphen is data;
in a transaction number it is presentation. Zeros lead, so neither is ever a number to count with.

Fourteen digits can be either, so a text has *candidates*, likeliest first:

>>> candidates("12345-001495785")
(TransactionNumber(account='12345', serial='001495785'),)
>>> [str(reference) for reference in candidates("12345001495785")]
['12345001495785', '12345001495785']
>>> candidates("xxxxpars0000471")
(CCN(carrier='XXXX', shipment='PARS0000471'),)
>>> candidates("014-12345675")[0].hri
'014-12345675'
>>> candidates("911")
Traceback (most recent call last):
kiosk.core.reference.NotAReference: service-option: expected a cargo control or transaction number, got 911
"""

import re
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import ClassVar

from kiosk.core.faults import Refusal


class NotAReference(Refusal):
    """A text that is no cargo control number and no transaction number."""


@dataclass(frozen=True, slots=True)
class TransactionNumber:
    """Fourteen digits. `account` is the account security number (5), `serial` the rest (9)."""

    kind: ClassVar = "transaction"
    account: str
    serial: str

    def __str__(self) -> str:
        return self.account + self.serial

    @property
    def hri(self) -> str:
        """As people read it: 12345-001495785."""
        return f"{self.account}-{self.serial}"

    @property
    def check_digit_holds(self) -> bool:
        """Whether the last digit is the weighted sum of the others, modulo 10.

        Advice only, never a refusal: the official formula (D17-1-10, appendix F) could not be read, and the samples of the
        contingency plan (SOCP 4.2) are consecutive, which no such scheme can satisfy.
        """
        products = [int(digit) * weight for digit, weight in zip(str(self)[:13], [1, 2] * 7, strict=False)]
        return sum(sum(divmod(product, 10)) for product in products) % 10 == int(str(self)[13])


@dataclass(frozen=True, slots=True)
class CCN:
    """A cargo control number of 5 to 25 characters: the carrier code (4), and the carrier's own part (1 to 21)."""

    kind: ClassVar = "ccn"
    carrier: str
    shipment: str

    def __str__(self) -> str:
        return self.carrier + self.shipment

    @property
    def hri(self) -> str:
        """As people read it: unchanged, since a hyphen or a space more would be another number."""
        return str(self)


Reference = CCN | TransactionNumber

_TRANSACTION = re.compile(r"(?P<account>[0-9]{5})(?P<hyphen>-?)(?P<serial>[0-9]{9})")
_CCN = re.compile(r"(?P<carrier>[0-9A-Z-]{4})(?P<shipment>[0-9A-Z-]{1,21})")
_FOREIGN = re.compile(r"[^0-9A-Z-]")
_STARRED = re.compile(r"\*([^*]+)\*")
_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)
"""Not `str.upper`, which makes SS of ß and I of ı: another number than stands in the bars."""
EXPECTED = "a cargo control or transaction number"

_MISTAKEN = {
    "service-option": re.compile(r"[0-9]{3}"),
    "carrier-code": re.compile(r"[0-9A-Z-]{4}"),
    "business-number": re.compile(r"[0-9]{9}R[A-Z][0-9]{4}"),
}
"""Other barcodes of the trade that are handed over by mistake (domain facts: CSA lead sheet, SOCP 2.3.2)."""


def plain(text: str) -> str:
    """The text as it is compared and asked: without line ends and the asterisks of Code 39, in capitals."""
    bare = text.strip("\0\t\r\n ").translate(_CAPITALS)
    starred = _STARRED.fullmatch(bare)
    return starred[1] if starred else bare


def candidates(text: str) -> tuple[Reference, ...]:
    """All that a text can be, likeliest first; or `NotAReference`, which says why.

    Nothing is guessed and nothing repaired: no O for 0, no missing digit, no inner space taken out (Q3, Q4).
    """
    bare = plain(text)
    _refuse_malformed(bare)
    _refuse_mistaken(bare)
    found: list[Reference] = []
    transaction = _TRANSACTION.fullmatch(bare)
    if transaction:
        found.append(TransactionNumber(transaction["account"], transaction["serial"]))
    ccn = _CCN.fullmatch(bare)
    if ccn and not (transaction and transaction["hyphen"]):
        found.append(CCN(ccn["carrier"], ccn["shipment"]))
    return tuple(found)


def _refuse_malformed(bare: str) -> None:
    if not bare:
        raise NotAReference("empty", expected=EXPECTED, got="nothing")
    if " " in bare and not _FOREIGN.search(bare.replace(" ", "")):
        raise NotAReference("inner-space", expected="no space inside the number", got=bare)
    foreign = _FOREIGN.search(bare)
    if foreign:
        at = foreign.start() + 1
        raise NotAReference("foreign-character", expected="A to Z, 0 to 9, hyphen", got=f"{foreign[0]!a}", place=at)


def _refuse_mistaken(bare: str) -> None:
    for code, pattern in _MISTAKEN.items():
        if pattern.fullmatch(bare):
            raise NotAReference(code, expected=EXPECTED, got=bare)
    if _is_air_waybill_piece(bare):
        raise NotAReference("air-waybill-piece", expected=EXPECTED, got=bare)
    if len(bare) < 5:
        raise NotAReference("too-short", expected="5 to 25 characters", got=bare)
    if len(bare) > 25:
        raise NotAReference("too-long", expected="5 to 25 characters", got=f"{len(bare)} characters")


def _is_air_waybill_piece(bare: str) -> bool:
    """Sixteen digits whose air waybill (11) satisfies IATA's modulo 7: a piece label, not a cargo control number."""
    return re.fullmatch(r"[0-9]{16}", bare) is not None and int(bare[3:10]) % 7 == int(bare[10])


def hints(reference: Reference) -> tuple[str, ...]:
    """What a number that is not on file may be instead; codes with a sentence in each language."""
    if isinstance(reference, TransactionNumber):
        return () if reference.check_digit_holds else ("perhaps-wrong-digit",)
    if re.fullmatch(r"[A-Z]{4}", reference.carrier) and reference.shipment.isdigit():
        return ("perhaps-paps", "perhaps-trip")
    return ("perhaps-trip",)
