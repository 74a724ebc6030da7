"""The settings: what is wrong in them is said at the start, by name; what is not set has its default (Q6, Q10)."""

import os
import re
import stat
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.config import Parts, local, part
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.meaning import is_sheet_number, sheet_number
from kiosk.core.reference import TransactionNumber
from kiosk.settings import FIRST, Settings, _make, home_folder, load

STATION = 'station = "K7QD"\n'


@pytest.fixture
def home(tmp_path):
    """Where a kiosk will have its home."""
    return tmp_path / "data" / "kiosk"


@pytest.fixture
def written(tmp_path):
    """A home with these settings."""

    def write(text):
        (tmp_path / "kiosk.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def refusal(home):
    """How the settings of a home are refused."""
    with pytest.raises(Refusal) as no:
        load(home)
    return no.value


# --- the first start --------------------------------------------------------------------------------------------------


def test_a_home_is_made_at_the_first_start_and_kept_at_the_second(home):
    """Q10: the number of every sheet begins with the station."""
    first = load(home)

    assert load(home) == first
    assert re.fullmatch("[A-Z2-7]{4}", first.station)
    assert first == Settings(home, first.station)
    assert [path.name for path in home.iterdir()] == ["kiosk.toml"]


def test_two_kiosks_have_names_of_their_own(tmp_path):
    """Q10: one in a million may be the same."""
    assert len({load(tmp_path / str(number)).station for number in range(30)}) >= 29


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_a_home_is_its_owner_s_alone(home, umask):
    """Q10: the record lies in it."""
    before = os.umask(umask)
    try:
        load(home)
    finally:
        os.umask(before)

    assert stat.S_IMODE(home.stat().st_mode) == 0o700


LOADING = """
import sys
from pathlib import Path
from kiosk.settings import load
print("ready", flush=True)
sys.stdin.read()
print(load(Path(sys.argv[1])).station)
"""


def test_processes_that_start_at_once_name_one_station(home):
    """Q10: two names would be two sequences of sheets, and the last to write would win."""
    home.mkdir(parents=True)
    processes = [subprocess.Popen([sys.executable, "-c", LOADING, home], stdin=-1, stdout=-1) for _ in range(5)]
    assert [process.stdout.readline() for process in processes] == [b"ready\n"] * 5
    for process in processes:
        process.stdin.close()
    named = {process.stdout.read().decode().strip() for process in processes}
    for process in processes:
        process.stdout.close()
        process.wait()

    assert named == {load(home).station}
    assert [path.name for path in home.iterdir()] == ["kiosk.toml"]


def test_who_comes_second_keeps_the_name_that_the_first_gave(home):
    """Q10: at the worst instant: both have seen that there were no settings."""
    station = load(home).station

    _make(home, home / "kiosk.toml")

    assert load(home).station == station
    assert [path.name for path in home.iterdir()] == ["kiosk.toml"]


def test_what_the_first_settings_show_as_defaults_are_the_defaults(tmp_path):
    """What an administrator reads there is true: each line uncommented changes nothing."""
    text = re.sub("^# (?=[a-z_]+ = )", "", FIRST.format(station="K7QD"), flags=re.MULTILINE)
    table = tomllib.loads(text)
    (tmp_path / "kiosk.toml").write_text(text)
    shown, plain = load(tmp_path), Settings(tmp_path, "K7QD")

    assert set(table) == set(Settings.__dataclass_fields__) - {"home", "scanner"}  # nobody has a scanner by default
    assert [getattr(shown, name) for name in ("office", "zone", "badge", "agency")] == ["", plain.zone, plain.badge, ""]
    assert (Parts(shown).authority, Parts(shown).journal_url) == (Parts(plain).authority, Parts(plain).journal_url)
    assert shown.store == {"kind": "acros", "authority": "acros-stub", "url": "", "budget": 2.0, "tolerance": 30.0}
    assert Parts(shown).store.ask([]) == ()


def test_a_home_is_where_it_was_said_to_be(monkeypatch, tmp_path):
    monkeypatch.setenv("KIOSK_HOME", str(tmp_path / "environment"))

    assert home_folder("given") == Path("given")
    assert home_folder(None) == tmp_path / "environment"
    monkeypatch.setenv("KIOSK_HOME", "")
    assert home_folder(None).name == "release-kiosk"


def test_a_home_that_cannot_be_made_is_unavailable(tmp_path):
    """Nothing is wrong with the settings: there are none."""
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "kiosk", Path("/proc/kiosk")):
        with pytest.raises(Unavailable) as no:
            load(home)
        assert no.value.part == "home"
    (tmp_path / "kiosk.toml").mkdir()
    with pytest.raises(Unavailable):
        load(tmp_path)


# --- what is wrong is said --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name"), [("ofice = '0453'", "ofice"), ("[stores]", "stores"), ("home = '/'", "home"), ("Office = '0453'", "Office")]
)
def test_a_setting_that_is_not_known_is_answered_with_the_known_ones(written, line, name):
    no = refusal(written(STATION + line))

    known = "agency, badge, client, gate, journal, language, office, printer, reading, receipt, "
    known += "scanner, scanning, station, store, web, zone"
    assert no == Refusal("unknown-setting", expected=known, got=name)


def test_a_setting_of_the_record_that_is_not_known_is_refused(written):
    """Q10: `ulr = "postgresql://..."` would be a record in a file, of which nobody knows."""
    no = refusal(written(STATION + "[journal]\nulr = 'postgresql://example/record'\n"))

    assert no == Refusal("unknown-setting", expected="url, keep_years", got="journal.ulr")


WRONG = {
    "station": ["5", "''", "'K7Q'", "'K7QDX'", "'k7qd'", "'K7Q1'", "'K7Q.'", "'ÉÉÉÉ'", "'K7QD\\n'", "['K7QD']", "true"],
    "office": ["453", "'45'", "'453'", "'4530'", "'04530'", "'O453'", "'٠٤٥٣'", "'0453\\n'"],
    "language": ["1", "'de'", "'EN'", "'en_CA'"],
    "zone": [
        "5",
        "''",
        "'Toronto'",
        "'America'",
        "'America/Nowhere'",
        "'../zone'",
        "'/etc/localtime'",
        "'EST5EDT\\u0000'",
        "'..'",
        "'é'",
    ],
    "badge": ["5", "'['", "'(a'", "'*'"],
    "agency": ["true", "[]", "{name = ''}"],
    "store": ["'http://store'", "[]", "1"],
    "journal": ["'postgresql://example'", "1"],
    "store.url": ["5", "true", "[]"],
    "store.kind": ["5", "['acros']"],
    "store.authority": ["5", "{}"],
    "journal.url": ["5", "false"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_setting_of_another_kind_is_refused_by_its_name(written, name, value):
    no = refusal(written((STATION if name != "station" else "") + f"{name} = {value}\n"))

    assert (no.code, no.fields["name"]) == ("bad-setting", name)
    assert no.fields["expected"]


BROKEN = [
    b"station = K7QD",
    b"station = 'K7QD'\nstation = 'K7QE'",
    b"[store\n",
    b"\xff\xfe",
    b"station = '\xc9'",
    b"\0",
    b"station = '" + b"x" * 9,
]


@pytest.mark.parametrize("text", BROKEN, ids=ascii)
def test_settings_that_are_no_toml_are_refused_with_the_file(written, text):
    home = written(text)

    assert refusal(home).code == "bad-settings"
    assert str(home / "kiosk.toml") in refusal(home).fields["got"]


def test_settings_without_a_station_are_refused(written):
    """Q10: an empty file is what a full disk leaves; a new name would be a new sequence of sheets."""
    for text in ("", "office = '0453'\n"):
        assert refusal(written(text)).fields["name"] == "station"


@settings(max_examples=60)
@given(st.text(max_size=30) | st.binary(max_size=30) | st.from_regex(r"(office|zone|badge|store|[a-z]+) = .{0,20}", fullmatch=True))
def test_no_settings_end_in_another_way(tmp_path_factory, text):
    home = tmp_path_factory.mktemp("home")
    content = STATION.encode() + (text if isinstance(text, bytes) else text.encode(errors="surrogatepass"))
    (home / "kiosk.toml").write_bytes(content)
    try:
        found = load(home)
    except Refusal:
        return

    assert found.station == "K7QD"


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=4, max_size=4), st.integers(0, 999_999))
def test_every_station_that_can_be_set_makes_sheet_numbers_that_are_known_again(tmp_path_factory, station, serial):
    """P2: else a sheet's own code would be refused as foreign."""
    home = tmp_path_factory.mktemp("home")
    (home / "kiosk.toml").write_text(f'station = "{station}"\n')

    assert is_sheet_number(sheet_number(load(home).station, serial))


# --- the parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["", "laser", "Acros"])
def test_a_kind_of_store_that_is_not_known_is_answered_with_the_known_ones(written, kind):
    home = written(STATION + f"[store]\nkind = '{kind}'\n")

    with pytest.raises(Refusal) as no:
        Parts.of(str(home)).store  # noqa: B018 - made when it is asked for

    assert no.value == Refusal("unknown-kind", group="stores", expected="acros", got=kind)


def test_a_kind_of_which_there_is_nothing_is_answered_with_nothing():
    with pytest.raises(Refusal) as no:
        part("nothings", "acros")

    assert no.value == Refusal("unknown-kind", group="nothings", expected="", got="acros")


NO_STORE = ["buget = 2.0", "budget = '2'", "budget = 0", "budget = -1", "budget = nan", "budget = inf", "tolerance = nan"]
NO_STORE += ["tolerance = '30'", "tolerance = []", "app = 'nosuchmodule:create_app'", "app = 'acros_stub.web:nothing'", "clock = 5"]


@pytest.mark.parametrize("url", ["", "url = 'http://store.example'\n"], ids=["in process", "over HTTP"])
@pytest.mark.parametrize("line", NO_STORE)
def test_settings_that_make_no_store_are_refused_and_not_a_store_that_is_down(written, line, url):
    """Q6: what people can mend is not what only time can."""
    home = written(f"{STATION}[store]\n{url}{line}\n")

    with pytest.raises(Refusal) as no:
        Parts.of(str(home)).store  # noqa: B018 - made when it is asked for

    assert (no.value.code, no.value.fields["name"]) == ("bad-setting", "store")


@pytest.mark.parametrize("url", ["store.example", "ftp://store.example", "http://"])
def test_an_address_that_is_none_is_refused(written, url):
    home = written(f"{STATION}[store]\nurl = '{url}'\n")

    with pytest.raises(Refusal, match="bad-setting"):
        Parts.of(str(home)).store  # noqa: B018 - made when it is asked for


def test_with_nothing_configured_the_store_is_the_stub_of_this_home(home):
    """Q6: in which nothing has been loaded, so that it can't be asked; that is not N/A."""
    store = Parts.of(str(home)).store

    assert store.authority == "acros-stub"
    with pytest.raises(Unavailable, match="store"):
        store.ask([TransactionNumber("99999", "001495785")])
    assert not (home / "acros.sqlite3").exists()


@pytest.mark.parametrize("years", ["0", "-1", "'6'", "6.5", "[]", "nan"])
def test_a_time_of_keeping_that_is_none_is_refused(written, years):
    """Q10."""
    home = written(f"{STATION}[journal]\nkeep_years = {years}\n")

    with pytest.raises(Refusal) as no:
        Parts.of(str(home)).keep  # noqa: B018 - computed when it is asked for

    assert (no.value.code, no.value.fields["name"]) == ("bad-setting", "journal.keep_years")


def test_documents_are_kept_six_years_unless_it_is_set_otherwise(written):
    """Q10."""
    six = Parts.of(str(written(STATION))).keep
    ten = Parts.of(str(written(STATION + "[journal]\nkeep_years = 10\n"))).keep

    assert set(six) == set(ten)
    assert min(six.values()) >= timedelta(days=6 * 365 + 1)
    assert min(ten.values()) >= timedelta(days=10 * 365 + 2)


def test_what_a_home_s_parts_are_made_of_lies_in_it(home):
    """One folder is the whole state of a kiosk."""
    parts = Parts.of(str(home))

    assert parts.journal_url == f"sqlite:///{home / 'journal.sqlite3'}"
    assert parts.keys.home == home


def test_the_first_keys_are_recorded_once(home):
    """P2, Q10: the record says which keys were made; the second start makes none."""
    kids = [key.kid.hex() for key in Parts.of(str(home)).keys.trust().keys]
    again = Parts.of(str(home))

    assert [key.kid.hex() for key in again.keys.trust().keys] == kids
    assert [one.entry.fact.kid for one in again.journal.entries("keys")] == kids
    again.journal.close()


def test_a_zone_is_read_once():
    assert local("America/Toronto") is local("America/Toronto")
