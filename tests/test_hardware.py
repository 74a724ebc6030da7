"""The pages of hardware/: every symbol is read back, every value has its public source, nothing is claimed that was not tried."""

import importlib.util
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from drivers.picture import engines
from kiosk.core.programming import programmed
from kiosk.settings.scanners import scanner_tables

HARDWARE = Path(__file__).parent.parent / "hardware"
PAGES = sorted((HARDWARE / "scanners").glob("*.md"))
CODES = tomllib.loads((HARDWARE / "scanners" / "codes.toml").read_text())["code"]
MODELS = ("ds2208", "ds9308", "voyager", "genesis", "quickscan", "newland")


@pytest.fixture(scope="module")
def symbols():
    spec = importlib.util.spec_from_file_location("hardware_symbols", HARDWARE / "symbols.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def picture(code):
    return Image.open(HARDWARE / "scanners" / "symbols" / f"{code['file']}.png")


@pytest.mark.parametrize("code", CODES, ids=lambda code: code["file"])
def test_our_own_decoder_reads_a_symbol_back(code):
    """What its source says stands in it: the text, and that it is meant for the scanner (FNC3)."""
    grey = np.asarray(picture(code).convert("L"))
    (found,) = zxingcpp.read_barcodes(grey)

    assert {reading.text for reading in [*engines.zxing(grey), *engines.zbar(grey)]} == {code["text"]}
    assert [one.data.decode() for one in pyzbar.decode(grey)] == [code["text"]]
    assert (found.text, found.symbology_identifier[:2], found.extra["ReaderInit"]) == (code["text"], "]C", True)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code["file"])
def test_a_picture_is_what_the_generator_draws(symbols, code):
    drawn = symbols.draw(code["text"], code["fnc3"])

    assert np.array_equal(np.asarray(picture(code)), np.asarray(drawn))


@pytest.mark.parametrize("text", ["PAP131.", "@SETUPE1", "~}| !", "A\r"])
@pytest.mark.parametrize("fnc3", ["", "start", "end"])
def test_the_generator_encodes_as_zxing_cpp_reads(symbols, text, fnc3):
    (found,) = zxingcpp.read_barcodes(np.asarray(symbols.draw(text, fnc3).convert("L")))

    assert (found.text, bool(found.extra)) == (text, bool(fnc3))


def test_the_generator_refuses_what_it_would_draw_wrongly(symbols):
    with pytest.raises(ValueError, match="expected control characters at the end only, got 'A"):
        symbols.values("A\rB", "")


@pytest.mark.parametrize("code", CODES, ids=lambda code: code["file"])
def test_every_value_and_its_form_have_public_sources(code):
    assert code["fnc3"] in {"start", "end"}
    assert code["mode"] in {"hid-pos", "serial", "keyboard"}
    for source in (*code["value"], *code["form"]):
        assert source.startswith("https://")


@pytest.mark.parametrize("code", CODES, ids=lambda code: code["file"])
def test_a_symbol_of_ours_met_at_the_counter_is_refused_by_its_makers_name(code):  # T32
    assert programmed(code["text"]) == code["maker"]


def test_every_symbol_is_listed_and_used_and_no_other_lies_there():
    listed = {f"{code['file']}.png" for code in CODES}
    used = {name for page in PAGES for name in re.findall(r"\(symbols/([^)]+)\)", page.read_text())}

    assert {path.name for path in (HARDWARE / "scanners" / "symbols").iterdir()} == listed == used


def test_there_is_a_page_for_each_of_the_common_models():
    assert len(PAGES) >= 6
    assert all(any(model in page.name for page in PAGES) for model in MODELS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_all_its_parts_in_both_languages(page):
    said = page.read_text()

    for heading in ("USB", "Modes", "kiosk.toml", "Quirks · Particularités", "Not tried by us · Non essayé par nous", "Sources"):
        assert f"\n## {heading}\n" in said
    assert "None of this was tried on the hardware by us" in said
    assert "Rien de ceci n’a été essayé par nous" in said
    assert "En français" in said


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_mode_has_a_symbol_of_ours_or_the_chapter_of_the_manual_and_never_a_guess(page):
    rows = [line for line in page.read_text().splitlines() if re.match(r"\| [0-9] \|", line)]
    texts = {code["text"].strip(): code for code in CODES}

    assert len(rows) in {2, 3}
    for row in rows:
        _, _, mode, scan, other, _ = (cell.strip() for cell in row.split("|"))
        shown = re.findall(r"`([^`]+)`", scan)
        assert other
        if not shown:
            assert scan == "no public value · aucune valeur publique"
            continue
        code = texts[shown[0]]
        assert f"symbols/{code['file']}.png" in scan
        assert code["maker"].lower() in page.name
        assert {"hid-pos": "HID-POS", "serial": "USB-COM", "keyboard": "Keyboard"}[code["mode"]] in mode


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_settings_that_a_page_shows_are_settings(page):
    (block,) = re.findall(r"```toml\n(.*?)```", page.read_text(), re.DOTALL)
    (table,) = scanner_tables(tomllib.loads(block)["scanner"])

    assert table.name == "counter 1"


@pytest.mark.parametrize("page", [*PAGES, HARDWARE / "README.md"], ids=lambda page: page.stem)
def test_no_link_between_the_pages_is_dead(page):
    for target in re.findall(r"\]\((?!http)([^)]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_front_page_leads_to_every_model():
    front = (HARDWARE / "README.md").read_text()

    for page in PAGES:
        assert f"(scanners/{page.name})" in front
