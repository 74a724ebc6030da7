"""The tests that every store and every printer passes. Subclass, give one and one that can't be reached; pytest does the rest.

class TestAcros(StoreContract):
    @pytest.fixture
    def store(self, ...): return Acros(...)             # in which `feed(now)` has been loaded
    @pytest.fixture
    def unreachable(self, ...): return Acros(...)       # behind which there is nothing
"""

from kiosk.contracts.printer import PrinterContract
from kiosk.contracts.store import EXPECTED, StoreContract, feed

__all__ = ["EXPECTED", "PrinterContract", "StoreContract", "feed"]
