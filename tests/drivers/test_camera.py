"""The camera's shell and its process. Pictures come from folders and files (simulated); real V4L2 is the rig's business."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from drivers.camera import Camera
from drivers.contract import ScannerContract
from drivers.manner import Manner
from drivers.scan import NoRead, Scan, ScannerLost, Symbology, Voice
from tests.drivers.frames_simulated import blurred, empty, held, page, saved, sensed, symbol

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
VOICE = Voice("scanner/desk", lambda: NOON)
NUMBER = "99999001495785"
SIZE = (640, 360)
ROOT = Path(__file__).parents[2]


def showing(rng, text, pictures=4, kind="Code128"):
    """Some pictures of one symbol, then of the table, for more than a second."""
    drawn = symbol(text, kind, 3)
    sheet = page((drawn, 10, 20), size=(drawn.shape[1] + 20, drawn.shape[0] + 40))
    place = {"width": 500, "y": 180, "size": SIZE}
    held_up = [sensed(blurred(held(sheet, x=320 + rng.normal(), **place), 0.5), rng) for _ in range(pictures)]
    return held_up + [empty(rng, size=SIZE) for _ in range(11)]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """One number, simulated."""
    return saved(tmp_path_factory.mktemp("one") / "frames", showing(np.random.default_rng(1), NUMBER))


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    """Many pictures of the table: a camera that has nothing to say for a while."""
    folder = tmp_path_factory.mktemp("endless")
    saved(folder / "frames", [empty(np.random.default_rng(n), size=SIZE) for n in range(12)])
    for n in range(12, 3000):  # more pictures by turns than a frozen driver has buffers
        (folder / "frames" / f"{n:05}.png").symlink_to(f"{n % 12:05}.png")
    return f"folder:{folder / 'frames'}"


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """Three numbers, and a quarrel before the last."""
    rng = np.random.default_rng(2)
    quarrel = [showing(rng, "8XXXPARS123456", 1)[0], *showing(rng, "8XXXPARS123457", 2)]
    pictures = [*showing(rng, NUMBER), *showing(rng, "XXXX7700112", kind="Code39"), *quarrel, *showing(rng, NUMBER)]
    return saved(tmp_path_factory.mktemp("contract") / "frames", pictures)


class TestCamera(ScannerContract):
    texts = (NUMBER, "XXXX7700112", NUMBER)
    no_reads = 1

    @pytest.fixture
    def make(self, frames):
        return lambda: Camera(frames, voice=VOICE)


def test_a_scan_says_where_it_is_from_and_what_it_was(node):
    """Q10."""
    with Camera(node, voice=Voice("scanner/desk", lambda: NOON, lambda: "7")) as camera:
        (scan,) = camera

    assert scan == Scan("7", NUMBER, NUMBER.encode(), "scanner/desk", NOON, Symbology.CODE128)
    assert (camera.opened.width, camera.opened.height, camera.opened.fourcc) == (640, 360, "folder")
    assert camera.beats > 1


def test_a_text_that_begins_like_an_identifier_is_left_whole(tmp_path):
    """Promise 3: the camera knows the kind from the decoder, so nothing is taken off the text."""
    with Camera(saved(tmp_path / "f", showing(np.random.default_rng(3), "]C0123")), voice=VOICE) as camera:
        (scan,) = camera

    assert (scan.text, scan.symbology) == ("]C0123", Symbology.CODE128)


def test_lengths_are_looked_at_and_prefixes_are_not(node):
    """A prefix is put on by a scanner; a camera puts none."""
    with Camera(node, voice=VOICE, manner=Manner(prefix="$", suffix="#", shortest=15)) as camera:
        (refused,) = camera

    assert isinstance(refused, NoRead)
    assert refused.reason == "too-short"


def test_a_video_file_serves_as_a_camera(tmp_path):
    """Simulated, with a codec between."""
    path = tmp_path / "film.avi"
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, SIZE)
    for picture in showing(np.random.default_rng(4), NUMBER):
        film.write(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
    film.release()

    with Camera(f"video:{path}", voice=VOICE) as camera:
        assert [scan.text for scan in camera] == [NUMBER]


def lost(node, **how):
    """Why a camera is lost, and what is said of it."""
    with pytest.raises(ScannerLost) as no, Camera(str(node), voice=VOICE, **how) as camera:
        list(camera)
    return no.value.why, str(no.value)


def test_a_frozen_camera_is_told_by_its_process(tmp_path):
    """T10, through the pipe."""
    rng = np.random.default_rng(5)
    why, words = lost(saved(tmp_path / "f", showing(rng, NUMBER, 3)[:3] * 10))

    assert why == "frozen"
    assert "the same for 1." in words


def test_what_is_no_camera_is_refused_by_name(tmp_path):
    """Bad input: a file, a folder, another device, a link to a file, an empty folder of pictures."""
    file = tmp_path / "video0"
    file.write_bytes(b"\0" * 100)
    link = tmp_path / "link"
    link.symlink_to(file)
    (tmp_path / "none").mkdir()

    for node in (file, link, tmp_path, "/dev/null", "/dev/tty", f"folder:{tmp_path / 'none'}", f"video:{file}"):
        why, words = lost(node)
        assert why == "not-a-device", node
        assert str(node).partition(":")[2] in words


def test_a_camera_that_is_not_there_is_gone(tmp_path):
    """D5."""
    (tmp_path / "link").symlink_to(tmp_path / "unplugged")

    assert lost(tmp_path / "video7")[0] == "gone"
    assert lost(tmp_path / "link")[0] == "gone"


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_a_decoder_that_aborts_costs_one_camera(endless, number):
    """T11, D5: it is told, nothing of it is left, and the next one opens."""
    with Camera(endless, voice=VOICE) as camera:
        pid = camera.pid
        os.kill(pid, number)
        with pytest.raises(ScannerLost, match=number.name) as no:
            list(camera)

    assert no.value.why == "failed"
    assert not psutil.pid_exists(pid)
    with Camera(endless, voice=VOICE) as camera:
        assert camera.pid != pid


def test_a_process_that_hangs_is_given_up(endless):
    """D5: OpenCV may wait in a driver for ever."""
    with Camera(endless, voice=VOICE, patience=0.3) as camera:
        os.kill(camera.pid, signal.SIGSTOP)
        with pytest.raises(ScannerLost, match=r"silence for 0\.3 s") as no:
            list(camera)
        pid = camera.pid

    assert no.value.why == "failed"
    assert not psutil.pid_exists(pid)


def test_left_from_another_thread_the_iteration_ends_at_once(endless):
    camera = Camera(endless, voice=VOICE)
    ended = threading.Event()

    def iterate():
        with camera:
            entered.set()
            list(camera)
        ended.set()

    entered = threading.Event()
    thread = threading.Thread(target=iterate)
    thread.start()
    assert entered.wait(60)
    camera.__exit__()
    thread.join(60)

    assert ended.is_set()
    assert list(camera) == []


def test_the_preview_comes_while_another_thread_iterates(endless):
    """Demand 4: made only when it is asked for."""
    with Camera(endless, voice=VOICE) as camera:
        thread = threading.Thread(target=lambda: list(camera))
        thread.start()
        pictures = [camera.preview(30) for _ in range(3)]
        camera.__exit__()
        thread.join(60)

    assert all(cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR).shape == (360, 640, 3) for one in pictures)
    assert camera.preview() is None


def test_without_a_listener_the_preview_is_none_in_time(endless):
    with Camera(endless, voice=VOICE) as camera:
        assert camera.preview(0.01) is None


def test_nothing_is_left_of_five_openings(endless):
    """T6: no process, no descriptor."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    pids = []
    for _ in range(5):
        with Camera(endless, voice=VOICE) as camera:
            pids.append(camera.pid)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert not any(map(psutil.pid_exists, pids))


def test_a_process_whose_shell_is_killed_ends_too(endless):
    """D5: no camera is held by nobody."""
    program = (
        "import sys; from datetime import UTC, datetime; from drivers.camera import Camera; from drivers.scan import Voice\n"
        f"camera = Camera({endless!r}, voice=Voice('x', lambda: datetime.now(UTC))).__enter__()\n"
        "print(camera.pid, flush=True); sys.stdin.read()"
    )
    shell = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    child = psutil.Process(int(shell.stdout.readline()))
    shell.kill()
    shell.wait()
    shell.stdin.close()
    shell.stdout.close()

    psutil.wait_procs([child], timeout=60)
    assert not child.is_running()


def test_the_shell_loads_no_decoder():
    """Its memory stays small, and nothing that may abort is in it."""
    program = (
        "import sys, drivers.camera; print(sorted({'cv2', 'numpy', 'zxingcpp', 'pyzbar', 'pypdfium2', 'PIL'} & set(sys.modules)))"
    )

    assert subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True).strip() == "[]"


def test_the_process_is_given_no_secret(node, monkeypatch):
    """Only what it needs of the surroundings."""
    monkeypatch.setenv("KIOSK_PIN", "483920")
    with Camera(node, voice=VOICE) as camera:
        surroundings = Path(f"/proc/{camera.pid}/environ").read_bytes()

    assert b"483920" not in surroundings


def test_a_node_that_one_may_not_open_is_no_permission(nodes):
    """Bad input: a device node without permission, met by one who is not root."""
    made = _video_node(nodes / "video0")
    with as_nobody():
        why = lost(nodes / "video0")[0]

    assert why == ("no-permission" if made else "gone")


@pytest.fixture
def nodes():
    """A folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp(prefix="nodes-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def as_nobody():
    """Without root's rights for a moment, where there are any."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def _video_node(node):
    """A node of a camera that nobody may open; only root can make one, and not everywhere."""
    try:
        os.mknod(node, stat.S_IFCHR, os.makedev(81, 250))
    except PermissionError:
        return False
    node.chmod(0)
    return True


def test_a_node_without_a_camera_behind_it_is_gone(nodes):
    """D5: the node outlives the camera for a moment."""
    node = nodes / "video0"
    if _video_node(node):
        node.chmod(0o600)

    assert lost(node)[0] == "gone"
