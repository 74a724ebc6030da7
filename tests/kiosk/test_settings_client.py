"""What is set of the client's kiosk and of its slips."""

import pytest

from kiosk.adapters.escpos import EscposSlips
from kiosk.adapters.pdf.claim import PdfSlips
from kiosk.config import Parts
from kiosk.core.faults import Refusal


def parts(tmp_path, text):
    """The parts of a kiosk with these settings."""
    (tmp_path / "kiosk.toml").write_text(f'station = "K7QD"\n{text}')
    return Parts.of(str(tmp_path))


def test_nothing_is_offered_to_clients_unless_it_is_set(tmp_path):
    """Issue 6, 9."""
    assert not parts(tmp_path, "").settings.client.self_service
    assert not parts(tmp_path, "").settings.client.stamp
    assert parts(tmp_path, "[client]\nself_service = true").settings.client.self_service


def test_slips_come_out_at_the_printer_or_at_a_receipt_printer(tmp_path):
    assert isinstance(parts(tmp_path, "").slips, PdfSlips)
    receipt = parts(tmp_path, '[receipt]\nkind = "escpos"\ndevice = "/dev/ttyUSB0"\nbaud = 19200').slips
    assert isinstance(receipt, EscposSlips)
    assert receipt.name == "/dev/ttyUSB0"


@pytest.mark.parametrize(
    "text",
    [
        'kind = "laser"',
        'kind = "escpos"',
        'kind = "escpos"\ndevice = "/dev/x"\nhost = "y"',
        'kind = "escpos"\ndevice = "/dev/x"\ncodepage = "CP0"',
        'kind = "escpos"\ndevice = "/dev/x"\nink = 1',
    ],
)
def test_what_is_wrong_with_the_receipt_printers_settings_is_said_at_once(tmp_path, text):
    with pytest.raises(Refusal):
        _ = parts(tmp_path, f"[receipt]\n{text}").slips
