"""The move in bond as pages show it and send it: an officer's own choice at the stamp, and no release (P5, P6)."""

from collections.abc import Sequence

from flask import Flask, request
from werkzeug.exceptions import BadRequest

from kiosk.core.bond import hindrances
from kiosk.core.sheet import QuerySheet
from kiosk.core.stamp import Act
from kiosk.web.house import house
from kiosk.web.screen import spoken
from kiosk.wording import why


def install(app: Flask) -> None:
    """Templates can say what keeps a sheet from it."""
    app.context_processor(lambda: {"bond_hindrances": told})


def told(sheet: QuerySheet) -> Sequence[str]:
    """What keeps a sheet from this stamp, in words."""
    return [why(spoken(), no) for no in hindrances(sheet, keyed=house().counter.keyed)]


def chosen() -> bool:
    """Whether the officer has chosen it; 400 for an act that no page of ours offers."""
    act = request.form.get("act", "")
    if act not in {"", Act.IN_BOND}:
        raise BadRequest
    return act == Act.IN_BOND
