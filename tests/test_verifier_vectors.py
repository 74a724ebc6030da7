"""The verifier in Python says what the vectors say, which stand there written by hand (P2, P4, Q9)."""

import json
from datetime import datetime, timedelta

import pytest

from kiosk.adapters.ed25519 import Ed25519Seal, read_holds, read_list
from kiosk.core.faults import Forged
from kiosk.core.hold import digest, newer
from kiosk.core.verdict import examine, outcomes
from verifier import vectors

FILE = json.loads(vectors.FILE.read_text(encoding="utf-8"))
NOW = datetime.fromisoformat(FILE["now"])
TRUST = read_list(FILE["trust"].encode(), bytes.fromhex(FILE["root"]))
LIMIT = timedelta(hours=FILE["limit_hours"])


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


def standings(names):
    lists = [read_holds(FILE["lists"][name].encode(), TRUST, NOW) for name in names]
    return {one.station: one for one in lists}


def test_the_file_is_what_the_script_makes():
    assert vectors.FILE.read_text(encoding="utf-8") == vectors.written()


def come_to(case):
    """What the verifier says of a case, as the file would have it."""
    pages = [[text.encode() for text in page] for page in case["pages"]]
    try:
        verdict = examine(pages, Ed25519Seal(TRUST), NOW)
        rulings = outcomes(verdict, standings(case["holds"]), NOW, LIMIT)
    except Forged as no:
        return no.code, None, []
    return None, [{"row": row.place, "outcome": outcome, "why": why} for row, outcome, why in rulings], list(verdict.missing)


def refused(case):
    """Why a list is not taken while another is known; None where it is."""
    known = read_holds(case["known"].encode(), TRUST, NOW) if case["known"] else None
    try:
        newer(known, read_holds(case["text"].encode(), TRUST, NOW))
    except Forged as no:
        return no.code
    return None


@pytest.mark.parametrize("case", named(FILE["cases"]))
def test_each_case_comes_to_what_it_says(case):
    """P2: the forgery table, and P4: the holds."""
    assert come_to(case) == (case["forged"], case["rows"], case["missing"])


@pytest.mark.parametrize("case", named(FILE["list_cases"]))
def test_each_list_is_taken_or_refused_as_it_says(case):
    """P4: an altered list, an older one, one of somebody else."""
    assert refused(case) == case["refused"]


@pytest.mark.parametrize("case", FILE["digests"], ids=lambda case: f"{case['kind']} {case['number']}")
def test_each_number_has_its_digest(case):
    assert digest(case["kind"], case["number"]).hex() == case["digest"]


def test_a_trust_list_under_another_root_is_refused():
    with pytest.raises(Forged, match="bad-signature"):
        read_list(FILE["trust"].encode(), bytes.fromhex(FILE["wrong_root"]))
