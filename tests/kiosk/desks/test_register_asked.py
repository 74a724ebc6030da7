"""What is asked of the register: an id is one entry's, whatever kind of entry comes under it again (P3)."""

from datetime import UTC, datetime

import pytest

from kiosk.core.faults import Refusal
from kiosk.core.journal.register import GoodsIn, RegisterCorrected
from kiosk.desks.register.asked import check_same

ENTRY = "0" * 31 + "1"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC).isoformat()


def made(kind, **more):
    """An entry with something in each of its fields."""
    empty = {"str": "", "int": 1, "bool": False}
    fields = {name: empty[field.type.__name__] for name, field in kind.__dataclass_fields__.items()}
    return kind(**{**fields, "entry": ENTRY, "at": AT, **more})


def test_the_same_entry_again_is_no_other_though_it_was_sent_later():
    check_same(made(GoodsIn), made(GoodsIn, at="2026-11-22T13:00:00+00:00"))


@pytest.mark.parametrize("other", [made(GoodsIn, pieces=2), made(RegisterCorrected)])
def test_another_entry_under_an_id_that_is_taken_is_refused(other):
    with pytest.raises(Refusal, match="entry-differs"):
        check_same(made(GoodsIn), other)
    with pytest.raises(Refusal, match="entry-differs"):
        check_same(other, made(GoodsIn))
