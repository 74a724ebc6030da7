"""Simulated pictures in, scans out, by the clock of the pictures: nothing here sleeps. The camera is a list."""

import cv2
import numpy as np
import pytest

from drivers.camera.capture import Frame
from drivers.camera.child import Watching
from drivers.camera.looks import Eye
from drivers.camera.view import View
from drivers.scan import Broken, Heard, ScannerLost, Symbology
from tests.drivers.frames_simulated import KINDS, blurred, empty, held, number, on_screen, page, presentation, sensed, symbol


def watched(pictures, view=None, fps=10.0):
    """All that a sequence of pictures says."""
    watching = Watching(view or View(), Eye(lambda: 0.0))  # no hurry: what is seen does not hang on how busy the machine is
    return [one for n, picture in enumerate(pictures) for one in watching.look(Frame(n / fps, picture))]


def texts(pictures, view=None, fps=10.0):
    return [one.text if isinstance(one, Heard) else one.reason for one in watched(pictures, view, fps)]


def shown(rng, *drawn, pictures=4, **how):
    """Symbols one above the other on a sheet before the camera; the hand trembles."""
    placed = [(one, 60, 40 + sum(other.shape[0] + 40 for other in drawn[:n])) for n, one in enumerate(drawn)]
    size = (max(one.shape[1] for one in drawn) + 120, sum(one.shape[0] + 40 for one in drawn) + 60)
    sheet = page(*placed, size=size)
    how = {"width": min(1100.0, size[0] * 0.8)} | how
    return [sensed(blurred(held(sheet, x=640 + rng.normal(), y=360 + rng.normal(), **how), 0.6), rng) for _ in range(pictures)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_light_paper_and_screen_is_read_once_and_never_wrongly(kind):
    """D3, Q4: two presentations of each; one at least is read, and what is read is what was shown."""
    read = 0
    for seed in range(2):
        text, pictures = presentation(kind, np.random.default_rng((seed, KINDS.index(kind))), pictures=6)
        said = texts(pictures)
        assert said in ([text], []), (kind, seed)
        read += bool(said)

    assert read


@pytest.mark.parametrize("angle", [0, 30, 60, 90, 135, 180, 270])
def test_a_symbol_is_read_whichever_way_it_is_turned(angle):
    """D3."""
    rng = np.random.default_rng(angle)

    assert texts(shown(rng, symbol("99999001495785", "Code128", 3), angle=angle)) == ["99999001495785"]


def test_several_symbols_of_a_sheet_are_each_read_once_from_top_to_bottom():
    """D5, Q1."""
    rng = np.random.default_rng(1)
    drawn = [
        symbol("99999001495785", "Code128", 3, 70),
        symbol("XXXX7700112", "Code39", 3, 70),
        symbol("8XXXPARS123456", "Code128", 3, 70),
    ]

    assert texts(shown(rng, *drawn, pictures=12)) == ["99999001495785", "XXXX7700112", "8XXXPARS123456"]


def test_shown_again_it_is_a_new_scan():
    """D3."""
    rng = np.random.default_rng(2)
    one = shown(rng, symbol("99999001495785"))
    table = [empty(rng) for _ in range(12)]

    assert texts([*one, *table, *shown(rng, symbol("99999001495785"))]) == ["99999001495785"] * 2


def test_a_pile_of_sheets_is_read_sheet_by_sheet():
    """D3: each lies where the one before it lay, with a moment's blur between."""
    rng = np.random.default_rng(3)
    numbers = [number(rng) for _ in range(4)]
    pictures = [picture for text in numbers for picture in shown(rng, symbol(text, "Code128", 3), pictures=8)]

    assert texts(pictures) == numbers


def test_a_seal_on_a_mirrored_screen_is_read():
    """D3: a front camera shows a mirror image; the decoder does not mind, and the preview is turned back."""
    rng = np.random.default_rng(4)
    mirrored = [cv2.flip(picture, 1) for picture in shown(rng, symbol("K1:" + "A7" * 60, "QRCode", 5))]

    assert texts(mirrored) == ["K1:" + "A7" * 60]
    assert texts(mirrored, View(mirror=True)) == ["K1:" + "A7" * 60]


def test_a_seal_on_a_dark_screen_is_read():
    rng = np.random.default_rng(5)
    sheet = on_screen(np.pad(symbol("K1:" + "B8" * 40, "QRCode", 4), 40, constant_values=255), dark=True)
    pictures = [sensed(blurred(held(sheet, width=400, x=640 + rng.normal())), rng) for _ in range(6)]

    assert texts(pictures) == ["K1:" + "B8" * 40]


@pytest.mark.parametrize(
    ("kind", "symbology"), [("ITF", Symbology.ITF), ("EAN13", Symbology.EAN_UPC), ("DataMatrix", Symbology.DATA_MATRIX)]
)
def test_other_kinds_are_named_so_that_they_are_refused_by_kind(kind, symbology):
    """Q4: a number in an Interleaved 2 of 5 is no number, whatever it looks like."""
    rng = np.random.default_rng(6)
    text = {"EAN13": "4006381333931"}.get(kind, "99999001495786")

    (heard,) = watched(shown(rng, symbol(text, kind, 4), pictures=13))
    assert (heard.text, heard.symbology) == (text, symbology)


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        *(("Code128", side) for side in ("left", "right", "above", "below")),
        ("Code39", "left"),
        ("Code39", "below"),
        ("ITF", "right"),
    ],
)
def test_a_symbol_that_slides_into_the_picture_never_gives_a_shorter_number(kind, side):
    """T12: at each step less of it is cut off; the end of the picture is no end of a symbol."""
    rng = np.random.default_rng((7, len(side), len(kind)))
    drawn = symbol("99999001495786", kind, 3, 200)
    middle = np.array([640.0, 360.0])
    away = {"left": (-640, 0), "right": (640, 0), "above": (0, -360), "below": (0, 360)}[side]
    pictures = []
    for step in np.linspace(1.05, 0.35, 7):
        x, y = middle + np.array(away) * step
        turned = 90 if side in {"above", "below"} else 0
        pictures.append(sensed(blurred(held(drawn, width=700, x=x, y=y, angle=turned), 0.6), rng))

    assert set(texts(pictures)) <= {"99999001495786"}


@pytest.mark.parametrize("share", [0.15, 0.5, 0.85])
@pytest.mark.parametrize("kind", ["Code128", "Code39"])
def test_a_thumb_over_a_part_of_a_symbol_never_gives_a_shorter_number(kind, share):
    """T12."""
    rng = np.random.default_rng((8, int(100 * share)))
    pictures = []
    for picture in shown(rng, symbol("99999001495785", kind, 3, 200), pictures=5):
        cut = 200 + int(880 * share)
        picture[200:560, cut : cut + 90] = 170
        pictures.append(picture)

    assert set(texts(pictures)) <= {"99999001495785"}


def test_tables_text_and_textures_say_nothing():
    """Q4: no phantoms."""
    rng = np.random.default_rng(9)
    pictures = []
    for n in range(5):
        sheet = np.full((1000, 1400), 255, np.uint8)
        for row in range(40, 960, 24):
            cv2.putText(sheet, "release office 0453 " * 3, (20 + n, row), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1)
        sheet[:, :: 40 + n] = 0
        sheet[500:620] = np.where(np.arange(1400) // (2 + n % 5) % 2, 255, 0)
        pictures.append(sensed(held(sheet, angle=3 * n), rng))

    assert texts(pictures) == []


def test_a_camera_that_freezes_with_a_symbol_in_view_reads_nothing_more():
    """T10: its last picture is not a second witness of itself."""
    rng = np.random.default_rng(10)
    watching = Watching(View())
    alive, frozen = [empty(rng) for _ in range(5)], shown(rng, symbol("99999001495785"), pictures=1) * 25
    said = []
    for n, picture in enumerate([*alive, *frozen[:15]]):
        said += watching.look(Frame(n / 10, picture))

    assert said == []
    with pytest.raises(ScannerLost, match="the same for"):
        watching.look(Frame(2.4, frozen[0]))


def test_a_still_source_is_read_if_its_view_says_so():
    """A virtual camera without noise."""
    rng = np.random.default_rng(13)

    assert texts(shown(rng, symbol("99999001495785"), pictures=1) * 25, View(still=True)) == ["99999001495785"]


def test_what_lies_still_is_looked_at_less_often_and_is_still_one_scan():
    """Idle costs little: nothing moves for six seconds."""
    rng = np.random.default_rng(17)
    still = shown(rng, symbol("99999001495785"), pictures=1)[0]
    watching = Watching(View())
    said = [one for n in range(60) for one in watching.look(Frame(n / 10, sensed(still, rng, 2)))]

    assert [one.text for one in said] == ["99999001495785"]
    assert watching.looks < 40


def test_what_lies_still_is_one_scan_though_its_bars_blur_for_a_while():
    """D3: a lens that looks for its focus takes nothing away."""
    rng = np.random.default_rng(22)
    still = shown(rng, symbol("99999001495785"), pictures=1)[0]
    soft = cv2.GaussianBlur(still, (0, 0), 3.0)
    pictures = [sensed(soft if 30 <= n < 60 else still, rng, 2) for n in range(90)]

    assert texts(pictures) == ["99999001495785"]


def test_colour_pictures_are_read_by_their_light():
    rng = np.random.default_rng(18)

    assert texts([cv2.cvtColor(one, cv2.COLOR_GRAY2BGR) for one in shown(rng, symbol("99999001495785"))]) == ["99999001495785"]


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (64, 48), (1920, 16)])
def test_pictures_of_any_size_are_survived(size):
    rng = np.random.default_rng(19)

    assert texts([empty(rng, size=size) for _ in range(4)]) == []


def test_the_preview_is_a_small_jpeg_with_an_outline_and_the_text():
    """Demand 4: not by colour alone: the told symbol's outline is thick, and its text stands there."""
    rng = np.random.default_rng(20)
    pictures = shown(rng, symbol("99999001495785"))
    watching = Watching(View())
    before = cv2.imdecode(np.frombuffer(watching.preview(Frame(0.0, pictures[0])), np.uint8), cv2.IMREAD_COLOR)
    for n, picture in enumerate(pictures):
        watching.look(Frame(n / 10, picture))
    coded = watching.preview(Frame(1.0, pictures[0]))
    after = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR)

    assert after.shape == (360, 640, 3)
    assert coded[:2] == b"\xff\xd8"
    assert len(coded) < 60_000
    assert np.abs(after.astype(int) - before).max() > 60


def test_a_quarrel_of_two_pictures_of_one_place_is_a_no_read():
    """D3: another number, no moment of blur, before the first was told."""
    rng = np.random.default_rng(21)
    one, other = (shown(rng, symbol(text, "Code128", 3), pictures=6) for text in ("99999001495785", "99999001495786"))

    assert watched([one[0], other[0], other[1], other[2]]) == [Broken("disagree")]
