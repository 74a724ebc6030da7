"""What is set of the gate: a token is for whom it is meant, and for nobody who listens (P3)."""

import pytest

from kiosk.core.faults import Refusal
from kiosk.settings.gate import gate_table

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    "office", ["https://office.example:8480", "http://127.0.0.1:8480", "http://localhost", "http://[::1]:8480"]
)
def test_a_token_goes_by_tls_or_stays_on_this_machine(office):
    assert gate_table({"office": office, "token": TOKEN}).office == office


@pytest.mark.parametrize("office", ["http://office.example", "http://192.0.2.7:8480", "http://localhost.example"])
def test_a_token_is_not_sent_in_clear(office):
    """Whoever reads it along could write whatever he likes in the office's register."""
    with pytest.raises(Refusal, match="bad-setting") as no:
        gate_table({"office": office, "token": TOKEN})

    assert (no.value.fields["name"], TOKEN in str(no.value)) == ("gate.office", False)
    assert gate_table({"office": office}).office == office  # what is signed may go in clear


def test_no_password_stands_in_an_address():
    """An address stands in the log."""
    with pytest.raises(Refusal, match="bad-setting"):
        gate_table({"office": "https://kiosk:password@office.example"})
