"""The settings of the counter in the browser: what would carry a PIN in clear, or half of a certificate, is refused by name."""

import re
import tomllib

import pytest

from kiosk.core.faults import Refusal
from kiosk.settings import FIRST, Web, load


@pytest.fixture
def written(tmp_path):
    """The settings of the web, as they were written."""

    def write(lines):
        (tmp_path / "kiosk.toml").write_text(f'station = "K7QD"\n[web]\n{lines}\n', encoding="utf-8")
        return load(tmp_path).web

    return write


def refusal(write, lines):
    with pytest.raises(Refusal) as no:
        write(lines)
    return no.value


def test_what_the_first_settings_show_of_the_web_are_its_defaults():
    shown = tomllib.loads(re.sub("^# (?=[a-z_]+ = )", "", FIRST.format(station="K7QD"), flags=re.MULTILINE))["web"]

    assert Web(**shown | {"names": tuple(shown["names"])}) == Web()
    assert set(shown) == set(Web.__dataclass_fields__)


def test_every_setting_is_taken(written):
    lines = 'host = "::1"\nport = 0\nnames = ["kiosk.example"]\nproxy = true\nshift_hours = 8\nidle_minutes = 10\n'
    lines += 'upload_megabytes = 5\nkeyed = true\nthreads = 40\nmetrics_token = "secret"\ncertificate = "a.pem"\nkey = "a.key"'

    assert written(lines) == Web("::1", 0, ("kiosk.example",), "a.pem", "a.key", True, 8, 10, 5, True, 40, "secret")


WRONG = {
    "host": ["5", "true", "[]"],
    "port": ["'8480'", "true", "1.5", "-1", "65536"],
    "names": ["'kiosk'", "[5]", "['']", "{}"],
    "certificate": ["5"],
    "key": ["[]"],
    "proxy": ["1", "'true'"],
    "shift_hours": ["0", "25", "'12'", "12.5", "nan", "true"],
    "idle_minutes": ["0", "-5", "1441"],
    "upload_megabytes": ["0", "1001", "'40'"],
    "keyed": ["0", "'no'"],
    "threads": ["9", "1001", "32.0", "'32'"],
    "metrics_token": ["5", "false"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_setting_of_another_kind_or_size_is_refused_by_its_name(written, name, value):
    no = refusal(written, f"{name} = {value}")

    assert (no.code, no.fields["name"]) == ("bad-setting", f"web.{name}")
    assert no.fields["expected"]


def test_a_setting_that_is_not_known_is_answered_with_the_known_ones(written):
    assert refusal(written, "prot = 8480").fields["got"] == "web.prot"
    assert "certificate" in refusal(written, "prot = 8480").fields["expected"]


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.0.2.7", "kiosk.example", "", "127.0.0.1.example", "localhost.example", "localhos"]
)
def test_in_clear_it_listens_to_this_machine_alone(written, host):
    """Badge and PIN would go over the network for all to read."""
    assert refusal(written, f"host = '{host}'") == Refusal("plain-http", got=host)
    assert written(f"host = '{host}'\ncertificate = 'a.pem'\nkey = 'a.key'").secure
    assert written(f"host = '{host}'\nproxy = true").secure


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_s_own_addresses_are_known(written, host):
    assert not written(f"host = '{host}'").secure


@pytest.mark.parametrize(("line", "missing"), [("certificate = 'a.pem'", "web.key"), ("key = 'a.key'", "web.certificate")])
def test_half_of_a_certificate_is_none(written, line, missing):
    """It would be served in clear, and nobody would know."""
    assert refusal(written, line).fields["name"] == missing


def test_requests_may_be_for_its_own_names_and_behind_a_proxy_for_the_proxy_s():
    here = {"localhost", "127.0.0.1", "::1"}

    assert Web().hosts == here
    assert Web("192.0.2.7", names=("Kiosk.Example",), certificate="a", key="b").hosts == here | {"192.0.2.7", "kiosk.example"}
    assert Web(proxy=True).hosts == frozenset()
    assert "kiosk.example" in Web(proxy=True, names=("kiosk.example",)).hosts
