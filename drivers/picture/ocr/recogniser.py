"""The engine: PP-OCRv6's recogniser of one line of print, as the package `rapidocr` brings it, run by onnxruntime.

Only the model is used, not the package's own pipeline: it gives for every few columns of a line how likely each character is
there, and the rule (`drivers.picture.ocr.rule`) needs just that. Loaded when first asked, since most pages need none.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Table = NDArray[np.float32]
"""One row for a few columns of the line; likelihoods of nothing, each of `ALPHABET`, and anything else."""

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- "
_HEIGHT: Final = 48
_NARROWEST, _WIDEST = 64, 960


class Recogniser:
    """Reads one line of print."""

    def __init__(self, model: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - loaded when first asked

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        names = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._columns = _columns(["", *names, " "])

    def __call__(self, line: Grey, *, stretch: float = 1.0) -> Table:
        """What a line says, dark on light and about upright; stretched across, for a second look."""
        width = min(max(round(line.shape[1] * _HEIGHT / line.shape[0] * stretch), _NARROWEST), _WIDEST)
        scaled = cv2.resize(line, (width, _HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 127.5 - 1
        likely = self._session.run(None, {self._input: np.broadcast_to(scaled, (1, 3, *scaled.shape)).copy()})[0][0]
        table = np.stack([likely[:, columns].sum(axis=1) for columns in self._columns], axis=1)
        return np.column_stack([table, np.clip(1 - table.sum(axis=1), 0, 1)]).astype(np.float32)


@cache
def loaded() -> Recogniser:
    """The engine, loaded once, where it is `installed`."""
    return Recogniser(min(models()))


def installed() -> bool:
    """Whether the engine and its model are there; nothing is loaded to find out."""
    return find_spec("onnxruntime") is not None and bool(models())


@cache
def models() -> tuple[Path, ...]:
    """The recognisers' models that the package brings."""
    package = find_spec("rapidocr")
    folders = (package and package.submodule_search_locations) or ()
    return tuple(model for folder in folders for model in Path(folder).rglob("*_rec_*.onnx"))


def _columns(names: list[str]) -> list[list[int]]:
    """Of the model's thousands of characters, those that stand for each of ours; small letters count as capitals."""
    ours = {name: n for n, name in enumerate(ALPHABET, 1)}
    columns: list[list[int]] = [[0], *([] for _ in ALPHABET)]
    for n, name in enumerate(names[1:], 1):
        known = ours.get(_plainer(name))
        if known is not None:
            columns[known].append(n)
    return columns


def _plainer(name: str) -> str:
    return {"–": "-", "—": "-", "‐": "-", "−": "-", "_": "-", "\u3000": " ", "*": " ", ":": " ", "(": " ", ")": " "}.get(
        name, name.upper()
    )
