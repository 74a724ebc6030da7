"""Every hold list that the vectors have as one that comes: taken, or refused for what reason (P4)."""

from dataclasses import dataclass
from datetime import timedelta

from kiosk.adapters.ed25519.cose import decode, encode, parts
from kiosk.adapters.ed25519.hold import HOLDS_PREFIX
from kiosk.core.meaning import SEAL_PREFIX
from verifier.cases import ONE
from verifier.making import LISTS, OTHERS, hold_list, joined, message_of


@dataclass(frozen=True, slots=True)
class ListCase:
    """A hold list that comes while another is known, or none; `refused` is a code, empty where it is taken."""

    name: str
    text: str
    refused: str = ""
    known: str = ""


def lists() -> list[ListCase]:
    """Hold lists that are taken, and ones that are not."""
    clear = LISTS["clear"]
    emptied = encode([*decode(parts(message_of(clear))[2])[:5], b"", b""])
    swapped = OTHERS[8:16] + OTHERS[:8] + OTHERS[16:]
    as_holds = HOLDS_PREFIX + ONE.removeprefix(SEAL_PREFIX)
    return [
        ListCase("the first", clear),
        ListCase("a newer one", hold_list(serial=13), known=clear),
        ListCase("the same again", clear, known=clear),
        ListCase("an older one", hold_list(serial=11), "older-list", known=clear),
        ListCase("another one of the same serial", hold_list(), "older-list", known=clear),
        ListCase("of a key that nobody knows", hold_list("forger"), "unknown-key"),
        ListCase("of a key that was revoked", hold_list("revoked"), "key-revoked"),
        ListCase("issued after its key had expired", hold_list("expired"), "key-expired"),
        ListCase("issued before its key was valid", hold_list("future"), "key-not-yet-valid"),
        ListCase("of the stub under a real authority's name", hold_list("stub"), "other-authority"),
        ListCase("of a station in another station's name", hold_list("m2xb"), "other-station"),
        ListCase("issued in the future", hold_list(ago=-timedelta(minutes=5, microseconds=1)), "from-the-future"),
        ListCase("emptied under its signature", joined(clear, payload=emptied), "bad-signature"),
        ListCase("out of order", hold_list(held=swapped), "malformed"),
        ListCase("a number twice", hold_list(held=OTHERS[:8] + OTHERS), "malformed"),
        ListCase("half a number", hold_list(held=OTHERS[:-1]), "malformed"),
        ListCase("a seal that calls itself a hold list", as_holds, "malformed"),
        ListCase("a seal", ONE, "not-a-seal"),
        ListCase("cut short", clear[: len(clear) // 8 * 8 - 8 + 4 + 2], "malformed"),
    ]
