"""A client's own document under our stamp, as viewers show it: nothing is hidden, every code can be read (P1, P5, P6, Q2)."""

from dataclasses import replace

import numpy as np
import pytest

from kiosk.adapters.pades import PdfSigner, certificate_der, check, make_identity
from kiosk.adapters.pdf.overlays import PdfOverlays
from kiosk.core.answer import Reason, Request
from kiosk.core.endorsement import Overprint
from kiosk.core.faults import Refusal
from kiosk.core.sheet import QuerySheet, Removed
from kiosk.core.stamp import Act
from tests.fakes import AUTHORITY, NOON, transaction
from tests.kiosk.adapters import endorse_samples as samples
from tests.kiosk.adapters.pdf_samples import AT, CHECKPOINT, PAPER, line, stamp
from tests.kiosk.adapters.test_pades import overlaid

NUMBERS = [f"99999-{n:09d}" for n in range(1, 13)]
OVERLAYS = PdfOverlays(PAPER.imprint)


@pytest.fixture(scope="module")
def reader():
    with samples.reader() as reader:
        yield reader


def squares(reader, pdf, page=0):
    ink = reader.ink(pdf, page)
    return np.frombuffer(ink.taken, np.uint8).reshape(ink.rows, ink.columns).astype(bool)


def bars(reader, pdf):
    """The texts of a document's bars."""
    return sorted(symbol.text for page in reader.read(pdf, compare=False) for symbol in page.symbols)


def sealed(reader, pdf):
    return {text for page in reader.codes(pdf) for _, text in page}


DOCUMENTS = {
    "clean": samples.ccd(),
    "rotated scan": samples.scanned(samples.ccd(), turned=90, rotate=90),
    "landscape": samples.ccd(size=(279.4, 215.9)),
    "two pages": samples.ccd(pages=2),
    "form": samples.form(NUMBERS[:5]),
    "cut and turned": samples.changed(
        samples.ccd(), lambda page: (page.__setitem__("/CropBox", [15, 20, 600, 780]), page.__setitem__("/Rotate", 180))
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_hidden_and_everything_can_be_read(name, reader):  # P1, Q3, Q5
    document = DOCUMENTS[name]
    out, plan, pdf, seals = samples.endorsed(reader, document, marks=("R", "NR", "N/A", "removed"))
    before, after = squares(reader, pdf), squares(reader, out)

    assert out.startswith(document)
    assert not plan.cover
    assert not (before & ~after).any(), "something that was there is gone"
    assert (after & ~before).any()
    assert bars(reader, out) == bars(reader, document)
    assert set(seals) <= sealed(reader, out)


def test_a_dense_page_gets_a_cover_and_stays_as_it_was(reader):  # P1
    out, plan, _, seals = samples.endorsed(reader, samples.dense())

    assert plan.cover
    assert reader.pages(out) == 2
    assert set(seals) <= {text for _, text in reader.codes(out)[0]}
    assert not (squares(reader, samples.dense()) & ~squares(reader, out, 1)).any()


def test_a_telephones_picture_becomes_a_page_and_the_table_stays_free(reader):  # P1, D3
    document = samples.photo(samples.ccd())
    out, plan, pdf, seals = samples.endorsed(reader, document)
    spot = plan.leaves[0].block.stamp
    page = np.asarray(samples.rendered(pdf, dpi=72))
    under = page[int(spot.y * 72 / 25.4) : int(spot.bottom * 72 / 25.4), int(spot.x * 72 / 25.4) : int(spot.right * 72 / 25.4)]

    assert out.startswith(pdf)
    assert set(seals) <= sealed(reader, out)
    assert under.min() > 110, "on the table, or on something"
    assert bars(reader, out) == ["8XXX-000001"]


def test_nothing_is_drawn_on_a_page_that_is_to_be_left_alone(reader):
    out, plan, _, seals = samples.endorsed(reader, samples.ccd(), cover=True)

    assert (plan.cover, plan.leaves, reader.pages(out)) == (True, (), 2)
    assert np.array_equal(np.asarray(samples.rendered(out, 1)), np.asarray(samples.rendered(samples.ccd())))
    assert set(seals) <= {text for _, text in reader.codes(out)[0]}


@pytest.mark.parametrize(("pages", "added"), [(1, 1), (2, 0)])
def test_a_move_in_bond_is_on_the_reverse(pages, added, reader):  # P6
    document = samples.ccd(pages=pages)
    out, _, _, seals = samples.endorsed(reader, document, act=Act.IN_BOND)

    assert reader.pages(out) == pages + added
    assert set(seals) <= {text for _, text in reader.codes(out)[1]}
    assert not set(seals) & {text for _, text in reader.codes(out)[0]}


def test_only_the_signed_result_is_genuine_and_what_is_drawn_on_it_afterwards_is_found(reader):  # P2, fault 4
    key, certificate = make_identity("Release kiosk A1B2", "0453", NOON, 400)
    trusted = [certificate_der(certificate)]
    out, _, _, _ = samples.endorsed(reader, samples.ccd(), marks=("NR",))
    signed = PdfSigner(key, certificate).sign(out, NOON)

    assert check(signed, trusted).code == "good"
    assert check(out, trusted).code == "no-signature"
    assert check(overlaid(signed), trusted).code == "altered"
    assert check(overlaid(out), trusted).code == "no-signature"


ROW = line("8XXX-000001")
ANSWER = replace(ROW.answer, released_at=AT, requests=(Request(transaction("99999000000001"), Reason.RELEASED, "0453", "911"),))
SHEET = QuerySheet("K7QD.000123", samples.HEADER, (replace(ROW, answer=ANSWER),))
STAMP = replace(stamp(), authority=AUTHORITY)


def seals(sheet=SHEET, stamp=STAMP):
    return samples._statement_seals(sheet, stamp)


def text(pdf):
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        return opened[0].get_textpage().get_text_range()


def test_the_printed_message_says_what_an_rns_message_says_and_bears_the_seal(reader):  # P1, P5
    pdf = OVERLAYS.notice(SHEET, STAMP, seals(), CHECKPOINT.short, 1)
    said = text(pdf)

    for words in (
        *("4 – Goods released", "Marchandises dédouanées", "8XXX-000001", "99999-000000001", "453", "2026-11-22 10:04:05 -05:00"),
        *("RELEASED", "MAINLEVÉE", "12345", "SPECIMEN", "Proof of release for this number", "K7QD.000123", "911"),
    ):
        assert words in said
    assert "COPY" not in said
    assert "COPY 2" in text(OVERLAYS.notice(SHEET, STAMP, seals(), CHECKPOINT.short, 2))
    assert {seal.decode() for seal in seals()} | {"8XXX-000001", "K7QD.000123"} == sealed(reader, pdf)


@pytest.mark.parametrize("reason", [one for one in Reason if one is not Reason.RELEASED])
def test_no_message_is_made_of_what_is_not_released(reason):  # fault 1
    held = replace(SHEET, rows=(line("8XXX-000001", reason),))
    for act in (Act.STATUS, Act.RELEASED, Act.IN_BOND):
        stamped = replace(STAMP, act=act)
        with pytest.raises(Refusal, match="endorse-not-released"):
            OVERLAYS.notice(held, stamped, seals(held, stamped), CHECKPOINT.short, 1)


@pytest.mark.parametrize("more", [(ROW,), (line("8XXX-000002", Reason.EXAM),)])
def test_no_message_is_made_of_more_than_one_row_or_none(more):  # P1
    several = replace(SHEET, rows=(*SHEET.rows, *more))
    none = replace(SHEET, rows=(Removed(ROW, "x"), line("8XXX-000002"), line("8XXX-000003")))
    for sheet in (several, none):
        with pytest.raises(Refusal, match="endorse-one-row"):
            OVERLAYS.notice(sheet, STAMP, seals(sheet), CHECKPOINT.short, 1)


def test_an_overprint_is_a_page_with_stamp_and_seal_and_nothing_else(reader):  # Q1, P5
    w, h = OVERLAYS.extent(seals()[0])
    pdf = OVERLAYS.overprint(Overprint(1, "letter", 20, 100), SHEET, STAMP, seals(), CHECKPOINT.short)
    box = samples.rendered(pdf, dpi=72).point(lambda value: 255 * (value < 128)).getbbox()
    left, top, right, bottom = (side * 25.4 / 72 for side in box)

    assert 19.5 <= left <= 21
    assert 99.5 <= top <= 101
    assert right <= 20 + w + 0.5
    assert bottom <= 100 + h + 0.5
    assert {seal.decode() for seal in seals()} <= sealed(reader, pdf)
    assert "8XXX-000001" in text(pdf)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (Overprint(1, "letter", 200, 100), "endorse-place"),
        (Overprint(1, "letter", 20, 260), "endorse-place"),
        (Overprint(1, "a5", 20, 100), "endorse-place"),
        (Overprint(2, "letter", 20, 100), "endorse-not-released"),
        (Overprint(3, "letter", 20, 100), "endorse-no-such-row"),
        (Overprint(4, "letter", 20, 100), "endorse-no-such-row"),
        (Overprint(0, "letter", 20, 100), "endorse-no-such-row"),
    ],
)
def test_no_stamp_is_made_for_a_row_that_is_not_released_or_beside_the_paper(place, code):  # fault 1
    sheet = replace(SHEET, rows=(*SHEET.rows, line("8XXX-000002", Reason.EXAM), Removed(line("8XXX-000003"), "x")))
    with pytest.raises(Refusal, match=code):
        OVERLAYS.overprint(place, sheet, STAMP, seals(sheet), CHECKPOINT.short)


def test_a_status_stamp_is_put_on_no_paper_and_a_move_in_bond_is():  # P6
    place = Overprint(1, "letter", 20, 100)
    with pytest.raises(Refusal, match="endorse-not-released"):
        OVERLAYS.overprint(place, SHEET, replace(STAMP, act=Act.STATUS), seals(), CHECKPOINT.short)
    bond = replace(STAMP, act=Act.IN_BOND)
    held = replace(SHEET, rows=(line("8XXX-000001", Reason.ACCEPTED),))

    assert "AUTHORIZED TO MOVE IN BOND" in text(OVERLAYS.overprint(place, held, bond, seals(held, bond), CHECKPOINT.short))


def test_nothing_is_stamped_as_released_that_has_no_r_row():  # fault 1
    held = replace(SHEET, rows=(line("8XXX-000001", Reason.EXAM),))
    with pytest.raises(ValueError, match="expected an R row"):
        OVERLAYS.endorsement(None, (), held, STAMP, seals(held), CHECKPOINT.short)


def test_what_the_station_stamped_names_the_station_on_other_paper_too():  # P5: no badge, and said so
    alone = replace(STAMP, badge="")
    said = text(OVERLAYS.overprint(Overprint(1, "letter", 20, 100), SHEET, alone, seals(SHEET, alone), CHECKPOINT.short))

    assert f"station {SHEET.number[:4]}, no badge" in said
