"""The stamped sheet: everything on it is read back from the page as it is printed."""

import hashlib
import itertools
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.adapters.pdf.layout import Box, layout
from kiosk.adapters.pdf.lettering import MM, Face, fitted, font_of, printable, width_of, wrapped
from kiosk.adapters.pdf.printed import marks, printed
from kiosk.core.answer import Reason
from kiosk.core.faults import Refusal
from kiosk.core.sheet import Faulty, Header, Line, QuerySheet, Waiting, row_text
from kiosk.core.stamp import Act
from tests.kiosk.adapters import pdf_samples as samples

SHEET = layout("sheet")


def slot(n, length=800):
    """The box of row n (from 1) on a page whose seal has this length."""
    space = SHEET.page.box("rows")
    modules = {800: 89, 300: 57}[length]
    foot = max(SHEET.areas["foot"].h, (modules + 8) * SHEET.mm["qr-module"] + SHEET.mm["qr-label"])
    return Box(space.x, space.y, space.w, space.h - foot - SHEET.mm["foot-gap"]).slices(SHEET.rows)[n - 1]


def cell(name, n):
    return SHEET.areas["row"].box(name, slot(n))


def codes(image, kind):
    return [found for found in zxingcpp.read_barcodes(image) if found.format == kind]


@pytest.mark.parametrize("specimen", [True, False])
def test_every_live_row_and_the_sheet_number_are_read_back_from_the_printed_page(specimen):  # Q2, Q9
    query = samples.sheet(20)
    image = samples.picture(samples.drawn(query, specimen=specimen))
    read = sorted(codes(image, zxingcpp.BarcodeFormat.Code128), key=lambda found: found.position.top_left.y)

    live = [row_text(row) for row in query.rows if isinstance(row, Line)]
    assert [found.text for found in read] == [samples.NUMBER, *live]


@pytest.mark.parametrize("dpi", [200, 300])
@pytest.mark.parametrize("length", [209, 800, 1500, 3391])
def test_the_seal_is_read_back_whole_whatever_its_length(dpi, length):  # P2
    query = samples.sheet(20)
    image = samples.picture(samples.drawn(query, length=length), dpi=dpi)

    assert [found.text for found in codes(image, zxingcpp.BarcodeFormat.QRCode)] == [samples.seal(length, 0).decode()]


def test_a_seal_that_no_code_can_hold_is_refused_and_not_clipped():
    with pytest.raises(Refusal, match="seal-too-long"):
        samples.drawn(samples.sheet(1), length=3392)


def test_each_page_of_a_long_sheet_carries_its_own_seal_the_stamp_and_its_place():  # P2, P5
    query = samples.sheet(45)
    pdf = samples.drawn(query)

    assert samples.pages(pdf) == 3
    for page in range(3):
        said = samples.text(pdf, page)
        seals = codes(samples.picture(pdf, page), zxingcpp.BarcodeFormat.QRCode)
        assert [found.text for found in seals] == [samples.seal(800, page).decode()]
        assert said.count(f"Page {page + 1} of 3 / Page {page + 1} de 3") == 2  # in the head and in the stamp
        assert "12345" in said
        assert "453" in said


def test_the_text_layer_says_all_that_the_paper_says():  # P5, Q9, Q11
    said = samples.text(samples.drawn(samples.sheet(20)))

    for words in (
        "RELEASED",
        "MAINLEVÉE ACCORDÉE",
        "NOT RELEASED",
        "SANS MAINLEVÉE",
        "NOT ON FILE",
        "NON AU DOSSIER",
        "Proof of release only for the rows marked R.",
        "Preuve de mainlevée pour les seules lignes marquées R.",
        "2026-11-22 10:04:05 -05:00",
        "(America/Toronto)",
        "keyed · office 409 · also NR as CCN",
        "saisi · bureau 409 · aussi NR comme NCF",
        "Removed / Retirée: the driver has left; the client will ask again",
        "Record / Registre: 1234-000102030405",
        "Authority / Autorité: acros-stub",
        "SPÉCIMEN",
        "Specimen from acros-stub: it proves nothing.",
        samples.LONGEST[:-3] + "002",
        "99999-000000007",
    ):
        assert words in said


def test_nothing_says_specimen_where_there_is_an_authority():  # decision 7
    said = samples.text(samples.drawn(samples.sheet(3), specimen=False)).lower()

    assert "specimen" not in said
    assert "spécimen" not in said


def test_a_page_without_a_released_row_says_that_it_proves_none():  # Q9
    held = QuerySheet(samples.NUMBER, samples.HEADER, (samples.line("99999-000000001", Reason.EXAM),))
    said = samples.text(samples.drawn(held, act=Act.STATUS))

    assert "No row of this page is marked R: it proves no release." in said
    assert "Proof of release" not in said
    assert "STATUS GIVEN" in said


def test_a_stamp_for_a_move_in_bond_says_that_it_is_no_release():  # P5, P6, fault 1
    held = QuerySheet(samples.NUMBER, samples.HEADER, (samples.line("8XXX-000001", Reason.ACCEPTED),))
    said = samples.text(samples.drawn(held, act=Act.IN_BOND))

    assert "AUTHORIZED TO MOVE IN BOND" in said
    assert "MOUVEMENT SOUS DOUANE AUTORISÉ" in said
    assert "This is no release / Ce n’est pas une mainlevée" in said
    assert "Authorized to move in bond only. This is no release: no goods leave a warehouse on it." in said
    assert "Proof of release" not in said
    with pytest.raises(ValueError, match="expected no R row"):
        samples.drawn(samples.sheet(3), act=Act.IN_BOND)


def test_no_stamp_says_released_over_nothing():  # Q9
    held = QuerySheet(samples.NUMBER, samples.HEADER, (samples.line("99999-000000001", Reason.EXAM),))

    with pytest.raises(ValueError, match="expected an R row under the act released, got none"):
        samples.drawn(held, act=Act.RELEASED)


def test_a_specimen_says_so_inside_its_stamp_too():  # decision 7
    assert "SPECIMEN / SPÉCIMEN – Release kiosk stamp" in samples.text(samples.drawn(samples.sheet(3)))


@pytest.mark.parametrize(
    "row",
    [
        Waiting(samples.line("99999-000000001").asked, "down"),
        Faulty("s", None, Refusal("not-read")),
    ],
)
def test_a_sheet_with_a_row_that_has_no_answer_is_never_drawn(row):  # Q4, Q6
    query = samples.sheet(3).add(row)

    with pytest.raises(Refusal, match="not-stampable"):
        samples.drawn(query)


def test_a_page_without_its_seal_is_never_drawn():  # P2
    with pytest.raises(ValueError, match="expected 2 seals, a page each, got 1"):
        samples.PAPER.sheet(samples.sheet(21), samples.stamp(), [samples.seal(300)], samples.CHECKPOINT.short)


def test_the_same_sheet_gives_the_same_bytes_in_another_process_too():  # issue 2, section 5
    draw = "import hashlib, pdf_samples as s; print(hashlib.sha256(s.drawn(s.sheet(21))).hexdigest())"
    here = Path(__file__).parent
    environment = {"PYTHONHASHSEED": "4711", "PYTHONPATH": f"{here}:{Path.cwd()}"}
    elsewhere = subprocess.run([sys.executable, "-c", draw], env=environment, capture_output=True, text=True, check=True)

    first, second = (hashlib.sha256(samples.drawn(samples.sheet(21))).hexdigest() for _ in range(2))
    assert first == second == elsewhere.stdout.strip()


def blackness(image, box, dpi=300):
    """The share of a box that is black when only black and white are left."""
    return float(np.mean(np.asarray(samples.crop(image, box, dpi)) < 128))


def test_only_r_is_a_black_block_in_black_and_white():  # Q3
    image = samples.picture(samples.drawn(samples.sheet(20)))
    shares = {
        n: (row.answer.status, blackness(image, cell("mark", n)))
        for n, row in enumerate(samples.sheet(20).rows, 1)
        if isinstance(row, Line)
    }

    assert min(share for status, share in shares.values() if status == "R") > 0.7
    assert max(share for status, share in shares.values() if status != "R") < 0.45
    assert {status for status, _ in shares.values()} == {"R", "NR", "N/A"}


def test_marks_are_told_apart_at_an_arms_length():  # Q3: a mark of 30 x 7 mm seen in 6 x 3 points
    image = samples.picture(samples.drawn(samples.sheet(20)))
    seen = {}
    for n, row in enumerate(samples.sheet(20).rows, 1):
        if isinstance(row, Line):
            far = samples.crop(image, cell("mark", n)).resize((6, 3), Image.Resampling.BOX)
            seen.setdefault(str(row.answer.status), []).append(np.asarray(far).astype(float).mean())

    assert max(seen["R"]) + 60 < min(seen["NR"]) < max(seen["NR"]) < min(seen["N/A"])


def test_a_specimen_differs_from_a_proof_and_yet_not_in_bars_marks_and_seal():
    query = samples.sheet(20)
    specimen, proof = (samples.picture(samples.drawn(query, specimen=flag)) for flag in (True, False))

    for n, row in enumerate(query.rows, 1):
        if isinstance(row, Line):
            assert samples.crop(specimen, cell("mark", n)) == samples.crop(proof, cell("mark", n))
    read = [sorted(found.text for found in zxingcpp.read_barcodes(image)) for image in (specimen, proof)]
    assert read[0] == read[1]
    grey = (np.asarray(specimen) > 180) & (np.asarray(specimen) < 250)
    assert grey.mean() > 0.03


VOID = "stamped for the wrong client; <b>the goods</b> are still at the dock {0}"


@pytest.mark.parametrize("specimen", [True, False])
def test_a_copy_says_so_on_each_page_and_in_its_stamp_and_is_the_same_proof_otherwise(specimen):  # P7, P2
    query = samples.sheet(21)
    first, copy = (samples.drawn(query, specimen=specimen, copy=number) for number in (1, 2))

    for page in range(2):
        assert "COPY" not in samples.text(first, page)
        said = samples.text(copy, page)
        assert ("COPY 2" in said, "COPIE 2" in said) == (True, True)
        assert f"Sheet / Feuille: {samples.NUMBER} – COPY 2 / COPIE 2" in said
        read = [sorted(found.text for found in zxingcpp.read_barcodes(samples.picture(pdf, page))) for pdf in (first, copy)]
        assert read[0] == read[1]
    assert samples.drawn(query, specimen=specimen) == first
    assert samples.pypdfium2.PdfDocument(copy).get_metadata_value("Title").endswith(f"{samples.NUMBER} – COPY 2 / COPIE 2")


@pytest.mark.parametrize("number", [2, 99, 12345])
def test_the_number_of_a_copy_is_shown_whole(number):  # P7
    said = samples.text(samples.drawn(samples.sheet(3), copy=number))

    assert said.count(f"COPY {number}") == said.count(f"COPIE {number}") == 2


@pytest.mark.parametrize(("mark", "said"), [("client", ("FOR CLIENT", "AU CLIENT")), ("retained", ("RETAINED", "CONSERVÉ"))])
def test_each_of_two_originals_says_on_each_page_whose_it_is_and_none_is_a_copy(mark, said):  # P7
    query = samples.sheet(21)
    pdf = samples.drawn(query, copy=1, mark=mark)

    for page in range(2):
        shown = samples.text(pdf, page)
        assert [shown.count(one) for one in said] == [2, 2]
        assert "COPY" not in shown
    assert samples.drawn(query, copy=1) == samples.drawn(query)
    read = [sorted(found.text for found in zxingcpp.read_barcodes(samples.picture(one, 0))) for one in (pdf, samples.drawn(query))]
    assert read[0] == read[1]


def test_a_copy_is_a_copy_whosever_original_it_is_of():  # P7
    assert "FOR CLIENT" not in samples.text(samples.drawn(samples.sheet(3), copy=2, mark="client"))


@pytest.mark.parametrize("specimen", [True, False])
def test_a_void_sheet_says_so_on_each_page_with_the_reason_and_bears_no_seal(specimen):  # P2: a withdrawn proof is none
    pdf = samples.drawn(samples.sheet(21), specimen=specimen, copy=3, void=VOID)

    for page in range(2):
        said, image = samples.text(pdf, page), samples.picture(pdf, page)
        assert f"Reason / Motif: {VOID}" in said
        assert "VOID: it proves nothing any more. / ANNULÉ : elle ne prouve plus rien." in said
        assert "VOID / ANNULÉ – Release kiosk stamp" in said
        assert said.count("VOID") == said.count("ANNULÉ") == 4  # across the page, below the rows, in the stamp, for the seal
        assert "Proof of release" not in said
        assert codes(image, zxingcpp.BarcodeFormat.QRCode) == []
        assert ("SPECIMEN" in said.upper()) == specimen
    assert "VOID / ANNULÉ" in samples.pypdfium2.PdfDocument(pdf).get_metadata_value("Title")


def test_void_is_pale_behind_the_rows_and_hides_none_of_them():  # P2, Q10
    query = samples.sheet(20)
    void, plain = (samples.picture(samples.drawn(query, specimen=False, void=reason)) for reason in (VOID, ""))

    for n, row in enumerate(query.rows, 1):
        if isinstance(row, Line):
            assert samples.crop(void, cell("mark", n)) == samples.crop(plain, cell("mark", n))
            assert row_text(row) in {found.text for found in codes(void, zxingcpp.BarcodeFormat.Code128)}
    grey = (np.asarray(void) > 180) & (np.asarray(void) < 250)
    assert grey.mean() > 0.03


def test_the_longest_reason_of_a_void_sheet_is_shown_whole():  # P2
    reason, widest = (
        "Marchandises retenues au quai par erreur; goods held at the dock by mistake, client told by phone, OK",
        "W" * 100,
    )
    assert len(reason) >= 95

    assert f"Reason / Motif: {reason}" in samples.text(samples.drawn(samples.sheet(1), void=reason))
    pdf = samples.pypdfium2.PdfDocument(samples.drawn(samples.sheet(1), void=widest))
    assert pdf.get_metadata_value("Subject").endswith(f" | {widest}")


def test_a_row_that_was_typed_says_so_beside_its_number_in_both_languages():  # Q11
    typed, scanned = (QuerySheet(samples.NUMBER, samples.HEADER, (samples.line("XXXX1", keyed=keyed),)) for keyed in (True, False))

    said = samples.text(samples.drawn(typed)).split()
    assert ("keyed" in said, "saisi" in said) == (True, True)
    assert not {"keyed", "saisi"} & set(samples.text(samples.drawn(scanned)).split())


def test_a_removed_row_is_struck_from_edge_to_edge_and_can_not_be_scanned():  # Q9
    image = samples.picture(samples.drawn(samples.sheet(20), specimen=False))
    row = slot(5)
    struck = [cell(name, 5) for name in ("place", "number", "mark", "told")]
    for box in struck:
        middle = Box(box.x, row.y + row.h / 2 - 0.15, box.w, 0.3)
        assert blackness(image, middle) > 0.95

    assert "99999-000000005" not in {found.text for found in zxingcpp.read_barcodes(image)}


@pytest.mark.parametrize("used", range(1, 20))
def test_no_unused_row_is_left_without_a_stroke(used):  # P5: nothing can be added after the stamp
    image = samples.picture(samples.drawn(samples.sheet(used), specimen=False), dpi=100)

    for n in range(used + 1, 21):
        inside = slot(n).inset(2.1, 0.1)
        assert blackness(image, inside, 100) > 0.002, f"row {n} is free"


def test_what_a_client_calls_himself_is_never_markup_nor_formula():
    name = '<b>x</b> & "=1+1" {client} %s \\ (a) </para>'
    said = samples.text(samples.drawn(samples.sheet(1, Header("0453", name, "=cmd|' /C calc'!A0", "<script>"))))

    assert name in said
    assert "=cmd|' /C calc'!A0" in said
    assert "<script>" in said


def test_a_letter_that_the_font_lacks_is_shown_as_a_box_and_kept_in_the_text():
    known, unknown = (
        samples.drawn(samples.sheet(1, Header("0453", name)), specimen=False) for name in ("Spedition  ", "Spedition Ж中")
    )

    assert "Spedition Ж中" in samples.text(unknown)
    assert samples.picture(known, dpi=100) != samples.picture(unknown, dpi=100)


def test_a_name_too_long_for_its_cell_stands_whole_in_the_properties():
    name = "Compagnie d’expédition et de courtage en douane " * 12
    pdf = samples.pypdfium2.PdfDocument(samples.drawn(samples.sheet(1, Header("0453", name))))

    assert name.strip() in pdf.get_metadata_value("Subject")
    assert pdf.get_metadata_value("Title").endswith(samples.NUMBER)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300), room=st.floats(4, 120), size=st.floats(5, 20), bold=st.booleans())
def test_no_text_is_ever_wider_than_its_room(text, room, size, bold):
    face = Face(size, bold)
    fits, shown = fitted(text, face, room)

    assert width_of(shown, font_of(face), fits) / MM <= room + 0.001
    assert shown in {text, ""} or shown.endswith("…")


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["C", "Z", "M"]), max_size=120), room=st.floats(15, 120))
def test_a_wrapped_text_loses_nothing_and_stays_in_its_room(text, room):
    face = Face(8)
    lines = wrapped(text, face, room)

    assert all(width_of(one, font_of(face), 8) / MM <= room or len(one) == 1 for one in lines)
    assert "".join("".join(lines).split()) == "".join(printable(text).split())


@settings(max_examples=25, deadline=None)
@given(name=st.text(max_size=80), contact=st.text(max_size=80))
def test_any_client_can_be_drawn(name, contact):
    pdf = samples.drawn(samples.sheet(1, Header("0453", name, "12345", contact)), length=300)

    assert samples.pages(pdf) == 1


@pytest.mark.parametrize("name", ["sheet", "slip", "form"])
def test_every_box_of_a_layout_lies_in_its_area(name):  # style anchor 5: layout without drawing
    for area, part in layout(name).areas.items():
        for box, place in part.boxes.items():
            assert Box(0, 0, part.w, part.h).holds(place), f"{name}: {box} leaves {area}"


ALTERNATIVES = {
    frozenset(pair)
    for pair in [
        ("one-line", "number"),
        ("one-line", "flags"),
        ("struck", "bars"),
        ("artwork", "agency"),
        ("artwork", "act-en"),
        ("artwork", "act-fr"),
        ("artwork", "scope"),
        ("artwork", "when"),
    ]
}
"""Boxes of which one paper fills only one; the artwork lies under the stamp's words."""


@pytest.mark.parametrize("name", ["sheet", "slip", "form"])
def test_no_two_boxes_of_an_area_overlap(name):
    for area, part in layout(name).areas.items():
        for (one, a), (other, b) in itertools.combinations(part.boxes.items(), 2):
            near = layout(name).mm["line"] + 0.01  # neighbours share their line
            apart = a.right <= b.x + near or b.right <= a.x + near or a.bottom <= b.y + near or b.bottom <= a.y + near
            empty = 0 in {a.w * a.h, b.w * b.h}
            assert apart or empty or frozenset((one, other)) in ALTERNATIVES, f"{name}: {one} overlaps {other} in {area}"


def test_times_are_of_the_offices_zone_in_summer_and_in_winter():  # decision 9
    zone = samples.PAPER.imprint.zone
    told = [
        printed(1, samples.line("99999-000000001", as_of=datetime(2026, month, 1, 12, tzinfo=UTC)), "0453", zone).told[0]
        for month in (1, 7)
    ]

    assert told == ["2026-01-01 07:00:00 -05:00", "2026-07-01 08:00:00 -04:00"]


def test_a_row_is_asked_of_its_reference_but_its_bars_are_as_they_were_scanned():  # Q5, domain 3.3
    zone = samples.PAPER.imprint.zone
    scanned = [printed(1, samples.line(text), "0453", zone).bars for text in ("99999-000000001", "99999000000001", "xxxxpars1")]

    assert scanned == ["99999-000000001", "99999000000001", "XXXXPARS1"]


def test_an_unanswered_row_has_nothing_to_print():  # Q6
    with pytest.raises(AssertionError, match="row 3 has no answer"):
        printed(3, Waiting(samples.line("99999-000000001").asked, "down"), "0453", samples.PAPER.imprint.zone)


def test_the_counts_are_those_of_the_rows():
    rows = tuple(enumerate(samples.sheet(20).rows, 1))

    assert marks(rows) == {"R": 8, "NR": 6, "N/A": 2, "removed": 4}


def test_the_page_has_the_rows_that_the_layout_gives_it():
    assert samples.PAPER.rows_per_page == 20
