"""Synthetic multi-digit numbers, composed of labelled single digits, for evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitapp.drawing.strokes import Drawing, Points, Stroke
from digitapp.evaluation.labelled_files import LabelledStrokes

SPACINGS = ("touching", "tight", "normal", "wide")
NUMBER_LENGTHS = (2, 5)  # digits, minimum and maximum
HEIGHT, PEN, MARGIN = 120.0, 12.0, 30.0  # pixels
HEIGHT_SPREAD, DROP = 0.08, 0.06  # of the height
GAPS = {"tight": (0.02, 0.1), "normal": (0.1, 0.3), "wide": (0.3, 0.8)}  # of the height
OVERLAP = 0.9  # distance between the centres of two touching lines, in pen widths


@dataclass(frozen=True)
class NumberString:
    """A number and its drawing.

    Attributes:
        spacing: one of `SPACINGS`.
        size: width and height of the sheet, in pixels.
    """

    text: str
    spacing: str
    drawing: Drawing
    size: tuple[int, int]


def strings(digits: Sequence[LabelledStrokes], count: int, seed: int) -> list[NumberString]:
    """Compose random numbers of two to five digits, with each spacing in turn."""
    rng = np.random.default_rng(seed)
    return [_string(digits, SPACINGS[n % len(SPACINGS)], rng) for n in range(count)]


def _string(
    digits: Sequence[LabelledStrokes], spacing: str, rng: np.random.Generator
) -> NumberString:
    chosen = rng.integers(len(digits), size=rng.integers(NUMBER_LENGTHS[0], NUMBER_LENGTHS[1] + 1))
    written: list[list[Points]] = []
    for number in chosen:
        strokes = _sized(digits[number], rng)
        if written:
            shift = np.array([_start(written, strokes, spacing, rng), 0.0])
            strokes = [stroke + shift for stroke in strokes]
        written.append(strokes)
    points = np.concatenate([stroke for strokes in written for stroke in strokes])
    corner = MARGIN - points.min(axis=0)
    drawing = tuple(Stroke(each + corner, PEN) for strokes in written for each in strokes)
    width, height = np.ceil(points.max(axis=0) + corner + MARGIN).astype(int)
    text = "".join(str(digits[number].label) for number in chosen)
    return NumberString(text, spacing, drawing, (int(width), int(height)))


def _sized(digit: LabelledStrokes, rng: np.random.Generator) -> list[Points]:
    """Scale the strokes to about the common height by their longer side, and move them to x = 0."""
    strokes = [np.asarray(stroke, dtype=np.float64) for stroke in digit.strokes]
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = HEIGHT * np.exp(rng.normal(0, HEIGHT_SPREAD)) / max(float(extent.max()), 1.0)
    drop = np.array([0.0, rng.normal(0, DROP) * HEIGHT - extent[1] * scale])
    return [(stroke - low) * scale + drop for stroke in strokes]


def _start(
    written: Sequence[Sequence[Points]],
    strokes: Sequence[Points],
    spacing: str,
    rng: np.random.Generator,
) -> float:
    """Return the horizontal position of the next digit."""
    right = max(float(stroke[:, 0].max()) for each in written for stroke in each)
    if spacing in GAPS:
        return right + PEN + rng.uniform(*GAPS[spacing]) * HEIGHT
    return _until_they_touch(np.concatenate(_dense(written[-1])), np.concatenate(_dense(strokes)))


def _until_they_touch(left: Points, right: Points) -> float:
    """Return the smallest shift of the right digit at which the two only just touch."""
    apart = OVERLAP * PEN
    down = left[:, np.newaxis, 1] - right[np.newaxis, :, 1]
    near = np.abs(down) < apart
    if not near.any():
        return float(left[:, 0].max())
    across = left[:, np.newaxis, 0] - right[np.newaxis, :, 0]
    return float((across[near] + np.sqrt(apart**2 - down[near] ** 2)).max())


def _dense(strokes: Sequence[Points]) -> list[Points]:
    """Resample the strokes with a point about every two pixels."""
    found = []
    for stroke in strokes:
        lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        places = np.linspace(0, lengths[-1], max(2, int(lengths[-1] / 2)))
        found.append(np.stack([np.interp(places, lengths, stroke[:, n]) for n in (0, 1)], axis=1))
    return found
