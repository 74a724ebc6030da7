"""`kiosk web` as a process: what forbids a start is said in words; it serves, and ends with nothing left behind (issue 3, 9)."""

import errno
import json
import os
import pty
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from gunicorn.workers import gthread

from kiosk.adapters.pins import ArgonPins
from kiosk.cli.server import Worker, impatient
from kiosk.config import Parts, clock
from kiosk.core.user import Role
from kiosk.desks.staff import Staff
from kiosk.web.events import RESERVED
from kiosk.web.security import HEADERS

BADGE, CHIEF, PIN = "12345", "54321", "739154"
LONG = 60
"""Seconds after which a condition will not come any more: the machine is shared."""


def until(condition):
    """Wait for a condition."""
    end = time.monotonic() + LONG
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
    return found


def with_administrator(home):
    """A home with an administrator and a supervisor, who have chosen their own PINs."""
    parts = Parts.of(str(home))
    with closing(parts.journal):
        staff = Staff.of(parts.journal, ArgonPins(), clock, parts.settings.station, parts.settings.badge)
        staff.add(CHIEF, "A. Chief", Role.ADMINISTRATOR, PIN, CHIEF)
        staff.add(BADGE, "A. Officer", Role.SUPERVISOR, PIN, BADGE)
    return home


@pytest.fixture
def staffed(home):
    """A home of the test's own."""
    return with_administrator(home)


class Served:
    """A counter that is served by a process of its own."""

    def __init__(self, home, *arguments, **environment):
        env = {**os.environ, "KIOSK_HOME": str(home), "LANG": "C.UTF-8", **environment}
        self.log = home / "stderr"
        with self.log.open("wb") as err:
            command = [sys.executable, "-m", "kiosk", "web", "--port", "0", *arguments]
            self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err)
        said = self.process.stdout.readline().decode()
        found = re.search(r"https?://\S+", said)
        assert found, said + self.log.read_text()
        self.url = found[0].rstrip("/")
        self.said = said
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path, **more):
        return self.session.get(self.url + path, timeout=LONG, **more)

    def post(self, path, **fields):
        page = self.get("/login" if path == "/login" else "/")
        csrf = re.search(r'name="csrf" (?:content|value)="([^"]+)"', page.text)[1]
        return self.session.post(self.url + path, data={"csrf": csrf, **fields}, timeout=LONG)

    def log_in(self):
        self.post("/login", badge=BADGE, pin=PIN)
        assert self.get("/").url.rstrip("/") == self.url

    def open_sheet(self):
        return self.post("/sheets", office="453").url.rpartition("/")[2]

    def stream(self, sheet):
        """A stream of events with its `lines`: where they are let go of, the connection is closed."""
        stream = self.get(f"/events?sheet={sheet}", stream=True, headers={"Accept": "text/event-stream"})
        stream.lines = stream.iter_lines(decode_unicode=True)
        return stream

    @property
    def family(self):
        """The process and all that it has started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def ended(self):
        """The exit code, once it and all that it had started are gone."""
        code = self.process.wait(LONG)
        self.process.stdout.close()
        return code

    def logged(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@contextmanager
def serving(home):
    """Starts counters of a home; at the end they are ended by force, whatever became of the test."""
    with ExitStack() as stack:

        def start(*arguments, **environment):
            served = Served(home, *arguments, **environment)
            stack.callback(served.process.stdout.close)
            stack.callback(served.process.wait, LONG)
            stack.callback(served.process.kill)
            stack.callback(served.session.close)
            return served

        yield start


@pytest.fixture
def serve(staffed):
    with serving(staffed) as start:
        yield start


@pytest.fixture(scope="module")
def shared(tmp_path_factory, loaded_store):
    """One counter for all tests that only look."""
    home = tmp_path_factory.mktemp("shared")
    shutil.copy(loaded_store, home / "acros.sqlite3")
    with serving(with_administrator(home)) as start:
        yield start()


def gone(processes):
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def first_event(stream):
    """The data of its first event, once it has come."""
    return json.loads(next(line for line in stream.lines if line.startswith("data:"))[5:])


def settle(home: Path, **values):
    """Set values in the table of the web."""
    text = (home / "kiosk.toml").read_text()
    for name, value in values.items():
        text = re.sub(f"^# {name} = [^#\n]*", f"{name} = {json.dumps(value, default=str)} ", text, flags=re.MULTILINE)
    (home / "kiosk.toml").write_text(text)


# --- it serves --------------------------------------------------------------------------------------------------------


def test_it_says_its_address_once_it_answers_there(shared):
    assert shared.said == f"The counter is at {shared.url}/ (Ctrl-C ends it).\n"
    assert shared.get("/health").json()["parts"]["record"]["state"] == "good"


def test_it_says_its_address_in_french_and_opens_it_in_a_browser(serve, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o700)
    served = serve("--lang", "fr", "--open", BROWSER=f"{browser} %s")

    assert served.said == f"Le comptoir est à {served.url}/ (Ctrl-C l’arrête).\n"
    assert until(lambda: (tmp_path / "opened").exists() and (tmp_path / "opened").read_text()) == f"{served.url}/\n"


def test_the_helpers_are_warm_before_the_first_stamp(shared):
    """An officer does not wait for a process to be made."""
    parts = shared.get("/health").json()["parts"]

    assert (parts["press"]["code"], parts["reader"]["code"]) == ("running", "running")


def test_a_page_of_another_name_leads_nowhere(shared):
    """DNS rebinding."""
    assert shared.get("/health", headers={"Host": "evil.example"}).status_code == 421


def test_its_log_is_json_and_names_no_number(shared):
    served = shared
    served.log_in()
    number = served.open_sheet()
    served.get(f"/sheets/{number}")
    served.get("/numbers/99999001495785?client=Tremblay")
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2]))) as raw:
        raw.sendall(b"GET /find?text=99999001495785 Tremblay HTTP/1.1\r\n\r\n")
        assert b" 400 " in raw.recv(100)
    lines = until(lambda: [line for line in served.logged() if "nvalid" in line["message"]] and served.logged())

    assert any(line.get("endpoint") == "/sheets/<number>" and line["status"] == 200 for line in lines)
    for secret in (number, BADGE, PIN, "99999001495785", "Tremblay", "A. Officer"):
        assert secret not in served.log.read_text()


def test_a_process_that_dies_is_replaced_and_its_helpers_end_with_it(serve):
    served = serve()
    _, worker, *helpers = served.family
    worker.kill()

    until(lambda: gone([worker, *helpers]))
    assert served.get("/health").status_code == 200
    assert until(lambda: len(served.family) == 4)


# --- screens that move by themselves -----------------------------------------------------------------------------------


def test_a_screen_is_told_how_far_its_sheet_is_at_once_and_again_when_it_moves(serve, staffed):
    """Whoever writes: here it is another process."""
    served = serve()
    served.log_in()
    number = served.open_sheet()
    with served.stream(number) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        events = (line for line in stream.lines if line.startswith(("id:", "data:")))
        assert (next(events), json.loads(next(events)[5:])) == ("id: 1", {"sheet": number, "entries": 1})

        parts = Parts.of(str(staffed))
        with closing(parts.journal):
            parts.counter.failed(parts.counter.find(number), _unavailable(), BADGE)

        assert (next(events), json.loads(next(events)[5:])) == ("id: 2", {"sheet": number, "entries": 2})


def test_however_many_screens_are_open_a_scan_is_answered_at_once(serve, staffed):
    """Each stream keeps a thread: half are for answers, and who finds no room is told to ask now and then."""
    settle(staffed, threads=RESERVED + 4)
    served = serve()
    served.log_in()
    number = served.open_sheet()
    with ExitStack() as stack:
        for _ in range(4):
            first_event(stack.enter_context(served.stream(number)))
        refused = stack.enter_context(served.stream(number))

        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert served.get(f"/sheets/{number}").status_code == 200
    with until(lambda: _room(served, number)) as again:  # a browser that left has left its seat, too
        assert again.status_code == 200


def _room(served, number):
    stream = served.stream(number)
    if stream.status_code == 200:
        return stream
    stream.close()
    return None


def _unavailable():
    from kiosk.core.faults import Unavailable

    return Unavailable("printer", "down")


# --- it ends ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_its_time_with_streams_open_and_leaves_nothing(serve, how):
    """Quick to end: whoever restarts the service keeps officers waiting. 2 s of grace, some for the machine; else it is killed."""
    served = serve()
    served.log_in()
    number = served.open_sheet()
    with ExitStack() as stack:
        streams = [stack.enter_context(served.stream(number)) for _ in range(6)]
        for stream in streams:
            first_event(stream)
        family = served.family
        served.process.send_signal(how)
        began = time.monotonic()
        code = served.ended()
        took = time.monotonic() - began

        assert code == 0
        assert gone(family)
        assert "Traceback" not in served.log.read_text()
        assert took < 20


def test_interrupted_at_the_terminal_every_process_is_and_none_complains(staffed):
    """Ctrl-C goes to all of the terminal's processes at once."""
    leader, follower = pty.openpty()
    env = {**os.environ, "KIOSK_HOME": str(staffed)}
    command = [sys.executable, "-m", "kiosk", "web", "--port", "0"]
    process = subprocess.Popen(
        command, env=env, stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    os.close(follower)
    process.stdout.readline()
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    os.killpg(process.pid, signal.SIGINT)
    rest = process.stdout.read().decode()

    assert process.wait(LONG) == 0
    assert "Traceback" not in rest
    until(lambda: gone(family))
    process.stdout.close()
    os.close(leader)


def test_killed_it_leaves_no_process_behind(serve):
    """Nobody tells them to end: they notice."""
    served = serve()
    served.log_in()
    family = served.family
    assert len(family) == 4
    with served.stream(served.open_sheet()) as stream:
        first_event(stream)
        served.process.kill()

        until(lambda: gone(family))


def test_a_sheet_that_was_open_is_open_at_the_next_start(serve):
    served = serve()
    served.log_in()
    number = served.open_sheet()
    served.process.kill()
    served.process.wait(LONG)
    again = serve()
    again.session.cookies = served.session.cookies

    assert again.get(f"/sheets/{number}").url == f"{again.url}/sheets/{number}"  # who was logged in still is


def test_a_connection_on_which_nothing_has_come_yet_takes_no_thread():
    """Browsers open some ahead of need, and there are as many threads as there are."""
    waited = []
    silent = SimpleNamespace(initialized=False, wait_for_data=lambda seconds: bool(waited.append(seconds)))

    assert Worker.handle(None, silent) is gthread._DEFER
    assert waited == [0]


def test_silent_connections_do_not_keep_others_from_being_answered(shared):
    port = int(shared.url.rpartition(":")[2])
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))

        assert shared.get("/health").status_code == 200


QUESTIONS = {
    "no question": b"JUNK\r\n\r\n",
    "one that is answered": b"GET /health HTTP/1.0\r\n\r\n",
    "half a head": b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ",
    "half a body": b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 10000\r\n\r\ncsrf=",
}


@pytest.mark.parametrize("said", QUESTIONS)
def test_nobody_who_does_not_hang_up_or_go_on_keeps_others_from_being_answered(shared, said):
    """Before: twenty who did not hang up held everybody up for forty seconds; in the middle of a word, for as long as they liked.

    The time is not what is tested: it tells what is answered from what is answered when all of them have been given up.
    """
    port = int(shared.url.rpartition(":")[2])
    with ExitStack() as stack:
        for _ in range(60):
            other = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            other.sendall(QUESTIONS[said])

        assert requests.get(f"{shared.url}/login", timeout=15).status_code == 200


def test_where_all_connections_are_taken_the_silent_ones_make_room(shared):
    """Before, a thousand silent ones kept everybody else out until they had been silent for 75 seconds."""
    port = int(shared.url.rpartition(":")[2])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard) if hard >= 0 else 4096, hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(1100):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))

        assert requests.get(f"{shared.url}/login", timeout=30).status_code == 200


def test_what_is_no_question_is_answered_with_every_header_and_nothing_of_what_was_sent(shared):
    port = int(shared.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as other:
        other.sendall(b"GET /<script>99999001495785 JUNK\r\n\r\n")
        answer = b"".join(iter(lambda: other.recv(4096), b"")).decode()

    assert answer.startswith("HTTP/1.1 400 Bad Request\r\n")
    assert all(f"{name}: {value}\r\n" in answer for name, value in HEADERS.items())
    assert "JUNK" not in answer
    assert "script>" not in answer


def test_who_stops_in_the_middle_of_a_question_does_not_keep_the_thread_for_ever():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        impatient(listener, 1)
        with (
            socket.create_connection(listener.getsockname()),
            closing(listener.accept()[0]) as half,
            pytest.raises(BlockingIOError),
        ):
            half.recv(1)


# --- what forbids a start ---------------------------------------------------------------------------------------------


@pytest.fixture
def refused(kiosk, staffed):
    """The words of a start that is refused."""

    def run(*arguments, **settings):
        settle(staffed, **settings)
        done = kiosk("web", *arguments)
        assert done.code == 1
        return done.err

    return run


def test_without_anybody_who_may_log_in_it_does_not_start(kiosk, home):
    """Where there is a terminal, the first administrator is made there."""
    done = kiosk("web", "--port", "0", typed="")

    assert done.code == 1
    assert done.err.startswith("Refused: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "kiosk.example"])
def test_in_clear_it_is_served_to_this_machine_alone(refused, host):
    """Badge and PIN would go over the network for all to read."""
    assert f"At {host} others could read badges" in refused("--host", host)


def test_a_port_that_is_taken_is_said(refused):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert f"Something else already listens at 127.0.0.1:{port}." in refused("--port", str(port))


def test_a_port_of_the_system_s_is_said(refused, monkeypatch):
    """Root may take it, so that the refusal is played."""

    def bind(listener, address):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", bind)

    assert "This user may not listen at 127.0.0.1:443" in refused("--port", "443")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_found_wrong_by_the_process_that_serves_is_said_in_words(staffed, language):
    """A store that can't be made of its settings: no trace, no second try, and the exit code of a refusal."""
    settle(staffed, budget="soon")
    env = {**os.environ, "KIOSK_HOME": str(staffed)}
    command = [sys.executable, "-m", "kiosk", "web", "--port", "0", "--lang", language]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONG, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith({"en": "Refused: ", "fr": "Refusé : "}[language])
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_address_that_is_not_ours_is_said(refused):
    assert "192.0.2.7:0 is no address of this machine." in refused("--host", "192.0.2.7", "--port", "0", proxy=True)


# --- TLS --------------------------------------------------------------------------------------------------------------


def certificate(folder, name="kiosk", begin=-1, end=365):
    """A certificate that signs itself, and its key, as PEM files; valid from and to days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begin))
        .not_valid_after(now + timedelta(days=end))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    paths[0].write_bytes(made.public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return paths


def test_with_a_certificate_it_is_served_by_tls_and_cookies_are_for_tls_alone(serve, staffed, tmp_path):
    paths = certificate(tmp_path)
    settle(staffed, certificate=str(paths[0]), key=str(paths[1]), names=["localhost"])
    served = serve("--host", "0.0.0.0")
    served.session.verify = str(paths[0])

    answer = served.get("/login")

    assert served.url.startswith("https://localhost:")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Secure" in answer.headers["Set-Cookie"]
    served.log_in()
    with served.stream(served.open_sheet()) as stream:
        assert first_event(stream)["entries"] == 1


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_not_spoken(serve, staffed, tmp_path, version):
    paths = certificate(tmp_path)
    settle(staffed, certificate=str(paths[0]), key=str(paths[1]))
    served = serve()
    port = int(served.url.rpartition(":")[2])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with _quietly():
        context.minimum_version = context.maximum_version = version

    with socket.create_connection(("127.0.0.1", port)) as raw, pytest.raises((ssl.SSLError, ConnectionResetError)):
        context.wrap_socket(raw)


@contextmanager
def _quietly():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is why it is tried
        yield


def test_a_certificate_that_is_not_fit_is_refused_in_words(refused, tmp_path):
    good, other = certificate(tmp_path, "good"), certificate(tmp_path, "other")
    past, future = certificate(tmp_path, "past", -20, -10), certificate(tmp_path, "future", 10, 20)
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate")
    cases = [
        (good[0], other[1], f"The key {other[1]} is not the one of the certificate {good[0]}."),
        (past[0], past[1], f"The certificate {past[0]} was valid until"),
        (future[0], future[1], f"The certificate {future[0]} is valid from"),
        (rubbish, good[1], f"The certificate or its key can't be read: {rubbish}: "),
        (good[0], rubbish, f"The certificate or its key can't be read: {rubbish}: "),
        (tmp_path / "nowhere.pem", good[1], f"{tmp_path / 'nowhere.pem'}: No such file or directory"),
        (good[0], tmp_path / "nowhere.key", "nowhere.key"),
    ]
    home = Path(os.environ["KIOSK_HOME"])
    plain = (home / "kiosk.toml").read_text()
    for pem, key, words in cases:
        (home / "kiosk.toml").write_text(plain)
        assert words in refused("--port", "0", certificate=pem, key=key)


def test_a_key_with_a_password_is_refused_and_nobody_is_asked_for_it(refused, tmp_path):
    """A service has no terminal: it would hang."""
    pem, path = certificate(tmp_path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    locked = serialization.BestAvailableEncryption(b"secret")
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))

    assert "the key has a password" in refused("--port", "0", certificate=pem, key=path)
