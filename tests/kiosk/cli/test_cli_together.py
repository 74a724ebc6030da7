"""Several at one home, and what is taken away from it: found by attacking the kiosk through its own commands."""

import io
import json
import shutil
import subprocess
import sys

import pikepdf
import pytest
from PIL import Image, ImageFilter

from kiosk.cli.terminal import written
from kiosk.core.faults import Unavailable
from tests.drivers.pictures import form

N = "99999001495785"
HEAD = ("--office", "453", "--badge", "12345")


def started(home, *arguments, typed=None):
    command = [sys.executable, "-m", "kiosk", *map(str, arguments)]
    env = {"PATH": "/usr/bin:/bin", "KIOSK_HOME": str(home)}
    process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if typed is not None:
        process.stdin.write(typed)
    process.stdin.close()
    return process


def test_three_scanners_at_one_home_are_all_answered(kiosk, home):
    """Q10: whoever waits for another's entry is not told that his clock is wrong, and no scan is lost."""
    kiosk("query", N)
    processes = [started(home, "query", "--json", typed=f"{N}\n" * 25) for _ in range(3)]

    done = [(process.stdout.read(), process.wait()) for process in processes]

    for process in processes:
        process.stdout.close()
        process.stderr.close()
    assert [code for _, code in done] == [0, 0, 0]
    assert [[row["status"] for row in json.loads(out)["rows"]] for out, _ in done] == [["R"] * 25] * 3
    assert kiosk("journal", "verify").code == 0


def test_officers_who_stamp_at_once_wait_for_one_another(kiosk, home, tmp_path):
    """Q10: the sealing keys are one process's alone, for as long as a stamp takes."""
    kiosk("keys", "show")
    processes = [started(home, "prove", N, *HEAD, "--out", tmp_path / str(n)) for n in range(4)]

    codes = [process.wait() for process in processes]

    for process in processes:
        process.stdout.close()
        process.stderr.close()
    assert codes == [0, 0, 0, 0]
    assert len({path.name for path in tmp_path.glob("*/*.pdf")}) == 4


def test_a_record_that_was_taken_away_is_not_begun_anew(kiosk, home, tmp_path):
    """Q10: else sheet numbers would be given twice; what was kept elsewhere can be taken back."""
    kiosk("prove", N, *HEAD, "--out", tmp_path)
    copy = kiosk("backup", "--json", home / "copies").json
    for path in home.glob("journal.sqlite3*"):
        path.unlink()

    lost = kiosk("prove", N, *HEAD, "--out", tmp_path)

    assert lost.code == 3
    assert "taken away" in lost.err
    assert kiosk("restore", copy["backup"], "--against", copy["backup"].replace(".sqlite", ".checkpoint")).code == 0
    assert kiosk("prove", N, *HEAD, "--out", tmp_path).code == 0
    assert len(list(tmp_path.glob("*.pdf"))) == 2


def test_a_page_on_which_nothing_was_found_forbids_the_stamp(kiosk, tmp_path):
    """Q4: a scan too blurred to show that there are barcodes is not passed over."""
    kiosk("form", N, "--office", "453", "--out", tmp_path / "good.pdf")
    blurred = Image.new("L", (1275, 1650), 255).filter(ImageFilter.GaussianBlur(4))
    page = io.BytesIO()
    blurred.save(page, "PDF", resolution=150)
    with pikepdf.open(tmp_path / "good.pdf") as whole, pikepdf.open(io.BytesIO(page.getvalue())) as more:
        whole.pages.extend(more.pages)
        whole.save(tmp_path / "form.pdf")

    done = kiosk("prove", tmp_path / "form.pdf", *HEAD, "--out", tmp_path / "out")

    assert done.code == 1
    assert "Row 2" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore:Copying pages")
def test_a_file_signed_with_a_revoked_key_is_not_well_signed(kiosk, home, tmp_path):
    """P2: a thief who has the PDF key, but a picture of a genuine sheet, gets no good signature."""
    from datetime import UTC, datetime

    from kiosk.adapters.pades import PdfSigner

    kiosk("keys", "show")
    shutil.copytree(home / "keys", tmp_path / "stolen")
    kiosk("keys", "rotate")
    old = kiosk("keys", "show", "--json").json["keys"][0]["kid"]
    kiosk("keys", "revoke", old)
    proof = kiosk("prove", "--json", N, *HEAD, "--out", tmp_path).json["proof"]
    fresh = io.BytesIO()
    with pikepdf.open(proof) as document, pikepdf.new() as bare:
        bare.pages.extend(document.pages)
        for page in bare.pages:
            del page.obj["/Annots"]
        bare.save(fresh)
    key, certificate = (next((tmp_path / "stolen").glob(f"*.{end}")).read_bytes() for end in ("pdf", "crt"))
    (tmp_path / "forged.pdf").write_bytes(PdfSigner(key, certificate).sign(fresh.getvalue(), datetime.now(UTC)))

    assert kiosk("verify", "--json", tmp_path / "forged.pdf").json["signature"] == "unknown-signer"


def test_bytes_before_a_pdf_do_not_hide_that_it_was_altered(kiosk, tmp_path):
    """P2."""
    proof = kiosk("prove", "--json", N, *HEAD, "--out", tmp_path).json["proof"]
    with open(proof, "rb") as file:  # noqa: PTH123 - a path as text
        (tmp_path / "moved.pdf").write_bytes(b"%" + b"x" * 100 + b"\n" + file.read() + b"\n% added\n%%EOF\n")

    assert kiosk("verify", "--json", tmp_path / "moved.pdf").json["code"] == "altered"


def test_a_picture_is_compared_with_its_print_and_says_so_where_there_is_none(kiosk, tmp_path):
    """Q7: a scan has no text layer; what is printed there is read."""
    import pypdfium2

    kiosk("form", N, "--office", "453", "--out", tmp_path / "form.pdf")
    page = pypdfium2.PdfDocument(tmp_path / "form.pdf")[0].render(scale=300 / 72).to_pil()
    page.save(tmp_path / "form.png")
    (symbol,) = kiosk("read", "--json", tmp_path / "form.png").json["pages"][0]["symbols"]
    x0, y0, x1, y1 = symbol["box"]
    page.crop((x0 - 60, y0 + 4, x1 + 60, y1 - 4)).save(tmp_path / "bars.png")

    assert symbol["compared"]
    for name, said in (("form.pdf", False), ("form.png", False), ("bars.png", True)):
        assert ("not-compared" in kiosk("query", "--json", tmp_path / name).json["rows"][0]["advice"]) is said
    assert "Printed number not compared" in kiosk("read", tmp_path / "bars.png").out


def test_a_scanned_row_that_prints_another_number_is_refused_with_both(kiosk, tmp_path):
    """Q7: on paper as in a PDF."""
    import pypdfium2

    pdf = form((N,), printed=(f"{N[:-1]}7",))
    pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil().save(tmp_path / "scan.png")
    (row,) = kiosk("query", "--json", tmp_path / "scan.png").json["rows"]

    assert (row["status"], row["refusal"]["code"]) == (None, "printed-differs")


def test_two_seals_are_read_from_a_text_however_it_is_wrapped(kiosk, home, tmp_path):
    """P2: a mail breaks lines."""
    kiosk("prove", *[f"XXXX{n:08}" for n in range(21)], *HEAD, "--out", tmp_path)
    seals = next(json.loads(line)["is"]["seals"] for line in kiosk("journal", "export").out.splitlines() if '"Stamped"' in line)
    wrapped = "\n".join("\n".join(seal[n : n + 76] for n in range(0, len(seal), 76)) for seal in seals)
    (tmp_path / "seals.txt").write_text(wrapped)

    for given in (wrapped, tmp_path / "seals.txt"):
        assert kiosk("verify", "--json", given).json["pages"] == [1, 2]


@pytest.mark.parametrize("arguments", [
    ["query", "é" * 200], ["prove", N, *HEAD, "--remove", "1" * 5000 + "=x"], ["backup", "/dev/null/x"],
    ["verify", "x", "--key", "A" * 5000], ["verify", "\udcff"], ["journal", "verify", "--against", "9" * 5000],
    ["form", N, "--client", "a\x01b"], ["journal", "search", "--day", "yesterday"],
])  # fmt: skip
def test_no_argument_is_too_odd_to_be_refused_in_words(kiosk, arguments):
    done = kiosk(*arguments)

    assert done.code in {1, 3}
    assert done.err or done.out


@pytest.mark.parametrize("url", ["bogus", "sqlite://", "mysql://a/b"])
def test_a_record_that_can_not_be_is_a_bad_setting(kiosk, home, url):
    kiosk("journal", "checkpoint")
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('# url = ""                     # postgresql', f'url = "{url}" # postgresql'))

    done = kiosk("query", N)

    assert done.code == 1
    assert "journal.url" in done.err


def test_what_happened_is_found_by_the_day_of_the_office(kiosk, home):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    kiosk("query", N)
    today = f"{datetime.now(ZoneInfo('America/Toronto')):%Y-%m-%d}"

    assert kiosk("journal", "search", "--day", today).code == 0
    assert kiosk("journal", "search", "--day", "2020-02-29").code == 1


def test_a_disk_that_takes_no_more_leaves_no_half_file(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))

    with pytest.raises(Unavailable, match="disk-full"):
        written(tmp_path / "sheet.pdf", b"x")

    assert list(tmp_path.iterdir()) == []
