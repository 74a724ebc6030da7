"""Charts as SVG, drawn here: no script, no style but the page's own, and words for those who do not see them."""

from collections.abc import Sequence

from markupsafe import Markup

_STEP, _HEIGHT, _FOOT, _HEAD = 24, 120, 18, 14
"""Width of a column with its gap, height of the highest, and what its number and its hour take."""


def columns(name: str, values: Sequence[int], title: str, axis: str) -> Markup:
    """A column for each value, from 0 on, its number above and its place below. The same figures go beside it as a table.

    `name` is its id on the page.
    """
    most, width = max(*values, 1), _STEP * len(values)
    said = ", ".join(f"{place}: {value}" for place, value in enumerate(values) if value)
    body = Markup().join(_column(place, value, round(_HEIGHT * value / most, 1)) for place, value in enumerate(values))
    base = Markup('<line x1="0" x2="{0}" y1="{1}" y2="{1}" stroke="currentColor"></line>').format(width, _HEAD + _HEIGHT)
    words = Markup('<title id="{0}">{1}</title><desc id="{0}-desc">{2} – {3}</desc>').format(name, title, axis, said or "0")
    size = Markup('viewBox="0 0 {0} {1}" width="{0}" height="{1}"').format(width, _HEAD + _HEIGHT + _FOOT)
    opening = Markup('<svg class="columns-chart" role="img" aria-labelledby="{0} {0}-desc" focusable="false" {1}>').format(
        name, size
    )
    return opening + words + base + body + Markup("</svg>")


def _column(place: int, value: int, height: float) -> Markup:
    x, foot = place * _STEP, _HEAD + _HEIGHT
    middle = x + _STEP / 2
    words = Markup('<text x="{0}" y="{1}" font-size="10" text-anchor="middle" fill="currentColor" aria-hidden="true">{2}</text>')
    bar = Markup('<rect x="{0}" y="{1}" width="{2}" height="{3}" fill="currentColor"></rect>')
    drawn = (
        bar.format(x + 4, foot - height, _STEP - 8, height) + words.format(middle, foot - height - 3, value) if value else Markup()
    )
    return drawn + words.format(middle, foot + 13, place)
