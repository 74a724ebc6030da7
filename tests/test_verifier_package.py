"""The small verifier: one wheel that needs two packages, says the same as the kiosk, and grows by nothing unseen (P2)."""

import json
import re
import subprocess
import sys
import sysconfig
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.words import words
from verifier import vectors, vendoring

ROOT = Path(__file__).parent.parent
NEEDED = ("cbor2", "_cbor2*", "cryptography", "_cffi_backend*", "cffi", "pycparser")
"""The two packages, with what cryptography itself stands on."""
RUNNER = """
import json, sys
from datetime import datetime, timedelta
from release_kiosk_verify import Forged, read_lists, verify

file = json.load(open(sys.argv[1], encoding="utf-8"))
now, limit = datetime.fromisoformat(file["now"]), timedelta(hours=file["limit_hours"])
said = []
for case in file["cases"]:
    try:
        holds = [file["lists"][one].encode() for one in case["holds"]]
        lists = read_lists(file["trust"].encode(), bytes.fromhex(file["root"]), holds, now)
        found = verify([[text.encode() for text in page] for page in case["pages"]], lists, now, limit)
        rows = [{"row": one.row.place, "outcome": one.outcome, "why": one.why} for one in found.rulings]
        said.append([None, rows, list(found.verdict.missing)])
    except Forged as no:
        said.append([no.code, None, []])
loaded = {one.partition(".")[0] for one in sys.modules} - set(sys.stdlib_module_names)
print(json.dumps({"said": said, "loaded": sorted(loaded)}))
"""
FILE = json.loads(vectors.FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The Python of an environment in which there are the wheel and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheel")]
    subprocess.run(build, cwd=ROOT / "verifier", check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    site, ours = next((folder / "venv").glob("lib/python*/site-packages")), Path(sysconfig.get_path("platlib"))
    for pattern in NEEDED:
        for path in ours.glob(pattern):
            (site / path.name).symlink_to(path)
    with zipfile.ZipFile(next((folder / "wheel").glob("*.whl"))) as wheel:
        wheel.extractall(site)
    return folder / "venv" / "bin" / "python"


def run(bare, *arguments, language="en", given=""):
    """Exit code and output of a run in that environment, where nothing of this one can be found."""
    env = {"KIOSK_LANG": language, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [bare, *arguments], cwd=bare.parents[2], env=env, input=given, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """The lists of the vectors as files."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "trust").write_text(FILE["trust"])
    for name in FILE["lists"]:
        (folder / name).write_text(FILE["lists"][name])
    (folder / "seal").write_text(FILE["cases"][0]["pages"][0][0])
    return folder


def test_it_says_what_every_vector_says_with_two_packages(bare, texts):
    """P2, P4: an environment without the kiosk; what was loaded is told by itself."""
    (texts / "runner.py").write_text(RUNNER)
    code, output = run(bare, str(texts / "runner.py"), str(vectors.FILE))
    told = json.loads(output)

    expected = [[case["forged"], case["rows"], case["missing"] if not case["forged"] else []] for case in FILE["cases"]]
    assert (code, told["said"]) == (0, expected)
    assert {"release_kiosk_verify", "cbor2", "cryptography"} <= set(told["loaded"])
    assert {one for one in told["loaded"] if not one.startswith("_")} <= {"release_kiosk_verify", "cbor2", "cryptography"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_command_says_what_a_proof_comes_to_and_ends_with_a_code_of_its_own(bare, texts, language):
    """P2: today's clock is later than the vectors' lists, so that it says to ask; and never release."""
    base = ["-m", "release_kiosk_verify", "--trust", str(texts / "trust"), "--root", FILE["root"], "--lang", language]
    seal, small = str(texts / "seal"), words(language)

    code, output = run(bare, *base, "--holds", str(texts / "ccn held"), seal)
    assert (code, "XXXX0000012345" in output) == (3, True)
    assert small.say("cli.small.outcome.held") in output
    code, output = run(bare, *base, FILE["cases"][0]["pages"][0][0])
    assert (code, small.say("cli.small.why.no-list") in output) == (3, True)
    altered = next(case for case in FILE["cases"] if case["name"] == "altered: number")["pages"][0][0]
    code, output = run(bare, *base, "--json", "-", given=altered)
    assert (code, json.loads(output)["code"]) == (1, "bad-signature")
    code, output = run(bare, *base, "--holds", str(texts / "voided"), seal)
    assert (code, "K7QD.000123" in output) == (1, True)


def test_a_file_of_the_lists_of_all_stations_is_read_and_one_of_none_is_none(bare, texts):
    """P4: as a kiosk serves them, a line each."""
    base = ["-m", "release_kiosk_verify", str(texts / "seal"), "--trust", str(texts / "trust"), "--root", FILE["root"], "--json"]
    (texts / "both").write_text("".join(f"{FILE['lists'][one]}\n" for one in ("ccn held", "other station")))
    (texts / "nothing").write_text("\n")
    for name, stations in (("both", ["K7QD", "M2XB"]), ("nothing", [])):
        code, output = run(bare, *base, "--holds", str(texts / name))
        assert (code, sorted(json.loads(output)["holds_known_to"])) == (3, stations)


def test_lists_that_can_t_be_believed_are_a_fault_of_their_own(bare, texts):
    """P2: a proof is not called forged for them."""
    base = ["-m", "release_kiosk_verify", str(texts / "seal"), "--trust", str(texts / "trust")]
    for more in (["--root", FILE["wrong_root"]], ["--root", "zz"], ["--root", FILE["root"], "--holds", str(texts / "trust")]):
        code, output = run(bare, *base, *more)
        assert code == 2
        assert "NOT A PROOF" not in output


def test_what_it_shares_with_the_kiosk_is_known_and_needs_nothing_more():
    """Whoever lets one of these import more makes the warehouse install it: the list is here to be looked at."""
    shared = vendoring.closure()
    core = {
        "answer",
        "faults",
        "hold",
        "meaning",
        "printed",
        "programming",
        "proof",
        "reference",
        "sheet",
        "stamp",
        "trust",
        "verdict",
    }
    seals = {f"kiosk.adapters.ed25519.{name}" for name in ("cose", "hold", "seal", "shape", "trust")}
    assert set(shared) == {f"kiosk.core.{name}" for name in core} | seals

    said = "\n".join(path.read_text(encoding="utf-8") for path in (*shared.values(), *vendoring.own()))
    tops = {line.split()[1].partition(".")[0] for line in re.findall(r"^(?:from|import) \S+", said, re.MULTILINE)}
    assert tops - set(sys.stdlib_module_names) == {"cbor2", "cryptography", "kiosk", "release_kiosk_verify"}
    assert not tops & {"fcntl", "pwd", "grp", "resource", "termios"}, "a warehouse's computer may run Windows"


def test_every_outcome_and_reason_has_its_words():
    said = {case_row["why"] for case in FILE["cases"] for case_row in case["rows"] or []}
    for language in ("en", "fr"):
        found = vendoring.sentences(language)
        assert {f"cli.small.why.{why}" for why in said} <= set(found)
        assert {f"refusal.{case['forged']}" for case in FILE["cases"] if case["forged"]} <= set(found)
    assert datetime.fromisoformat(FILE["now"]).tzinfo


@pytest.mark.parametrize("hours", ["nan", "inf", "-1", "169", "soon"])
def test_an_age_that_would_let_goods_out_on_any_list_is_refused(bare, texts, hours):
    """P4: `nan` is older than nothing and newer than nothing."""
    given = ["-m", "release_kiosk_verify", texts / "seal", "--trust", texts / "trust", "--root", FILE["root"], "--hours", hours]
    assert run(bare, *given)[0] == 2
