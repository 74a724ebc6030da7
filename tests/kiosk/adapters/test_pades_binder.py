"""A client's own PDF, extended: his bytes stay, and what is drawn is where it was meant, however his page is built (P1)."""

import io
import struct
import zlib
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.pades import PdfBinder, PdfSigner, certificate_der, check, make_identity
from kiosk.adapters.pades.anatomy import MOST_PAGES
from kiosk.adapters.pades.content import balanced
from kiosk.adapters.pdf.endorse import Sheaf
from kiosk.adapters.pdf.layout import Box
from kiosk.adapters.pdf.lettering import Face
from kiosk.core.endorsement import Onto
from kiosk.core.faults import Refusal
from tests.fakes import NOON
from tests.kiosk.adapters.endorse_samples import changed, rendered
from tests.kiosk.adapters.test_pades import overlaid

BINDER = PdfBinder()
SPOT = Box(30, 180, 40, 20)
KEY, CERTIFICATE = make_identity("Release kiosk A1B2", "0453", NOON, 400)
TRUSTED = [certificate_der(CERTIFICATE)]


def blot(w, h, *spots):
    """A page with a black rectangle at each place."""
    sheaf = Sheaf("", "")
    for spot in spots or (SPOT,):
        pen = sheaf.page(w, h)
        pen.fill(spot, 0.0)
        pen.turn()
    return sheaf.done()


def black(pdf, page=0):
    """The box of what is black and solid on a page, in mm of the page as it is seen; None where there is nothing."""
    picture = rendered(pdf, page, dpi=72).reduce(2)
    box = picture.point(lambda value: 255 * (value < 8)).getbbox()
    return box and tuple(round(2 * side * 25.4 / 72) for side in box)


def at(spot):
    return (spot.x, spot.y, spot.right, spot.bottom)


def close(found, wanted, off=3):
    return found is not None and all(abs(a - b) <= off for a, b in zip(found, wanted, strict=True))


def plain(pages):
    """A document with a line of small type on each page."""
    sheaf = Sheaf("", "")
    for _ in range(pages):
        pen = sheaf.page(216, 279)
        pen.text(Box(20, 20, 150, 5), "fictitious freight of no great weight", Face(7))
        pen.turn()
    return sheaf.done()


PDF = plain(2)
BLANK = changed(blot(216, 279, Box(0, 0, 0.01, 0.01)))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([0, 90, 180, 270, -90, 450]),
    st.tuples(st.integers(0, 150), st.integers(0, 150), st.integers(350, 700), st.integers(500, 900)),
    st.booleans(),
    st.sampled_from([b"", b"q 0.5 0 0 0.5 40 40 cm", b"1 0 0 -1 0 792 cm", b"BT /F1 9 Tf ET q Q"]),
)
def test_what_is_drawn_is_where_it_was_meant_on_any_page(rotate, crop, indirect, junk):
    """Turned, cut to a part, with coordinates of its own; where they would bend what is drawn, that is known before."""

    def edit(document):
        page = document.pages[0].obj
        page.Rotate, page.MediaBox, page.CropBox = rotate, [-20, 10, 760, 900], list(crop)
        page.Contents = document.make_stream(junk)
        if indirect:
            page.Resources = document.make_indirect(pikepdf.Dictionary())

    pdf = changed(BLANK, whole=edit)
    (seen,) = BINDER.measure(pdf)
    bends = junk.startswith(b"q 0.5")
    spot = Box(seen.width * 0.3, seen.height * 0.55, seen.width * 0.25, seen.height * 0.2)
    bound = BINDER.bind(pdf, blot(seen.width, seen.height, spot), [Onto(0, "on")])

    assert bound.startswith(pdf)
    assert seen.steady is not bends
    assert bends or close(black(bound), at(spot))


def test_a_page_in_other_units_is_as_large_as_it_is():  # UserUnit: what one unit of a page is, in points
    pdf = changed(PDF, lambda page: page.__setitem__("/UserUnit", 2))
    first, second = BINDER.measure(pdf)

    assert (round(first.width), round(second.width)) == (432, 216)
    bound = BINDER.bind(pdf, blot(first.width, first.height, Box(60, 360, 80, 40)), [Onto(0, "on")])
    with pikepdf.open(io.BytesIO(bound)) as opened:
        assert b"0.5" in opened.pages[0].obj.Contents[-1].read_bytes()


def test_his_bytes_are_a_prefix_after_drawing_and_after_signing():  # P1
    overlay = blot(216, 279, SPOT, SPOT, SPOT)
    bound = BINDER.bind(PDF, overlay, [Onto(0, "on"), Onto(1, "on"), Onto(0, "after")])
    signed = PdfSigner(KEY, CERTIFICATE).sign(bound, NOON)

    assert bound.startswith(PDF)
    assert signed.startswith(bound)
    assert check(signed, TRUSTED).genuine
    assert [close(black(signed, n), at(SPOT)) for n in range(3)] == [True, True, True]


def test_added_pages_stand_where_they_belong_and_inherit_nothing():
    def turned(document):
        document.Root.Pages.Rotate = 90
        document.Root.Pages.CropBox = [0, 0, 100, 100]

    pdf = changed(PDF, whole=turned)
    overlay = blot(216, 279, Box(20, 20, 30, 30), Box(20, 60, 30, 30), Box(20, 100, 30, 30), Box(20, 140, 30, 30))
    bound = BINDER.bind(pdf, overlay, [Onto(0, "before"), Onto(0, "before"), Onto(0, "after"), Onto(1, "after")])

    assert [black(bound, n) and round(black(bound, n)[1] / 20) * 20 for n in (0, 1, 3, 5)] == [20, 60, 100, 140]
    assert [round(page.width) for page in BINDER.measure(bound)] == [216, 216, 35, 216, 35, 216]


def test_a_page_without_content_and_names_that_are_taken_are_no_hindrance():
    def bare(page):
        del page["/Contents"]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(KioskOverlay0=pikepdf.Dictionary()))

    pdf = changed(PDF, bare)

    assert close(black(BINDER.bind(pdf, blot(216, 279), [Onto(0, "on")])), at(SPOT))


def test_it_can_be_done_twice():
    once = BINDER.bind(PDF, blot(216, 279), [Onto(0, "on")])
    twice = BINDER.bind(once, blot(216, 279, Box(30, 220, 40, 20)), [Onto(0, "on")])

    assert twice.startswith(once)
    assert close(black(twice), (30, 180, 70, 240))


def script(document, where):
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    match where:
        case "open":
            document.Root.OpenAction = action
        case "additional":
            document.Root.AA = pikepdf.Dictionary(WP=action)
        case "names":
            document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", action]))
        case "launch":
            document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc")
        case "next":
            document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[0, pikepdf.Name.Fit], Next=action)
        case "xfa":
            document.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA="x")
        case "page":
            document.pages[1].obj.AA = pikepdf.Dictionary(O=action)
        case "annotation":
            document.pages[1].obj.Annots = [pikepdf.Dictionary(Subtype=pikepdf.Name.Screen, Rect=[0, 0, 9, 9], AA={"/PO": action})]


@pytest.mark.parametrize("where", ["open", "additional", "names", "launch", "next", "xfa", "page", "annotation"])
def test_a_document_that_acts_by_itself_is_refused(where):  # fault 4: nothing of it runs under our signature
    with pytest.raises(Refusal, match="endorse-active"):
        BINDER.measure(changed(PDF, whole=lambda document: script(document, where)))


def test_a_document_that_only_opens_at_a_page_is_taken():
    pdf = changed(PDF, whole=lambda document: document.Root.__setitem__("/OpenAction", [document.pages[0].obj, pikepdf.Name.Fit]))

    assert len(BINDER.measure(pdf)) == 2


@pytest.mark.parametrize("passwords", [{"user": "secret", "owner": "secret"}, {"user": "", "owner": "secret"}])
def test_an_encrypted_document_is_refused_also_where_anybody_may_read_it(passwords):
    pdf = changed(PDF, encryption=pikepdf.Encryption(**passwords))

    with pytest.raises(Refusal, match="endorse-encrypted"):
        BINDER.measure(pdf)


def test_a_document_that_somebody_signed_is_refused_and_a_certified_one_says_so():
    signed = PdfSigner(KEY, CERTIFICATE).sign(PDF, NOON)
    with pytest.raises(Refusal, match="endorse-certified"):
        BINDER.measure(signed)

    def approve(document):
        del document.Root["/Perms"]

    with pytest.raises(Refusal, match="endorse-signed"):
        BINDER.measure(changed(signed, whole=approve))


def annotated(**more):
    def edit(page):
        page.Annots = [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[0, 0, 9, 9], **more)]

    return edit


@pytest.mark.parametrize(
    ("edit", "steady"),
    [
        (annotated(), True),
        (annotated(F=4), True),
        (annotated(F=2), False),
        (annotated(F=32 | 4), False),
        (annotated(F=256), False),
        (annotated(AA=pikepdf.Dictionary()), False),
        (annotated(OC=pikepdf.Dictionary()), False),
        (annotated(A=pikepdf.Dictionary(S=pikepdf.Name.JavaScript)), False),
        (lambda page: page.__setitem__("/AA", pikepdf.Dictionary()), False),
    ],
)
def test_a_page_on_which_something_can_come_and_go_is_no_place_for_a_mark(edit, steady):  # fault 4
    assert [page.steady for page in BINDER.measure(changed(PDF, edit))] == [steady, True]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([b"q", b"Q", b"BT", b"ET", b"(q Q \\) (BT))", b"/q", b"/BI", b"%q\n", b"<</q 1>>", b"1 0 0 1 5 5 cm"]))
)
def test_what_a_page_leaves_behind_is_counted_as_a_viewer_counts_it(words):  # fault 1: a mark is not moved beside other bars
    deep = text = 0
    sound = True
    for word in words:
        deep += (word == b"q") - (word == b"Q")
        text += (word == b"BT") - (word == b"ET")
        sound = sound and deep >= 0 and text in (0, 1)

    assert balanced(b" ".join(words)) == (sound and deep == text == 0)


@pytest.mark.parametrize("content", [b"(never ends q Q", b"((((deep)))) q Q", b"BI /W 1 ID q EI", b"q" * 9 + b" q"])
def test_what_can_not_be_told_for_sure_is_not_drawn_on(content):
    assert not balanced(content)


def test_a_page_whose_content_can_not_be_unpacked_is_no_place_for_a_mark():
    def spoilt(document):
        document.pages[0].obj.Contents = pikepdf.Stream(document, b"no flate", Filter=pikepdf.Name.FlateDecode)

    assert [page.steady for page in BINDER.measure(changed(PDF, whole=spoilt, compress_streams=False))] == [False, True]


def test_a_document_with_layers_is_no_place_for_a_mark():  # fault 4
    def layered(document):
        layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="x"))
        document.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary())

    assert not any(page.steady for page in BINDER.measure(changed(PDF, whole=layered)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(PDF) - 1), st.binary(min_size=1, max_size=40))
def test_a_broken_document_is_refused_or_extended_and_nothing_else(where, junk):
    pdf = PDF[:where] + junk + PDF[where + len(junk) :]
    with suppress(Refusal):
        BINDER.measure(pdf)
        assert BINDER.bind(pdf, blot(216, 279), [Onto(0, "on")]).startswith(pdf)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", b"\x00" * 99, PDF[:2000], PDF[: len(PDF) // 2]])
def test_what_is_no_pdf_is_refused(pdf):
    with pytest.raises(Refusal, match="endorse-broken"):
        BINDER.measure(pdf)


def hybrid():
    """A file with both kinds of tables of objects, as Word writes it."""
    out, at_ = bytearray(b"%PDF-1.5\n"), {}
    packed, rows = zlib.compress(b"7 0 <</Other(x)>>"), zlib.compress(struct.pack(">BHB", 2, 5, 0))
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<>>>>",
        4: b"<</Length 18>>\nstream\nq 0 0 m 9 9 l S Q \nendstream",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed),
        6: b"<</Type/XRef/Size 8/W[1 2 1]/Index[7 1]/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(rows), rows),
    }
    for n, body in bodies.items():
        at_[n] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % at_[n] for n in bodies)
    end = b"trailer\n<</Size 8/Root 1 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (at_[6], len(out))
    return bytes(out + b"xref\n0 8\n0000000000 65535 f \n" + table + b"0000000000 65535 f \n" + end)


def test_a_file_as_word_writes_it_is_extended_signed_and_an_overlay_on_it_found():  # P1, P2
    pdf = hybrid()
    signed = PdfSigner(KEY, CERTIFICATE).sign(BINDER.bind(pdf, blot(216, 279.4), [Onto(0, "on")]), NOON)

    assert signed.startswith(pdf)
    assert close(black(signed), at(SPOT))
    assert check(signed, TRUSTED).code == "good"
    assert check(overlaid(signed), TRUSTED).code == "altered"


def test_pages_without_end_are_refused():
    assert len(BINDER.measure(plain(MOST_PAGES))) == MOST_PAGES
    with pytest.raises(Refusal, match="endorse-broken"):
        BINDER.measure(plain(MOST_PAGES + 1))
