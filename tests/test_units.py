"""What systemd and udev are given: sound, closed, each exception with its reason, and all of it can be taken off again (D5)."""

import json
import os
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from drivers.hotplug.makers import MAKERS

ROOT = Path(__file__).parent.parent
UNITS = ROOT / "systemd"
SERVICES = ("kiosk-web.service", "kiosk-station.service", "acros-stub.service")
NOBODY = 65534
MOST = 20
"""Tenths of the exposure that `systemd-analyze security` may find."""


@pytest.fixture
def installed(tmp_path):
    """A machine's folders with the kiosk's files in them."""
    run = subprocess.run(
        [UNITS / "install", "--session"], env=os.environ | {"DESTDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return tmp_path


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_closed(unit):
    """D5: what reads strangers' paper and everybody's keys is open to nothing that it does not need."""
    command = ["systemd-analyze", "security", "--offline=yes", f"--threshold={MOST}", "--json=short", "--no-pager", UNITS / unit]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert json.loads(run.stdout)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("unit", [*SERVICES, "kiosk-session.service"])
def test_systemd_understands_every_line(unit, tmp_path):
    """With programs that are there in place of ours: they are installed elsewhere."""
    text = re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", (UNITS / unit).read_text())
    (tmp_path / unit).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", tmp_path / unit]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stderr.replace("/bin/true", "")) == (0, ""), run.stderr


def test_what_opens_clients_files_may_give_up_all_others():
    """Fault 4: the filter of the service would forbid Landlock, and the limited processes then have none."""
    wanted = {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
    filters = re.findall(r"(?m)^SystemCallFilter=(.*)$", (UNITS / "kiosk-web.service").read_text())

    assert wanted <= set(" ".join(filters).split())


def test_a_line_that_systemd_does_not_know_is_found(tmp_path):
    """The test above can fail."""
    (tmp_path / "bad.service").write_text("[Service]\nExecStart=/bin/true\nWatchdogSecs=3\n")
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", tmp_path / "bad.service"]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("unit", ["kiosk-web.service", "kiosk-station.service"])
def test_a_service_says_when_it_is_ready_and_is_watched(unit):
    lines = (UNITS / unit).read_text().splitlines()

    assert "Type=notify" in lines
    assert any(line.startswith("WatchdogSec=") for line in lines)
    assert "Restart=always" in lines


OPENED = ("DeviceAllow=", "IPAddressAllow=", "SupplementaryGroups=", "RestrictAddressFamilies=", "NotifyAccess=", "ReadWritePaths=")


@pytest.mark.parametrize("unit", [*SERVICES, "kiosk-session.service"])
def test_beside_each_exception_stands_why(unit):
    """The first line of a group of exceptions has a comment above it."""
    above = ""
    for line in (UNITS / unit).read_text().splitlines():
        if line.startswith(OPENED):
            assert above.startswith(("#", *OPENED, "DevicePolicy=", "IPAddressDeny=", "PrivateNetwork=", "ProtectSystem=")), line
        above = line


def test_the_station_can_reach_no_network():
    """A scanner that types commands finds nobody to talk to."""
    lines = (UNITS / "kiosk-station.service").read_text().splitlines()

    assert "PrivateNetwork=yes" in lines
    assert "RestrictAddressFamilies=AF_UNIX" in lines
    assert "input" not in next(line for line in lines if line.startswith("SupplementaryGroups=")).split()


DRIVERS = {"hidraw": "hid", "ttyUSB": "usbserial", "ttyACM": "cdc_acm", "video4linux": "videodev", "alsa": "snd"}
"""What the kernel calls a kind of device, and the module that it comes with."""


def test_a_kind_of_device_that_comes_later_is_allowed_from_the_start():
    """D5: systemd allows the kinds that the kernel knows when a service starts (systemd.resource-control(5), DeviceAllow=)."""
    text = (UNITS / "kiosk-station.service").read_text()
    kinds = set(re.findall(r"(?m)^DeviceAllow=char-(\S+) rw$", text)) - {"input", "ttyS", "ttyAMA"}  # built into the kernel

    assert kinds == set(DRIVERS)
    for order in ("Wants", "After"):
        (units,) = re.findall(f"(?m)^{order}=(.*)$", text)
        assert set(units.split()) == {f"modprobe@{DRIVERS[kind]}.service" for kind in kinds}


def test_the_screen_stays_in_its_unit():
    """PAM would move it into a user's slice, out of the lock of the network; without a name for seatd cage hangs in libseat."""
    text = (UNITS / "kiosk-session.service").read_text()
    lines = text.splitlines()

    assert not re.search("(?m)^PAMName=", text)
    assert {"Requires=seatd.service", "Environment=LIBSEAT_BACKEND=seatd", "IPAddressDeny=any", "Restart=always"} <= set(lines)
    assert "seatd.service" in next(line for line in lines if line.startswith("After="))
    assert "video" in next(line for line in lines if line.startswith("SupplementaryGroups="))


def test_the_screen_has_the_folder_where_compositor_and_browser_meet():
    """Its own, not that of a login: there is none."""
    text = (UNITS / "kiosk-session.service").read_text()
    (name,) = re.findall("(?m)^RuntimeDirectory=(.*)$", text)

    assert re.search(f"(?m)^Environment=.*\\bXDG_RUNTIME_DIR=/run/{name}$", text)


def test_what_is_installed_is_enabled_and_whole(installed):
    wants = {path.name for path in (installed / "etc/systemd/system").glob("*.wants/*")}

    assert wants == {"kiosk-web.service", "kiosk-station.service", "kiosk-session.service"}
    assert re.search("^kiosk:", (installed / "etc/passwd").read_text(), re.MULTILINE)
    for group in ("audio", "dialout", "video"):
        assert re.search(f"^{group}:.*:kiosk$", (installed / "etc/group").read_text(), re.MULTILINE)
    assert json.loads((installed / "etc/chromium/policies/managed/release-kiosk.json").read_text())["URLBlocklist"] == ["*"]
    for path in (installed / "etc/systemd/system").glob("*.service"):
        assert path.read_bytes() == (UNITS / path.name).read_bytes()


def test_taken_off_again_it_leaves_what_was_recorded_and_nothing_else(installed):
    """Q10."""
    kept = installed / "var/lib/release-kiosk/journal.sqlite3"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"the record")
    before = set(installed.rglob("*"))
    for _ in range(2):
        subprocess.run(
            [UNITS / "install", "--remove"], env=os.environ | {"DESTDIR": str(installed)}, check=True, capture_output=True
        )
    left = {path.name for path in installed.rglob("*") if path.is_file() or path.is_symlink()}

    assert kept.read_bytes() == b"the record"
    assert left - {".pwd.lock"} == {"journal.sqlite3", "passwd", "group", "shadow", "gshadow"}
    assert len(before) > len(set(installed.rglob("*")))


def test_a_wrong_word_installs_nothing(tmp_path):
    run = subprocess.run(
        [UNITS / "install", "--sesion"], env=os.environ | {"DESTDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert (run.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "--sesion" in run.stderr


def test_temporary_files_are_understood(tmp_path):
    """Made in a folder, as the users that are set up there."""
    run = [UNITS / "install", "--session"]
    subprocess.run(run, env=os.environ | {"DESTDIR": str(tmp_path)}, check=True, capture_output=True)
    command = ["systemd-tmpfiles", f"--root={tmp_path}", "--create", "release-kiosk.conf"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)

    assert made.returncode == 0, made.stderr
    assert (tmp_path / "var/lib/release-kiosk").stat().st_mode & 0o777 == 0o700


def test_the_rules_of_udev_know_the_makers_that_the_station_knows():
    """D5: a scanner that looks like one, and that the station may not open, would be a riddle at a counter."""
    rules = (ROOT / "hardware/udev/60-kiosk-scanner.rules").read_text()
    (makers,) = re.findall(r'ATTRS\{idVendor\}=="([^"]*)"', rules)

    assert [int(one, 16) for one in makers.split("|")] == sorted(MAKERS)


# --- the screen -------------------------------------------------------------------------------------------------------


class Counter(BaseHTTPRequestHandler):
    """A counter that notes which browser came, and which page it ran."""

    came: list[str]

    def do_GET(self):
        self.came.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><script>fetch('/ran?' + innerWidth)</script></html>")

    def log_message(self, *_):
        pass


@pytest.fixture
def counter():
    came, ran = [], threading.Event()

    class Here(Counter):
        def do_GET(self):
            super().do_GET()
            if self.path.startswith("/ran"):
                ran.set()

    Here.came = came
    server = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", ran
    server.shutdown()
    server.server_close()


@pytest.fixture
def screen():
    """How the screen's script is started without a machine: as a user who is not root, as cage demands, in folders of its own."""
    other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path("/tmp") / f"kiosk-session-{os.getpid()}"  # where another user can reach it
    for name in ("home", "run"):
        (folder / name).mkdir(parents=True)
        if other:
            os.chown(folder / name, NOBODY, NOBODY)
    (folder / "run").chmod(0o700)
    script = shutil.copy(UNITS / "kiosk-session", folder / "kiosk-session")
    places = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "XDG_RUNTIME_DIR": str(folder / "run")}

    def started(address: str, **words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [script, address],
            env=places | words,
            **other,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    yield started
    shutil.rmtree(folder, ignore_errors=True)


def test_the_screen_shows_the_counter_and_nothing_else(counter, screen):
    """The real compositor and the real browser, on a screen that nobody sees."""
    address, ran = counter
    unseen = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
    with screen(address, **unseen, KIOSK_CHROMIUM_FLAGS="--no-sandbox --disable-gpu") as session:
        try:
            shown = ran.wait(60)
        finally:
            os.killpg(session.pid, 9)
            said = session.stderr.read()

    assert shown, said.decode()


def test_a_screen_without_a_seat_ends(counter, screen):
    """So that Restart=always acts: a compositor that waits for a seat for ever would be a dark screen for ever."""
    address, ran = counter
    (backend,) = re.findall(r"(?m)^Environment=LIBSEAT_BACKEND=(\w+)$", (UNITS / "kiosk-session.service").read_text())
    with screen(address, LIBSEAT_BACKEND=backend, SEATD_SOCK="/nonexistent/seatd.sock") as session:
        try:
            said = session.communicate(timeout=30)[1]
        finally:
            if session.poll() is None:
                os.killpg(session.pid, 9)

    assert session.returncode > 0, said.decode()
    assert not ran.is_set()
