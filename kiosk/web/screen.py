"""Pages: templates in the language and the look that were chosen, with nothing undefined and nothing unescaped."""

import re
from datetime import datetime
from typing import Any, Final

from flask import Flask, g, render_template, request, url_for
from jinja2 import StrictUndefined

from kiosk.core.reference import CCN, Reference
from kiosk.web.address import own_path
from kiosk.web.house import house
from kiosk.web.places import places
from kiosk.words import LANGUAGES, Language, Words, templates, words

THEMES: Final = ("auto", "light", "dark", "contrast")
PRINTS: Final = ("normal", "large")
_ACCOUNT: Final = re.compile("([0-9]{5}-?)([0-9]{9})")


_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What nobody sees and yet does something: a bar code may hold it, and U+202E would show a number turned around."""


def seen(value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    """A text as it may stand on a page: what would act on it unseen is shown instead.

    >>> print(seen(f"1{chr(0x202E)}32"))
    1<202E>32
    """
    return _UNSEEN.sub(lambda one: f"<{ord(one[0]):04X}>", value) if type(value) is str else value


def furnish(app: Flask) -> None:
    """Templates of a clerk's folder; in each of them what every page needs."""
    app.template_folder = str(templates() / "screens")
    app.jinja_options = {
        **app.jinja_options,
        "undefined": StrictUndefined,
        "autoescape": True,
        "finalize": seen,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.context_processor(_everywhere)


def page(template: str, **values: Any) -> str:  # noqa: ANN401 - whatever a template shows
    """A template in the language of who asks."""
    return render_template(template, **values)


def language() -> Language:
    """As chosen on the screen, or as a program asks for it; else the kiosk's own."""
    asked = request.accept_languages.best_match(LANGUAGES) if request.path.startswith("/api/") else None
    chosen = request.cookies.get("lang") or asked
    return next((one for one in LANGUAGES if one == chosen), house().language)


def spoken() -> Words:
    """The words of that language."""
    return words(language())


def look() -> dict[str, str]:
    """Theme and print, as chosen; what is not known is as if nothing had been chosen."""
    theme, size = request.cookies.get("theme", ""), request.cookies.get("print", "")
    return {"theme": theme if theme in THEMES else "auto", "print": size if size in PRINTS else "normal"}


def clock_time(at: datetime) -> str:
    """The time of day at the office, to the second."""
    return f"{at.astimezone(house().zone):%H:%M:%S}"


def date_time(at: datetime) -> str:
    """Day and time at the office, with its zone: never mistaken for UTC."""
    return f"{at.astimezone(house().zone):%Y-%m-%d %H:%M:%S %Z}"


def day_of(at: datetime) -> str:
    """The day at the office."""
    return f"{at.astimezone(house().zone):%Y-%m-%d}"


def groups(number: Reference | str) -> tuple[str, ...]:
    """A number cut for the eye: carrier and shipment, account and serial, then by fours."""
    match number:
        case CCN():
            return number.carrier, *_fours(number.shipment)
        case str():
            found = _ACCOUNT.fullmatch(number)  # what was refused is cut as its like that was taken
            return (found[1], *_fours(found[2])) if found else _fours(number)
        case _:
            return number.account, *_fours(number.serial)


def _fours(text: str) -> tuple[str, ...]:
    """Groups of four from the left, the last of two to five.

    >>> _fours("001495785"), _fours("PARS0000471")
    (('0014', '95785'), ('PARS', '0000', '471'))
    """
    cuts = range(0, max(len(text) - 1, 1), 4)
    return tuple(text[cut : cut + 4] if cut != cuts[-1] else text[cut:] for cut in cuts)


def _here() -> str:
    """The page to come back to: an address that only takes forms is none."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    return own_path(request.referrer or "", request.host)


def _everywhere() -> dict[str, Any]:
    said = spoken()
    return {
        "say": said.say,
        "count": said.count,
        "knows": said.__contains__,
        "lang": said.language,
        "look": look(),
        "user": g.get("session"),
        "csrf": g.get("csrf", ""),
        "house": house(),
        "clock_time": clock_time,
        "date_time": date_time,
        "day_of": day_of,
        "groups": groups,
        "here": _here(),
        "places": places,
        "url_for": url_for,
    }
