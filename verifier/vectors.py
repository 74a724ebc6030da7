"""The vectors that every verifier is held to: `python -m verifier.vectors` writes `vectors.json`.

What is expected stands in `cases` and `lists`, written by hand; a test has the verifier in Python say the same. All keys are TEST
keys: nobody trusts them.
"""

import json
from pathlib import Path
from typing import Any, Final

from kiosk.adapters.ed25519.trust import sign_list
from kiosk.core.hold import digest
from verifier.cases import Case, forged, genuine, listed, stamped, withdrawn
from verifier.lists import lists
from verifier.making import KEYS, LIMIT, LISTS, NOW, TRUST, test_key

__all__ = ["FILE", "KEYS", "TRUST", "document", "test_key", "written"]
FILE: Final = Path(__file__).with_name("vectors.json")


def document() -> dict[str, Any]:
    """All of it, as it stands in the file."""
    return {
        "about": "Vectors for every verifier. TEST keys only: nobody trusts them. Made by: python -m verifier.vectors",
        "now": NOW.isoformat(),
        "limit_hours": LIMIT,
        "root": test_key("root").public.hex(),
        "wrong_root": test_key("wrong root").public.hex(),
        "trust": sign_list(test_key("root"), TRUST).decode(),
        "lists": LISTS,
        "cases": [_case(case) for case in (*genuine(), *stamped(), *withdrawn(), *listed(), *forged())],
        "list_cases": [
            {"name": one.name, "text": one.text, "known": one.known or None, "refused": one.refused or None} for one in lists()
        ],
        "digests": [
            {"kind": kind, "number": number, "digest": digest(kind, number).hex()}
            for kind, number in (
                ("ccn", "XXXX0000012345"),
                ("ccn", " *xxxx0000012345*\r\n"),
                ("ccn", "XXXX-42"),
                ("ccn", "99999001495785"),
                ("transaction", "99999-001495785"),
                ("transaction", "99999001495785"),
                ("sheet", "K7QD.000123"),
            )
        ],
    }


def _case(case: Case) -> dict[str, Any]:
    """A case; `holds` are names in `lists`. `rows` is null where it is forged."""
    rows = [{"row": place, "outcome": outcome, "why": why} for place, outcome, why in case.rows]
    return {
        "name": case.name,
        "pages": case.pages,
        "holds": list(case.lists),
        "forged": case.forged or None,
        "rows": None if case.forged else rows,
        "missing": list(case.missing),
    }


def written() -> str:
    """The file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
