"""What a client's PDF is made of, as far as a stamp has to do with it: may it be extended, and do its pages stay as they look?"""

from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from kiosk.adapters.pades.content import settled
from kiosk.core.endorsement import Measured
from kiosk.core.faults import Refusal

_MM: Final = 25.4 / 72
_STARTS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMediaExecute"})
"""Actions that a document must not take by itself when it is opened."""
_TURNED: Final = frozenset({"/PO", "/PC", "/PV", "/PI"})
"""When an annotation acts because its page is turned to, or away from; else somebody must touch it."""
_FICKLE: Final = 1 | 2 | 32 | 256
"""Flags of an annotation that is not seen always: invisible, hidden, no view, toggled."""
_DEEPEST: Final = 64
MOST_PAGES: Final = 200


def check_extensible(reader: PdfFileReader) -> None:
    """Refuse what can't be extended, or would act by itself under our signature."""
    if reader.encrypted:
        raise Refusal("endorse-encrypted")
    if any(True for _ in enumerate_sig_fields(reader, filled_status=True)):
        raise Refusal("endorse-certified" if "/DocMDP" in reader.root.get("/Perms", {}) else "endorse-signed")
    root = reader.root
    if "/XFA" in root.get("/AcroForm", {}) or "/AA" in root or "/JavaScript" in root.get("/Names", {}) or _starts(root):
        raise Refusal("endorse-active")
    if any(_wakes(page) for page in pages_of(reader)):
        raise Refusal("endorse-active")


def _starts(root: Any) -> bool:  # noqa: ANN401 - pyHanko's types are not followed
    return _acts(root.get("/OpenAction"))


def _wakes(page: Any) -> bool:  # noqa: ANN401
    """Whether something is done when a page is turned to."""
    own, others = page.get("/AA", {}), [one.get_object().get("/AA", {}) for one in page.get("/Annots", ())]
    return any(_acts(own[key]) for key in own) or any(_acts(one[key]) for one in others for key in one if key in _TURNED)


def _acts(action: Any) -> bool:  # noqa: ANN401
    return hasattr(action, "keys") and (action.get("/S") in _STARTS or "/Next" in action)


def pages_of(reader: PdfFileReader) -> Iterator[Any]:
    """The pages of a document, in order."""
    count = int(reader.root["/Pages"]["/Count"])
    if not 0 < count <= MOST_PAGES:
        raise Refusal("endorse-broken", why="pages")
    for n in range(count):
        yield reader.find_page_for_modification(n)[0].get_object()


def measured(reader: PdfFileReader) -> tuple[Measured, ...]:
    """How large each page is seen, and whether it stays as it looks."""
    layers = bool(reader.root.get("/OCProperties", {}).get("/OCGs", ()))
    form = reader.root.get("/AcroForm", {})
    found = []
    for page in pages_of(reader):
        left, low, right, high = box_of(page)
        unit = unit_of(page) * _MM
        sides = (right - left) * unit, (high - low) * unit
        steady = not layers and not any(_fickle(one.get_object(), form) for one in page.get("/Annots", ()))
        found.append(Measured(*(sides[::-1] if turned(page) % 180 else sides), steady and "/AA" not in page and settled(page)))
    return tuple(found)


def _fickle(annotation: Any, form: Any) -> bool:  # noqa: ANN401
    """Whether an annotation can come, go or change where a stamp may stand."""
    if annotation.get("/Subtype") == "/Link":
        return annotation.get("/A", {}).get("/S", "/URI") in _STARTS
    flags, act = int(annotation.get("/F", 0)), annotation.get("/A", {}).get("/S")
    drawn_anew = annotation.get("/Subtype") == "/Widget" and bool(form.get("/NeedAppearances", False))
    return bool(flags & _FICKLE) or act in _STARTS or drawn_anew or "/AA" in annotation or "/OC" in annotation


def box_of(page: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
    """What of a page is seen, in its own units: left, bottom, right, top; `Refusal` for a page without an area."""
    media = _box(_inherited(page, "/MediaBox"))
    crop = _box(_inherited(page, "/CropBox")) or media
    if media is None or crop is None:
        raise Refusal("endorse-broken", why="page")
    seen = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return seen if seen[2] - seen[0] > 1 and seen[3] - seen[1] > 1 else media


def _box(values: Any) -> tuple[float, float, float, float] | None:  # noqa: ANN401
    if values is None or len(values) != 4:
        return None
    x0, y0, x1, y1 = (float(one.get_object() if hasattr(one, "get_object") else one) for one in values)
    box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return box if box[2] - box[0] > 1 and box[3] - box[1] > 1 else None


def turned(page: Any) -> int:  # noqa: ANN401
    """By how many degrees, clockwise, a page is turned to be seen: 0, 90, 180 or 270."""
    return int(_inherited(page, "/Rotate") or 0) // 90 * 90 % 360


def unit_of(page: Any) -> float:  # noqa: ANN401
    """How many points one of a page's units is."""
    unit = float(page.get("/UserUnit", 1))
    return unit if 0.01 < unit < 1000 else 1.0


def _inherited(page: Any, key: str) -> Any:  # noqa: ANN401
    """What a page says, or the node above it."""
    for _ in range(_DEEPEST):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            return None
        page = page["/Parent"]
    return None
