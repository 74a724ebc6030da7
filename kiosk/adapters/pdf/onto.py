"""The pages that go onto a client's own document, and where each belongs; and a document of pages for pictures that have none."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.adapters.pdf.cover import draw_covers
from kiosk.adapters.pdf.endorse import Overlay, Sheaf, draw_leaf, draw_reverse
from kiosk.adapters.pdf.layout import Box
from kiosk.core.endorsement import Face, Measured, Onto, Original, Picture, Plan, Stamped
from kiosk.core.faults import Refusal
from kiosk.core.placing import planned
from kiosk.core.space import Space

LETTER = (215.9, 279.4)
"""Paper of a picture that does not say how large its own was, in mm."""
LARGEST = 1000.0


def draw_endorsement(overlay: Overlay, original: Original, measured: Sequence[Measured]) -> tuple[bytes, tuple[Onto, ...], Plan]:
    """A PDF with a page for each page of the document that gets something, where each goes, and the plan that it follows.

    `Refusal` where the pages are not those that were seen.
    """
    if len(measured) != len(original.pages):
        raise Refusal("endorse-broken", why="pages")
    faces = [_face(page, seen) for page, seen in zip(measured, original.pages, strict=True)]
    if original.cover:
        faces = [replace(face, steady=False) for face in faces]
    plan = planned(overlay.issue.stamp.act, original.rows, faces, overlay.formats())
    sheaf = Sheaf(f"{overlay.sheet.number} – {original.file}", overlay.issue.stamp.authority)
    onto = [Onto(0, "before")] * (draw_covers(sheaf, overlay, original) if plan.cover else 0)
    for leaf in plan.leaves:
        if leaf.marks or leaf.block:
            pen = sheaf.page(faces[leaf.page].space.width, faces[leaf.page].space.height)
            draw_leaf(pen, overlay, leaf)
            pen.turn()
            onto.append(Onto(leaf.page, "on"))
    for leaf in plan.reverses:
        space = faces[leaf.page].space
        pen = sheaf.page(space.width, space.height)
        draw_reverse(pen, overlay, leaf, space.width, original.file)
        pen.turn()
        onto.append(Onto(leaf.page, "after"))
    return sheaf.done(), tuple(onto), plan


def stamped(onto: Sequence[Onto], plan: Plan, seals: Sequence[int]) -> Stamped:
    """What the result bears, where; `seals` are those of a cover page."""
    covers, backs = sum(to.how == "before" for to in onto), [leaf.page for leaf in plan.reverses]

    def now(page: int) -> int:
        return covers + page + sum(other < page for other in backs)

    blocks = [(leaf.page, leaf.block) for leaf in plan.leaves if leaf.block]
    pages = [*range(1, covers + 1), *(now(page) + 2 for page in backs), *(now(page) + 1 for page, _ in blocks)]
    shown = {seal for leaf in (*plan.leaves, *plan.reverses) if leaf.block for seal, _ in leaf.block.seals}
    drawn = tuple((leaf.page, now(leaf.page), leaf.spots) for leaf in plan.leaves if leaf.spots)
    added = [n for n, to in enumerate(onto) if to.how != "on"]
    ours = tuple(zip(added, [*range(covers), *(now(page) + 1 for page in backs)], strict=True))
    return Stamped(tuple(sorted(pages)), tuple(seals if plan.cover else sorted(shown)), plan.cover, drawn, ours)


def _face(page: Measured, seen: Picture) -> Face:
    if not (0 < page.width < LARGEST * 3 and 0 < page.height < LARGEST * 3):
        raise Refusal("endorse-broken", why="page")
    return Face(Space.of(page.width, page.height, seen.columns, seen.squares), page.steady)


def draw_pictures(original: Original) -> bytes:
    """A PDF whose pages are the document's pictures, each as large as its paper was."""
    sheaf = Sheaf(original.file, "")
    for seen, png in zip(original.pages, original.pngs, strict=True):
        w, h = _size(seen.width, seen.height, seen.columns, len(seen.squares) // seen.columns)
        pen = sheaf.page(w, h)
        pen.picture(Box(0, 0, w, h), png)
        pen.turn()
    return sheaf.done()


def _size(width: float, height: float, columns: int, rows: int) -> tuple[float, float]:
    """As the picture says, else the largest of its shape on letter paper, upright or across."""
    if 0 < width <= LARGEST and 0 < height <= LARGEST:
        return width, height
    across, down = LETTER if rows >= columns else LETTER[::-1]
    scale = min(across / columns, down / rows)
    return columns * scale, rows * scale
