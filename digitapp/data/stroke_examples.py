"""Paths for training the stroke reader: real hands, `pen`, and what is not a digit, all varied.

Real hands alone know too few ways of writing; the styles of `pen` know more, but nobody's movement.
Each drawing is turned, slanted and stretched a little, and most are written otherwise as well
(`stroke_variations`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitapp.data import non_digits, pen
from digitapp.data.hand_files import CANVAS_PEN, WrittenDigit
from digitapp.data.pen_styles import STYLES
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing import pen_path
from digitapp.drawing.pen_path import Path
from digitapp.drawing.strokes import Drawing, Stroke

TIMES, PEN_DIGITS, OTHERS, MADE_UP = 4, 22_000, 14_000, 2_000
OTHER = 10  # the label of what is not a digit
VARIED, VARIED_OTHERS, TWICE = 0.65, 0.4, 0.3  # shares written otherwise, and of these, twice
TURN, SLANT, STRETCH = 0.1, 0.17, 0.15  # standard deviations: radians, shear, of the logarithm
HEIGHT, GAP, DROP, SPREAD = 100.0, (-0.1, 0.5), 0.06, 0.08  # of pairs; of the height

Labels = NDArray[np.int32]


def examples(
    digits: Sequence[WrittenDigit], seed: int, aside: Collection[str] = non_digits.KEPT_ASIDE
) -> tuple[Path, Labels]:
    """Return paths float32 (n, 64, 5) and labels (n,), 0 to 9, or 10 for no digit, not shuffled.

    Args:
        digits: by real hands, each varied several times.
        seed: the same one gives the same examples.
        aside: the names of the letters and shapes to be held out.
    """
    rng = np.random.default_rng(seed)
    drawings = [varied(digit.drawing(), rng, VARIED) for _ in range(TIMES) for digit in digits]
    labels = [digit.label for _ in range(TIMES) for digit in digits]
    for drawing, label in pen_digits(PEN_DIGITS, rng):
        drawings.append(varied(drawing, rng, VARIED))
        labels.append(label)
    made_up = [each for make in MAKERS for each in make(digits, MADE_UP, rng)]
    for drawing in [*non_digits.write(OTHERS, rng, aside), *made_up]:
        drawings.append(varied(drawing, rng, VARIED_OTHERS))
        labels.append(OTHER)
    return pen_path.of_drawings(drawings), np.array(labels, dtype=np.int32)


def count(digits: int) -> int:
    """Return how many examples are made of so many digits by real hands."""
    return TIMES * digits + PEN_DIGITS + OTHERS + len(MAKERS) * MADE_UP


def pen_digits(count: int, rng: np.random.Generator) -> list[tuple[Drawing, int]]:
    """Return digits in the styles of `pen`, with their labels, equal numbers of each."""
    labels = (np.arange(count) % len(STYLES)).astype(np.uint8)
    found = []
    for style, places in pen.jobs(labels, rng):
        for strokes in pen.write(style.strokes, len(places), rng):
            drawing = tuple(Stroke(points, non_digits.PEN_WIDTH) for points in strokes)
            found.append((drawing, int(labels[places[0]])))
    return found


def pairs(digits: Sequence[WrittenDigit], count: int, rng: np.random.Generator) -> list[Drawing]:
    """Return two digits by real hands side by side, which are not one digit."""
    chosen = rng.integers(len(digits), size=(count, 2))
    return [_beside(digits[a].drawing(), digits[b].drawing(), rng) for a, b in chosen]


def turned(digits: Sequence[WrittenDigit], count: int, rng: np.random.Generator) -> list[Drawing]:
    """Return digits by real hands, turned by a quarter either way, which are no digits: not 0."""
    kept = [digit for digit in digits if digit.label]
    found = []
    for place in rng.integers(len(kept), size=count):
        turn = np.array([[0, 1], [-1, 0]]) * rng.choice([-1, 1])
        drawing = kept[place].drawing()
        found.append(tuple(replace(each, points=each.points @ turn) for each in drawing))
    return found


def spliced(digits: Sequence[WrittenDigit], count: int, rng: np.random.Generator) -> list[Drawing]:
    """Return the beginning of one digit, continued by the end of another one."""
    found: list[Drawing] = []
    while len(found) < count:
        first, second = (digits[place] for place in rng.integers(len(digits), size=2))
        if first.label != second.label:
            begin = np.concatenate([each.points for each in first.drawing()])
            end = np.concatenate([each.points for each in second.drawing()])
            share = rng.uniform(0.4, 0.6)
            begin, end = begin[: int(len(begin) * share) + 1], end[int(len(end) * share) :]
            points = np.concatenate([begin, end - end[0] + begin[-1]])
            found.append((Stroke(points, CANVAS_PEN),))
    return found


def varied(drawing: Drawing, rng: np.random.Generator, share: float) -> Drawing:
    """Turn, slant and stretch a drawing at random; write a share of them otherwise as well."""
    angle, slant = rng.normal(0, TURN), rng.normal(0, SLANT)
    cos, sin, wide = math.cos(angle), math.sin(angle), math.exp(rng.normal(0, STRETCH))
    change = np.array([[cos, -sin], [sin, cos]]) @ np.array([[wide, slant], [0, 1]])
    found = tuple(replace(each, points=each.points @ change.T) for each in drawing)
    if rng.random() < share:
        names = list(VARIATIONS)
        for _ in range(1 + int(rng.random() < TWICE)):
            found = VARIATIONS[names[int(rng.integers(len(names)))]](found, rng)
    return found


def _beside(left: Drawing, right: Drawing, rng: np.random.Generator) -> Drawing:
    first = _sized(left, HEIGHT)
    second = _sized(right, HEIGHT * math.exp(rng.normal(0, SPREAD)))
    edge = max(float(stroke.points[:, 0].max()) for stroke in first)
    shift = np.array([edge + rng.uniform(*GAP) * HEIGHT, rng.normal(0, DROP) * HEIGHT])
    return (*first, *(replace(each, points=each.points + shift) for each in second))


def _sized(drawing: Drawing, size: float) -> Drawing:
    """Scale a drawing so that its longer side has this length, and move it to the origin."""
    points = np.concatenate([stroke.points for stroke in drawing])
    low, extent = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1e-6)
    return tuple(replace(each, points=(each.points - low) / extent * size) for each in drawing)


MAKERS = (pairs, turned, spliced)  # what is made of digits by real hands, but is none
