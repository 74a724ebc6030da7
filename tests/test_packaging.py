"""One wheel: three packages, the templates inside the kiosk, and nothing that belongs to nobody."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)], cwd=ROOT, check=True, capture_output=True
    )
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        yield archive.namelist()


def test_the_wheel_holds_three_packages_and_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"kiosk", "drivers", "acros_stub"}


def test_every_template_is_inside(wheel):
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]

    assert templates
    assert {f"kiosk/{path.relative_to(ROOT)}" for path in templates} <= set(wheel)


def test_every_module_and_data_file_is_inside(wheel):
    files = subprocess.run(
        ["git", "ls-files", "kiosk", "drivers", "acros_stub"], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert set(files.stdout.split()) <= set(wheel)


def test_the_project_names_no_machine_and_no_registry():
    """What is in the repository runs anywhere."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    words = ("pypi" + ".org", "files.python" + "hosted", "deb." + "debian", "/" + "work/", "registry." + "npmjs")

    found = [(name, word) for name in listed for word in words if word.encode() in (ROOT / name).read_bytes()]

    assert found == []
