"""A kiosk as it is furnished: what each part is given of the others."""

from kiosk.config import Parts, clock
from kiosk.core.sheet import Header
from kiosk.premises import at_work
from tests.fakes import FakeStore, scan, transaction

BADGE, NUMBER = "B1001", "99999001495785"


def test_the_queue_of_the_printer_asks_whether_goods_are_on_hold(tmp_path):
    """P4, fault 1: what waits there is of a moment ago."""
    parts, store = Parts.of(str(tmp_path / "kiosk")), FakeStore(clock)
    store.put(transaction(NUMBER))
    vars(parts)["store"] = store
    with at_work(parts) as house:
        sheet = house.counter.scan(house.counter.open(Header("0453"), BADGE), [scan(NUMBER)], BADGE)
        assert sheet.released
        assert not house.printing.dispatch.held(sheet.number)
        house.holds.place(NUMBER, "referred for examination", BADGE)

        assert house.printing.dispatch.held(sheet.number)
        assert house.printing.dispatch.held("K7QD.999999")
        assert house.printing.alive
