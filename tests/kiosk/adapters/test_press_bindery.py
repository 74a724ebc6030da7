"""The bindery next door: whatever a client's file does there, the press goes on (P1, fault 5)."""

from dataclasses import replace

import pytest

from kiosk.adapters.press.bindery import BinderyProcess
from kiosk.core.endorsement import Overprint
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.stamp import Act, Stamp
from tests.fakes import AUTHORITY, NOON
from tests.kiosk.adapters import endorse_samples as samples
from tests.kiosk.adapters.bindery_samples import apart, busy, honest
from tests.kiosk.adapters.pdf_samples import CHECKPOINT

STAMP = Stamp(Act.RELEASED, AUTHORITY, "0453", "12345", NOON)


def test_it_does_what_the_one_in_this_process_does_and_says_the_same_noes():
    document = samples.ccd()
    with samples.reader() as reader:
        sheet, sizes = samples.sheet_of(reader, document)
        original = samples.original_of(reader, document, sheet, sizes)
    seals = samples._statement_seals(sheet, STAMP)
    given = sheet, STAMP, seals, CHECKPOINT.short
    here = honest()
    with BinderyProcess(apart) as there:
        made, own = there.endorse(original, *given, NOON), here.endorse(original, *given, NOON)
        assert made.pdf.startswith(document)
        assert made.stamped == own.stamped
        assert there.extent(seals[0]) == here.extent(seals[0])
        for bindery in (here, there):
            assert bindery.notice(*given, 1, NOON).startswith(b"%PDF")
            assert bindery.overprint(Overprint(1, "letter", 20, 20), *given, NOON).startswith(b"%PDF")
            with pytest.raises(Refusal) as no:
                bindery.endorse(replace(original, pdf=b"%PDF-1.7"), *given, NOON)
            assert no.value.code == "endorse-broken"
    assert there.pid is None


def test_a_document_without_end_is_given_up_and_the_next_one_finds_a_new_process():
    with BinderyProcess(busy, limit=4.0) as bindery:
        assert bindery.extent(b"") == (1, 2)
        with pytest.raises(Unavailable) as no:
            bindery.endorse(None, None, STAMP, (), "", NOON)
        assert (no.value.part, no.value.code) == ("press", "slow")
        assert bindery.extent(b"") == (1, 2)
