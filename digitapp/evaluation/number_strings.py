"""Synthetic multi-digit numbers, composed of labelled single digits, for evaluation.

Where the writers of the digits are known, every other number is by one writer, as real ones are; in
the others the hands are mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitapp.drawing.strokes import Drawing, Points, Stroke, reached, resampled
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.number_signs import SIGN_SHAPES, Part, drawn_sign, texts

SPACINGS = ("touching", "tight", "normal", "wide")
HARDER = ("overlapping", "late strokes")
UNEVEN = "uneven heights"
WITH_SIGNS = "with signs"
NUMBER_LENGTHS = (2, 5)  # digits, minimum and maximum
HEIGHT, PEN, MARGIN = 120.0, 12.0, 30.0  # pixels
HEIGHT_SPREAD, UNEVEN_SPREAD, DROP = 0.08, 0.2, 0.06  # of the height
GAPS = {  # of the height
    "tight": (0.02, 0.1),
    "normal": (0.1, 0.3),
    "wide": (0.3, 0.8),
    "late strokes": (0.1, 0.3),
    UNEVEN: (0.1, 0.3),
    WITH_SIGNS: (0.08, 0.35),
}
DENSE_SPACING = 2.0  # pixels between the points by which touching digits are placed
OVERLAP = 0.9  # distance between the centres of two touching lines, in pen widths
INTO = (0.02, 0.12)  # of the height, by which an overlapping digit is pushed into the one before

Pool = Sequence[LabelledStrokes]


@dataclass(frozen=True)
class NumberString:
    """A number and its drawing.

    Attributes:
        spacing: one of `SPACINGS` or `HARDER`, or `UNEVEN` or `WITH_SIGNS`.
        size: width and height of the sheet, in pixels.
        writer: who wrote all its digits; None when several people did, or it is unknown.
        sign: the first sign among the digits; empty when there is none.
        owners: the place in the text of what each stroke of the drawing belongs to.
    """

    text: str
    spacing: str
    drawing: Drawing
    size: tuple[int, int]
    writer: int | None = None
    sign: str = ""
    owners: tuple[int, ...] = ()


def strings(
    digits: Pool, count: int, seed: int, spacings: Sequence[str] = SPACINGS
) -> list[NumberString]:
    """Compose random numbers of two to five digits, with each spacing in turn.

    In a number with late strokes, the last stroke of one of its digits, such as the bar of a 7, is
    drawn when all the digits are written.
    """
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        spacing = spacings[number % len(spacings)]
        pool, writer = _pool(digits, number // len(spacings), rng)
        length = rng.integers(NUMBER_LENGTHS[0], NUMBER_LENGTHS[1] + 1)
        chosen = [pool[n] for n in rng.integers(len(pool), size=length)]
        if spacing == "late strokes":
            chosen = _with_several_strokes(chosen, pool, rng)
        spread = UNEVEN_SPREAD if spacing == UNEVEN else HEIGHT_SPREAD
        parts = [_digit(each, rng, spread) for each in chosen]
        found.append(_string(parts, spacing, writer, rng))
    return found


def signed_strings(digits: Pool, count: int, seed: int) -> list[NumberString]:
    """Compose random numbers with a sign or two among their digits, with each sign in turn."""
    rng = np.random.default_rng(seed)
    found = []
    known = "".join(map(str, sorted({each.label for each in digits})))
    for number, (sign, text) in enumerate(texts(count, known, rng)):
        pool, writer = _pool(digits, number // len(SIGN_SHAPES), rng)
        parts = [
            _written(each, pool, digits, rng) if each.isdigit() else drawn_sign(each, HEIGHT, rng)
            for each in text
        ]
        found.append(_string(parts, WITH_SIGNS, writer, rng, sign))
    return found


def _pool(digits: Pool, number: int, rng: np.random.Generator) -> tuple[Pool, int | None]:
    """Return the digits to choose from: one writer's for even numbers, or everybody's."""
    writers = sorted({each.writer for each in digits if each.writer is not None})
    if number % 2 or not writers:
        return digits, None
    writer = writers[rng.integers(len(writers))]
    return [each for each in digits if each.writer == writer], writer


def _with_several_strokes(
    chosen: list[LabelledStrokes], pool: Pool, rng: np.random.Generator
) -> list[LabelledStrokes]:
    """Make sure that one digit has several strokes, if there is one to choose."""
    several = [each for each in pool if len(each.strokes) > 1]
    if several and not any(len(each.strokes) > 1 for each in chosen):
        chosen[rng.integers(len(chosen))] = several[rng.integers(len(several))]
    return chosen


def _written(digit: str, pool: Pool, everybody: Pool, rng: np.random.Generator) -> Part:
    """Choose a digit as somebody of the pool wrote it, or if nobody did, anybody."""
    label = int(digit)
    known = [each for each in pool if each.label == label]
    known = known or [each for each in everybody if each.label == label]
    return _digit(known[rng.integers(len(known))], rng)


def _string(
    parts: Sequence[Part],
    spacing: str,
    writer: int | None,
    rng: np.random.Generator,
    sign: str = "",
) -> NumberString:
    written: list[list[Points]] = []
    for part in parts:
        shift = np.array([_start(written, part.strokes, spacing, rng), 0.0]) if written else 0.0
        written.append([stroke + shift for stroke in part.strokes])
    late = _late_one(written, rng) if spacing == "late strokes" else -1
    order = [(n, stroke) for n, each in enumerate(written) for stroke in each]
    if late >= 0:
        order.append(order.pop(sum(map(len, written[: late + 1])) - 1))
    owners, strokes = zip(*order, strict=True)
    points = np.concatenate(strokes)
    corner = MARGIN - points.min(axis=0)
    width, height = np.ceil(points.max(axis=0) + corner + MARGIN).astype(int)
    drawing = tuple(Stroke(each + corner, PEN) for each in strokes)
    text = "".join(part.text for part in parts)
    return NumberString(text, spacing, drawing, (int(width), int(height)), writer, sign, owners)


def _late_one(written: Sequence[Sequence[Points]], rng: np.random.Generator) -> int:
    """Choose the digit whose last stroke is drawn at the end, if one has several; or else -1."""
    several = [n for n, strokes in enumerate(written) if len(strokes) > 1]
    return several[rng.integers(len(several))] if several else -1


def _digit(digit: LabelledStrokes, rng: np.random.Generator, spread: float = HEIGHT_SPREAD) -> Part:
    """Scale a digit to about the common height by its longer side, and move it to x = 0."""
    strokes = [np.asarray(stroke, dtype=np.float64) for stroke in digit.strokes]
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = HEIGHT * np.exp(rng.normal(0, spread)) / max(float(extent.max()), 1.0)
    drop = np.array([0.0, rng.normal(0, DROP) * HEIGHT - extent[1] * scale])
    return Part(str(digit.label), [(stroke - low) * scale + drop for stroke in strokes])


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
    into = rng.uniform(*INTO) * HEIGHT
    ink = (np.concatenate(_dense(each)) for each in (written[-1], strokes))
    return _until_they_touch(*ink) - (into if spacing == "overlapping" else 0)


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
    return [
        resampled(stroke, max(2, int(reached(stroke)[-1] / DENSE_SPACING))) for stroke in strokes
    ]
