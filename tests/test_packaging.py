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

    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"kiosk", "drivers", "acros_stub"}


def test_units_and_rules_lie_beside_the_program(wheel):
    """What a machine needs of them is where the program is: no checkout is needed."""
    beside = {name.partition(".data/data/share/kiosk/")[2] for name in wheel}

    assert {"systemd/kiosk-station.service", "systemd/kiosk-session", "hardware/udev/60-kiosk-scanner.rules"} <= beside


def test_every_template_is_inside(wheel):
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]

    assert templates
    assert {f"kiosk/{path.relative_to(ROOT)}" for path in templates} <= set(wheel)


def files(*folders: str):
    """The project's own files: not what tools and runs leave behind. No version control is needed to know them."""
    left = {"__pycache__", ".venv", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis"}
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not left & set(path.relative_to(ROOT).parts) and path.suffix != ".pyc":
                yield path


def test_every_module_and_data_file_is_inside(wheel):
    assert {str(path.relative_to(ROOT)) for path in files("kiosk", "drivers", "acros_stub")} <= set(wheel)


def test_the_project_names_no_machine_and_no_registry():
    """What is in the repository runs anywhere."""
    words = ("pypi" + ".org", "files.python" + "hosted", "deb." + "debian", "/" + "work/", "registry." + "npmjs")

    found = [(path.name, word) for path in files("") for word in words if word.encode() in path.read_bytes()]

    assert found == []
