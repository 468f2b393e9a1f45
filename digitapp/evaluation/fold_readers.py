"""The readers of the folds, each of which has left out a sixth of the writers, in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from digitapp.data import hands
from digitapp.errors import BadFile, cause
from digitapp.reading.prediction import STROKE_CLASSES, Predictor
from digitapp.reading.stroke_reader import StrokeReader

PICTURE, STROKES = "picture_fold{}.onnx", "strokes_fold{}.onnx"


def save(folder: Path, pictures: Sequence[bytes], strokes: Sequence[bytes]) -> None:
    """Save both readers of each fold as ONNX files, in the order of the folds.

    Args:
        folder: is made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, files in ((PICTURE, pictures), (STROKES, strokes)):
        for fold, file in enumerate(files):
            (folder / name.format(fold)).write_bytes(file)


def opened(folder: Path) -> list[Predictor]:
    """Return the readers that were saved in a folder, in the order of the folds.

    Raises:
        BadFile: when one is missing or damaged.
    """
    return [
        Predictor(
            _content(folder / PICTURE.format(fold)),
            STROKE_CLASSES,
            strokes=StrokeReader(_content(folder / STROKES.format(fold))),
        )
        for fold in range(hands.FOLDS)
    ]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None
