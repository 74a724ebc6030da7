"""What is set of the scanners: wrong settings are said at the start, by name (D1, D2, D5)."""

import pytest

from drivers.manner import Layout, Manner, Terminator
from kiosk.core.faults import Refusal
from kiosk.settings import load

HEAD = "station = 'K7QD'\n"
ONE = "[[scanner]]\ndevice = 'usb-05e0:1200-S1-if00'\n"


@pytest.fixture
def written(tmp_path):
    """The scanners of a kiosk.toml with these lines."""

    def write(text):
        (tmp_path / "kiosk.toml").write_text(HEAD + text)
        return load(tmp_path)

    return write


def refusal(written, text):
    with pytest.raises(Refusal) as no:
        written(text)
    return no.value


def test_a_scanner_is_what_its_table_says(written):
    lines = "name = 'counter 1'\nlayout = 'ca-fr'\nterminator = 'none'\nprefix = '~'\ngap = 0.05\n"
    lines += "shortest = 14\nlongest = 14\nspeed = 19200\n"
    (one,) = written(ONE + lines).scanner

    assert (one.device, one.name, one.called, one.ignore) == ("usb-05e0:1200-S1-if00", "counter 1", "counter 1", False)
    assert one.manner == Manner(Layout.CA_FR, Terminator.NONE, "~", "", 0.05, 14, 14)
    assert one.line == {"speed": 19200}


def test_what_is_not_set_of_a_scanner_has_its_default(written):
    (one,) = written(ONE).scanner

    assert (one.manner, one.called, one.line, one.view) == (Manner(), one.device, {}, {})
    assert written("").scanner == ()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("layout = 'dvorak'", "layout"),
        ("layout = 1", "layout"),
        ("terminator = 'space'", "terminator"),
        ("prefix = 1", "prefix"),
        ("gap = 0", "gap"),
        ("gap = 'slow'", "gap"),
        ("gap = true", "gap"),
        ("shortest = 0", "shortest"),
        ("longest = 5000", "longest"),
        ("shortest = 9\nlongest = 8", "longest"),
        ("ignore = 'yes'", "ignore"),
        ("name = 7", "name"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(written, line, name):
    no = refusal(written, ONE + line)

    assert (no.code, no.fields["name"]) == ("bad-setting", f"scanner.{name}")
    assert no.fields["expected"]


@pytest.mark.parametrize("more", ["", "prefix = '~'", "shortest = 5\nlongest = 25"])
def test_without_an_end_a_code_needs_another_sign_that_it_is_whole(written, more):
    """T34, fault 1: a cable pulled in its middle would leave a shorter number, and nothing would tell."""
    none = "terminator = 'none'\n"

    assert refusal(written, ONE + none + more).fields["name"] == "scanner.terminator"
    assert written(ONE + none + "suffix = '~'").scanner[0].manner.suffix == "~"


@pytest.mark.parametrize("sound", ["3", '"play \'x"', "'play \\'"])
def test_a_sound_that_is_no_command_is_refused_and_ends_no_station(written, sound):
    no = refusal(written, f"[scanning]\nsound = {sound}")

    assert (no.code, no.fields["name"]) == ("bad-setting", "scanning.sound")


def test_a_name_that_can_not_stand_in_the_record_is_refused(written):
    """Q10: it is the source of every scan."""
    assert refusal(written, ONE + 'name = "a\\u0000b"').code == "bad-text"
    assert refusal(written, ONE + f'name = "{"a" * 41}"').code == "long-text"


def test_an_unknown_setting_is_answered_with_the_known_ones(written):
    no = refusal(written, ONE + "lay = 'us'")

    assert (no.code, no.fields["got"]) == ("unknown-setting", "scanner.lay")
    assert "layout" in no.fields["expected"]
    assert refusal(written, "[scanning]\nsounds = 'auto'").fields["got"] == "scanning.sounds"


@pytest.mark.parametrize("second", [ONE, "[[scanner]]\ndevice = 'other'\nname = 'usb-05e0:1200-S1-if00'\n"])
def test_two_scanners_of_one_device_or_one_name_are_refused(written, second):
    """D5: the record could not tell them apart."""
    assert refusal(written, ONE + second).fields["name"] == "scanner"


@pytest.mark.parametrize(
    "text", ["scanner = 'x'", "scanner = [1]", "[scanner]\ndevice = 'x'", "[[scanner]]\nname = 'x'", "[[scanner]]\ndevice = 1"]
)
def test_what_is_no_table_of_a_device_is_refused(written, text):
    assert refusal(written, text).code == "bad-setting"
