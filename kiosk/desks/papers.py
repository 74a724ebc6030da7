"""What the kiosk drew and the record keeps: proofs, their copies, slips. Nothing else of the record goes out as a document."""

import re
from collections.abc import Callable

from kiosk.core.faults import Refusal
from kiosk.core.journal import Endorsed, HandedOver, Noticed, Overprinted, Returned, Stamped, Voided
from kiosk.ports import Found, Journal

_DRAWN = Stamped | Returned | HandedOver | Endorsed | Overprinted | Noticed


def drawn(journal: Journal, digest: str, check: Callable[[str], None] = lambda _sheet: None) -> bytes:
    """A document that was drawn here, by its digest; `Refusal` no-document for anything else.

    What was drawn while a proof held is refused (proof-voided) once that was taken back; what says VOID is not. `check` is asked
    about the sheet of what proves release.
    """
    found = journal.find(number=digest) if re.fullmatch("[0-9a-f]{64}", digest) else ()
    ours = [one for one in found if isinstance(one.entry.fact, _DRAWN) and one.entry.fact.document == digest]
    if not ours:
        raise Refusal("no-document", got=digest[:80])
    if not any(isinstance(one.entry.fact, Returned) for one in ours):
        _check_holds(journal, ours[0])
        check(ours[0].entry.subject)
    return journal.document(digest)


def _check_holds(journal: Journal, first: Found) -> None:
    """Refuse a proof, or a copy of it, that was there before its sheet was taken back."""
    sheet = first.entry.subject
    voided = [one.position for one in journal.entries(sheet) if isinstance(one.entry.fact, Voided)]
    if voided and first.position < voided[0]:
        raise Refusal("proof-voided", got=sheet)
