"""How well a model reads: scores, and the files and conditions they are measured on."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp import preprocess
from digitapp.errors import BadFile, BadPicture, BadStrokes, Blank
from digitapp.pictures import read_file
from digitapp.prediction import Predictor
from digitapp.scores import Score, counted
from digitapp.strokes import CANVAS_SIDE, Drawing, Points, from_points, paint

STROKES_BOX = 500
BATCH = 500


Image = NDArray[np.float32]


def score(
    predictor: Predictor,
    images: Sequence[Image] | NDArray[np.float32],
    labels: Sequence[int] | NDArray[np.uint8],
) -> Score:
    """Read every image and count what was read against what it is."""
    parts = [np.asarray(images[at : at + BATCH]) for at in range(0, len(images), BATCH)]
    found = [predictor.probabilities(part) for part in parts]
    none = np.zeros((0, len(predictor.class_names)), dtype=np.float32)
    return counted(np.concatenate([none, *found]), np.asarray(labels, dtype=np.int64))


@dataclass(frozen=True)
class LabelledStrokes:
    """A digit and its strokes, in a 500x500 box."""

    label: int
    strokes: list[list[list[float]]]


@dataclass(frozen=True)
class LabelledPicture:
    """A picture's file and the digit on it."""

    label: int
    path: Path


def read_strokes(path: Path) -> list[LabelledStrokes]:
    """The digits of a strokes file: JSON `[{"label": 7, "strokes": [[[x, y], ...], ...]}, ...]`.

    Raises:
        BadFile: when it is missing or not of this form.
    """
    found = []
    for number, entry in enumerate(_entries(path, ("label", "strokes"))):
        try:
            from_points(entry["strokes"], 1)
        except (BadStrokes, TypeError) as error:
            raise BadFile(f"{path}: entry {number}: {error}") from None
        found.append(LabelledStrokes(_digit_label(entry, path), entry["strokes"]))
    return found


def read_labels(path: Path) -> tuple[list[LabelledPicture], int]:
    """The single digits of a labels file, and how many of its pictures are something else.

    The file is JSON `[{"file": "001.jpg", "label": 1}, ...]`, beside its pictures; a label of
    null is not a single digit.

    Raises:
        BadFile: when it is missing or not of this form.
    """
    entries = _entries(path, ("label", "file"))
    for number, entry in enumerate(entries):
        if not isinstance(entry["file"], str) or not entry["file"]:
            raise BadFile(f"{path}: entry {number}: the file {entry['file']!r} must be a name.")
    digits = [
        LabelledPicture(_digit_label(entry, path), path.parent / entry["file"])
        for entry in entries
        if entry["label"] is not None
    ]
    return digits, len(entries) - len(digits)


def score_strokes(
    predictor: Predictor, digits: Sequence[LabelledStrokes], condition: str, way: str, seed: int = 0
) -> Score:
    """Draw every digit under a condition, prepare it in one of the `WAYS` and read it."""
    rng = np.random.default_rng(seed)
    drawn = [CONDITIONS[condition](digit, rng) for digit in digits]
    images = [_or_blank(WAYS[way], drawing) for drawing in drawn]
    return score(predictor, images, [digit.label for digit in digits])


def score_pictures(
    predictor: Predictor, digits: Sequence[LabelledPicture], squeezed: bool = False
) -> Score:
    """Open, prepare and read every picture; one on which nothing is found is read as blank.

    Raises:
        BadFile: naming the picture that could not be opened.
    """
    images = [_or_blank(_prepared_file, digit.path, squeezed) for digit in digits]
    return score(predictor, images, [digit.label for digit in digits])


def _prepared_file(path: Path, squeezed: bool) -> Image:
    try:
        picture = read_file(path)
    except BadPicture as error:
        raise BadFile(f"{path}: {error}") from None
    return preprocess.squeezed(picture) if squeezed else preprocess.from_image(picture).image


def _or_blank(prepare: Callable[..., Image], *arguments: Any) -> Image:
    try:
        return prepare(*arguments)
    except Blank:
        return np.zeros((28, 28), dtype=np.float32)


def _entries(path: Path, needed: Iterable[str]) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{path}: not JSON ({error}).") from None
    if not isinstance(found, list) or not found:
        raise BadFile(f"{path}: it must be a JSON list with at least one entry.")
    for number, entry in enumerate(found):
        if not isinstance(entry, dict) or any(key not in entry for key in needed):
            wanted = " and ".join(needed)
            raise BadFile(f"{path}: entry {number} must be an object with {wanted}.")
    return found


def _digit_label(entry: dict[str, Any], path: Path) -> int:
    label = entry["label"]
    if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label <= 9:
        raise BadFile(f"{path}: the label {label!r} must be a whole number from 0 to 9.")
    return label


def _as_drawn(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    return _on_canvas(digit, 20)


def _small(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    scale, pen = rng.uniform(0.25, 0.5), rng.uniform(6, 14)
    corner = rng.uniform(0, 1 - scale, 2) * CANVAS_SIDE
    return _on_canvas(digit, pen, lambda points: points * scale + corner)


def _thin(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    return _on_canvas(digit, 6)


def _thick(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    return _on_canvas(digit, 36)


def _tilted(digit: LabelledStrokes, rng: np.random.Generator) -> Drawing:
    angle = math.radians(rng.uniform(-20, 20))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = CANVAS_SIDE / 2
    return _on_canvas(digit, 20, lambda points: (points - middle) @ turn + middle)


def _on_canvas(
    digit: LabelledStrokes, pen: float, change: Callable[[Points], Points] = lambda points: points
) -> Drawing:
    scale = CANVAS_SIDE / STROKES_BOX
    scaled = [np.asarray(stroke, dtype=np.float64) * scale for stroke in digit.strokes]
    return from_points([change(stroke).tolist() for stroke in scaled], pen)


CONDITIONS: dict[str, Callable[[LabelledStrokes, np.random.Generator], Drawing]] = {
    "as drawn": _as_drawn,
    "small": _small,
    "thin": _thin,
    "thick": _thick,
    "tilted": _tilted,
}

WAYS: dict[str, Callable[[Drawing], Image]] = {
    "paths": preprocess.stroke_image,
    "pixels": lambda drawing: (
        preprocess.from_canvas(np.asarray(paint(drawing).convert("RGBA"))).image
    ),
    "squeeze": lambda drawing: preprocess.squeezed(paint(drawing)),
}
