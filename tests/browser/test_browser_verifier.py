"""The page that checks proofs alone, in a real Chromium: Python's verdicts, by scanner, picture, camera (P2, P4)."""

import random
from datetime import UTC, datetime

import pytest
from reportlab.pdfgen import canvas

from kiosk.adapters.ed25519 import Ed25519Seal, read_list
from kiosk.adapters.ed25519.cose import as_text, from_text, parts, sign1
from kiosk.core.faults import Forged
from tests.browser import odd_seals
from tests.browser.axe import sideways, violations
from tests.browser.chromium import COUNTER, FLAGS, WHOLE, ZOOMED, desk, installed
from tests.browser.verifier_samples import (
    CASES,
    FIRST,
    LIMIT,
    LISTS,
    NOW,
    ONE,
    SECOND,
    VECTORS,
    Checker,
    film,
    page_file,
    photo,
    picture,
    sealed_at,
)
from verifier import making

KNOWN = {"trust": VECTORS["trust"], "root": VECTORS["root"], "limit": LIMIT}
MICROS = int(NOW.timestamp()) * 1_000_000
ALTERED, SPECIMEN, KEYED = (CASES[name]["pages"][0][0] for name in ("altered: mark", "a specimen", "a keyed number"))
JUDGE = """async ([known, cases, now]) => {
  const found = [];
  for (const { holds, pages } of cases) found.push(await kioskVerifier.judge({ ...known, holds }, pages, now));
  return found;
}"""
LIST = "async ([known, ones, now]) => Promise.all(ones.map((one) => kioskVerifier.list(known, one.text, one.known, now)))"
DIGEST = "async (ones) => Promise.all(ones.map((one) => kioskVerifier.digest(one.kind, one.number)))"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@pytest.fixture(scope="module")
def window(browser):
    with desk(browser, reduced_motion="reduce") as context:
        yield context


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return page_file(tmp_path_factory.mktemp("saved"), "clear").as_uri()


@pytest.fixture(scope="module")
def opened(window, saved):
    """One page for all tests that leave nothing behind."""
    checker = Checker.at(window, saved)
    yield checker
    assert checker.said == []


@pytest.fixture
def checker(opened):
    opened.keyboard.pause()
    opened.page.keyboard.press("Escape")
    opened.comes("ready")
    opened.page.set_viewport_size(COUNTER)
    return opened


def judged(checker, cases):
    """What the page's own script says of cases: pages, and hold lists as texts."""
    return checker.page.evaluate(JUDGE, [KNOWN, cases, MICROS])


# --- the same verdicts


def test_every_shared_vector_comes_to_the_verdict_that_stands_there(checker):
    """P2: the forgery table; P4: holds, lists, their age."""
    cases = VECTORS["cases"]
    found = judged(checker, [{"pages": one["pages"], "holds": [LISTS[name] for name in one["holds"]]} for one in cases])
    expected = [{key: one[key] for key in ("forged", "rows", "missing")} for one in cases]

    assert dict(zip(CASES, found, strict=True)) == dict(zip(CASES, expected, strict=True))


def test_every_shared_list_is_taken_or_refused_as_it_stands_there(checker):
    found = checker.page.evaluate(LIST, [KNOWN, VECTORS["list_cases"], MICROS])
    digests = checker.page.evaluate(DIGEST, VECTORS["digests"])

    assert [one["forged"] for one in found] == [one["refused"] for one in VECTORS["list_cases"]]
    assert digests == [one["digest"] for one in VECTORS["digests"]]


def mutated(text, chance):
    """A seal with something done to its text: one letter another, some gone, some twice, cut off, or a space within."""
    at, other = chance.randrange(len(text)), chance.randrange(len(text))
    low, high = sorted((at, other))
    return chance.choice(
        [
            text[:at] + chance.choice(LETTERS) + text[at + 1 :],
            text[:at] + chance.choice("018=é\x1c\u212a\x85") + text[at + 1 :],
            text[:low] + text[high:],
            text[:high] + text[low:],
            text[:high],
            text + chance.choice(["A", "AA", "=", "7" * 8, "\x00"]),
            text[:low] + text[low:high].lower() + " \n" + text[high:],
            text[:4] + text[8:] + text[4:8],
        ]
    )


def in_python(text):
    """What the verifier in Python says: a code, or None for a seal that holds."""
    try:
        Ed25519Seal(read_list(VECTORS["trust"].encode(), bytes.fromhex(VECTORS["root"]))).open(text.encode())
    except Forged as no:
        return no.code
    return None


def test_what_is_done_to_the_text_of_a_seal_is_refused_for_the_reason_that_python_gives(checker):
    """P2: letters altered, lost, doubled, foreign; every one of them, not the few that somebody thought of."""
    chance = random.Random(6)  # the same ones in every run
    texts = [mutated(chance.choice([ONE, FIRST, SPECIMEN]), chance) for _ in range(500)]
    found = judged(checker, [{"pages": [[text]], "holds": []} for text in texts])

    assert {text: one["forged"] for text, one in zip(texts, found, strict=True)} == {text: in_python(text) for text in texts}
    assert {one["forged"] for one in found} >= {None, "bad-signature", "malformed", "truncated", "not-a-seal"}


def remade(payload, chance):
    """What a seal seals with something in it that we never write: other types, other lengths, bytes too few or too many."""
    made, at = bytearray(payload), chance.randrange(len(payload))
    match chance.randrange(4):
        case 0:
            made[at] ^= 1 << chance.randrange(8)
        case 1:
            made[at] = chance.choice(b"\x18\x1b\x20\x40\x60\x80\x9f\xa0\xc2\xf4\xf5\xf6\xf7\xf9\xfb\xff")
        case 2:
            del made[at]
        case _:
            made.insert(at, chance.randrange(256))
    return as_text("RS1X", sign1(making.test_key("k7qd"), bytes(made))).decode()


def test_what_is_done_to_what_a_trusted_key_seals_is_never_taken_where_python_refuses_it(checker):
    """P2: the decoder of the page is its own; it may be stricter in types than Python's, and says malformed then."""
    chance = random.Random(6)
    payloads = [parts(from_text("RS1X", seal.encode()))[2] for seal in (ONE, FIRST, KEYED)]
    texts = [remade(chance.choice(payloads), chance) for _ in range(500)]
    found = [one["forged"] for one in judged(checker, [{"pages": [[text]], "holds": []} for text in texts])]

    assert [
        text for text, code in zip(texts, found, strict=True) if code not in (in_python(text), "malformed", "from-the-future")
    ] == []
    assert found.count(None) > 20


def test_a_seal_that_is_not_as_we_write_it_is_malformed_though_a_trusted_key_sealed_it(checker):
    """P2: for one statement there is one text."""
    found = judged(checker, [{"pages": [[text]], "holds": []} for text in odd_seals.SEALS.values()])

    assert {what: one["forged"] for what, one in zip(odd_seals.SEALS, found, strict=True)} == dict.fromkeys(
        odd_seals.SEALS, "malformed"
    )
    assert {what: in_python(text) for what, text in odd_seals.SEALS.items()} == dict.fromkeys(odd_seals.SEALS, "malformed")


def test_a_released_row_of_no_kind_lets_nothing_out_and_a_list_of_strange_keys_is_none(checker):
    row = {"row": 1, "outcome": "not-released", "why": "not-released"}
    assert judged(checker, [{"pages": [[odd_seals.KINDLESS]], "holds": [LISTS["clear"]]}])[0]["rows"] == [row]

    known = KNOWN | {"trust": odd_seals.STRANGE_KEYS}
    assert checker.page.evaluate(JUDGE, [known, [{"pages": [[ONE]], "holds": []}], MICROS])[0]["forged"] == "malformed"


# --- what is presented, and how


def test_a_scan_comes_to_the_rows_that_the_seal_holds_wherever_the_focus_is(checker):
    """P2, Q9: the word first, then each row; the same for those who listen, at once."""
    checker.page.focus("#language")
    checker.keyboard.burst(ONE)

    assert "1 row may go out; 3 not released" in checker.comes("part")
    assert checker.rows() == [
        ("XXXX0000012345", "release"),
        ("99999001495785", "not-released"),
        ("XXXXUNKNOWN", "not-released"),
        ("XXXXTORN", "not-released"),
    ]
    assert "Release in part. 1 row may go out" in checker.page.inner_text("#alert")
    assert "what the seal says" in checker.page.inner_text("#compare")
    assert checker.page.input_value("#seal") == ""


def test_pages_come_one_after_the_other_and_a_missing_one_is_named(checker):
    """P2: caps lock does no harm; nothing is called released as a whole while a page is missing."""
    checker.keyboard.burst(SECOND.lower())
    assert "Page 1 was not presented" in checker.comes("part")
    checker.keyboard.burst(FIRST)
    assert "All 2 rows" in checker.comes("release")
    assert [outcome for _, outcome in checker.rows()] == ["release", "release"]


def test_a_page_of_another_sheet_is_refused_until_somebody_begins_with_it(checker):
    checker.paste(FIRST)
    checker.comes("part", says="Page 2 was not presented")
    checker.paste(ONE)
    checker.comes("refused", says="another stamping")
    assert checker.rows() == []
    checker.page.click("#other")
    checker.comes("part", says="3 not released")
    checker.paste(FIRST)  # the sheet before was seen to its end
    checker.comes("part", says="Page 2 was not presented")


def test_what_is_refused_leaves_nothing_of_the_verdict_before_it_on_the_screen(checker):
    """P2: a forged seal after a genuine one; a scan that was torn; a code that is no seal."""
    for bad, verdict, says in ((ALTERED, "refused", "altered, or forged"), ("K7QD.000123", "unread", "the number of a sheet")):
        checker.paste(ONE)
        checker.comes("part")
        checker.paste(bad)
        checker.comes(verdict, says=says)
        assert checker.rows() == []
        assert says in checker.page.inner_text("#alert")


def test_pictures_of_pages_are_read_here_and_one_without_a_seal_proves_nothing(checker):
    """P2: a scan and a photo for two pages; a blank one after them."""
    checker.pictures(picture(SECOND), photo(FIRST))
    checker.comes("release")
    checker.pictures(picture())
    checker.comes("unread", says="No seal")
    assert checker.rows() == []
    checker.pictures(picture(FIRST, ALTERED))
    checker.comes("refused", says="altered, or forged")


def test_of_our_pdf_the_seals_are_read_and_of_another_one_it_is_said_where_to_check_it(checker, tmp_path):
    for name, seals in (("ours", (FIRST, SECOND)), ("other", ())):
        pen = canvas.Canvas(str(tmp_path / name))
        pen.setKeywords(" ".join(seals))
        pen.showPage()
        pen.save()
    checker.files(("sheet.pdf", "application/pdf", (tmp_path / "ours").read_bytes()))
    checker.comes("release")
    assert "only its seals were read" in checker.page.inner_text("#compare")
    checker.files(("scan.pdf", "application/pdf", (tmp_path / "other").read_bytes()))
    checker.comes("unread", says="at the gate of the kiosk")


def test_a_specimen_says_so_whatever_its_rows_say(checker):
    checker.paste(SPECIMEN)
    checker.comes("specimen", says="proves nothing")
    assert {outcome for _, outcome in checker.rows()} == {"specimen"}


@pytest.fixture
def with_camera(browser, tmp_path):
    """A browser before whose camera somebody holds a page."""
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    film_of_it = f"--use-file-for-fake-video-capture={film(ONE, tmp_path / 'page.y4m')}"
    other = browser.browser_type.launch(executable_path=installed(WHOLE), args=[*FLAGS, *flags, film_of_it])
    with desk(other) as context:
        yield context
    other.close()


def test_the_camera_sees_a_seal_on_a_saved_page_without_any_network(with_camera, saved):
    """P2: the picture goes nowhere; the lamp goes out when it is no longer wanted."""
    with_camera.set_offline(offline=True)
    checker = Checker.at(with_camera, saved)
    checker.page.click("#camera-on")
    checker.comes("part", says="3 not released")
    assert checker.page.is_visible("#video")
    checker.page.click("#camera-on")
    assert checker.page.evaluate("() => document.querySelector('#video').srcObject") is None
    assert checker.said == []


# --- lists


@pytest.fixture
def slow(browser, saved):
    """A page whose clock is in our hands."""
    with desk(browser) as context:
        context.clock.install(time=NOW)
        yield Checker.at(context, saved, None)


def test_a_verdict_that_stands_there_grows_old_with_its_list_until_a_newer_one_is_brought(slow):
    """P4: release turns into ask by itself; a list that is forged or older changes nothing."""
    slow.paste(FIRST + "\n" + SECOND)
    slow.comes("release")
    slow.page.clock.fast_forward("03:01:00")
    slow.comes("ask", says="call the office")
    assert slow.page.get_attribute("#lists li", "data-old") == "true"
    for name, says in (("emptied under its signature", "altered, or forged"), ("an older one", "It is older than the one in use")):
        slow.paste(list_case(name))
        slow.page.wait_for_function("says => document.querySelector('#brought').textContent.includes(says)", arg=says)
        slow.comes("ask")
    slow.paste(list_case("a newer one"))
    slow.page.wait_for_function("() => document.querySelector('#brought').textContent.includes('was taken')")


def test_a_hold_that_comes_while_a_sheet_stands_there_stops_it(window, tmp_path):
    """P4: the list is brought as a file, chosen like a picture."""
    checker = Checker.at(window, page_file(tmp_path, language="fr").as_uri())
    checker.paste(ONE)
    assert "Demandez au bureau" in checker.comes("ask")
    checker.files(("listes.txt", "text/plain", "\n".join((VECTORS["trust"], LISTS["ccn held"])).encode()))
    checker.comes("none", says="1 retenue")
    assert checker.rows()[0] == ("XXXX0000012345", "held")
    checker.files(("voided.txt", "text/plain", LISTS["other station voids"].encode()))
    checker.comes("withdrawn", says="reprise")
    checker.page.close()


def list_case(name):
    return next(one["text"] for one in VECTORS["list_cases"] if one["name"] == name)


# --- for everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_width_scrolls_sideways_in_either_language(checker, scheme):
    """P5, WCAG 2.2 AA: at the counter's size, at 200 % and at 320 pixels."""
    checker.page.emulate_media(color_scheme=scheme)
    checker.paste(ONE)
    checker.comes("part")
    for _ in ("en", "fr"):
        for window in (COUNTER, ZOOMED, {"width": 320, "height": 568}):
            checker.page.set_viewport_size(window)
            assert not sideways(checker.page)
        assert violations(checker.page) == []
        checker.page.click("#language")
        checker.page.wait_for_function("() => document.title !== ''")
    checker.paste(ALTERED)
    checker.comes("refused")
    assert violations(checker.page) == []


def test_the_keyboard_alone_does_all_of_it(checker):
    page = checker.page
    page.focus("#seal")
    page.keyboard.insert_text(ONE)
    page.keyboard.press("Enter")
    checker.comes("part")
    page.focus("#clear")
    reached = [page.evaluate("() => document.activeElement.id") for _ in range(6) if page.keyboard.press("Tab") is None]
    assert reached[:3] == ["print", "seal", ""]
    assert {"camera-on", "files"} <= set(reached)
    page.keyboard.press("Escape")
    checker.comes("ready")


@pytest.mark.parametrize(
    ("lack", "says"),
    [
        ("crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))", "Ed25519"),
        (
            "Object.defineProperty(crypto, 'subtle', {}); Object.defineProperty(globalThis, 'isSecureContext', { value: false })",
            "open the saved copy",
        ),
    ],
)
def test_a_browser_that_cannot_check_signatures_says_so_and_takes_nothing(window, saved, lack, says):
    page = window.new_page()
    page.add_init_script(lack)
    page.goto(saved)
    checker = Checker(page, [], None)
    checker.comes("unable", says=says)
    assert page.is_disabled("#seal")
    page.click("#language")
    assert "impossible" in checker.comes("unable", says="Vérification")
    page.close()


# --- where it is served


def test_a_served_page_goes_on_without_the_kiosk_and_so_does_the_copy_that_is_saved(browser, station, tmp_path):
    """P2: under the strictest policy; nothing is fetched from elsewhere; no log-in."""
    with desk(browser, accept_downloads=True) as context:
        checker = Checker.at(context, f"{station.address}/verify", None)
        with checker.page.expect_download() as download:
            checker.page.click("#save")
        download.value.save_as(tmp_path / "copy.html")
        context.set_offline(offline=True)
        seal = sealed_at(station.home, datetime.now(UTC))
        checker.paste(ONE)
        checker.comes("refused", says="trust list")  # of another root: nothing here knows its key
        checker.paste(seal)
        checker.comes("specimen", says="proves nothing")
        checker.page.click("#refresh")
        checker.page.wait_for_function("() => document.querySelector('#brought').textContent.includes('be reached')")
        assert [one for one in checker.said if "ERR_INTERNET_DISCONNECTED" not in one] == []
        copy = Checker.at(context, (tmp_path / "copy.html").as_uri(), None)
        copy.paste(seal)
        copy.comes("specimen")
        assert copy.page.inner_text("#root") == checker.page.inner_text("#root")
        assert copy.said == []
