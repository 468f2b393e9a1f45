"""Non-digits that a network meets in use, as pen paths: other scripts, parts of digits, pairs.

`non_digits` draws letters, shapes, scribbles and rows of digits for the dataset. These are for the
second stage of the bundled network's training, and `written_images` renders them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitapp.data import non_digits, pen
from digitapp.data.foreign_signs import FOREIGN_LETTERS, MORE_SIGNS, SCRIPT_DIGITS, SCRIPTS_ASIDE
from digitapp.data.pen_styles import STYLES, Style
from digitapp.data.written_images import Path
from digitapp.drawing.strokes import Points

Paths = list[Path]

WRITINGS_A_FIGURE = 4  # of the same sign, scribble or pair of styles
CUT = (0.38, 0.62)  # where a digit is cut in two, as a share of its width or height
BROAD = 0.4  # width as a share of the height: narrower halves may pass for a 1
GAP = (-0.12, 0.3)  # between digits side by side, as a share of their height
KNOWN: tuple[Style, ...] = tuple(
    style
    for style in (*SCRIPT_DIGITS, *FOREIGN_LETTERS, *MORE_SIGNS)
    if style.name not in SCRIPTS_ASIDE
)
# The parts of digits that cannot pass for a digit: the side that is kept, by digit.
HALVES: dict[int, tuple[str, ...]] = {
    2: ("left", "bottom"),
    3: ("left",),
    4: ("left", "top"),
    5: ("right", "top"),
    6: ("right",),
    8: ("left", "right"),
    9: ("left",),
    0: ("top", "bottom"),
}


def signs(count: int, rng: np.random.Generator) -> Paths:
    """Write signs of all kinds that are not kept aside: those of `non_digits`, and more."""
    known = [[each.points for each in drawn] for drawn in non_digits.write(count // 2, rng)]
    return known + _written(KNOWN, count - len(known), rng)


def scripts_aside(count: int, rng: np.random.Generator) -> Paths:
    """Write digits of other scripts, of the kinds that are kept aside to measure refusal."""
    aside = [style for style in SCRIPT_DIGITS if style.name in SCRIPTS_ASIDE]
    return _written(aside, count, rng)


def halves(digits: Sequence[Path], labels: Sequence[int], rng: np.random.Generator) -> Paths:
    """Cut digits in two, near the middle, and keep a half of each that is no digit.

    Digits of which either half may be a digit (1 and 7) are left out.
    """
    found: Paths = []
    for path, label in zip(digits, labels, strict=True):
        if label in HALVES:
            half = _half(path, str(rng.choice(HALVES[label])), rng)
            if half and _is_broad(half):
                found.append(half)
    return found


def beside(digits: Sequence[Path], count: int, rng: np.random.Generator) -> Paths:
    """Place two or three digits side by side, most of them touching."""
    found: Paths = []
    for _ in range(count):
        many = 2 if rng.random() < 0.8 else 3
        strokes: list[Points] = []
        right, wide = 0.0, rng.uniform(0.45, 1.0)
        for place in rng.integers(len(digits), size=many):
            whole = np.concatenate(digits[place])
            low, high = whole.min(axis=0), whole.max(axis=0)
            scale = math.exp(rng.normal(0, 0.12)) / max(high[1] - low[1], (high - low).max() / 2)
            start = right + (rng.uniform(*GAP) * wide if strokes else 0)
            drop = rng.normal(0, 0.08)
            for stroke in digits[place]:
                moved = (np.asarray(stroke) - low) * scale
                strokes.append(moved * (wide, 1) + (start, drop))
            right = max(float(stroke[:, 0].max()) for stroke in strokes)
        found.append(strokes)
    return found


def digit_paths(count: int, rng: np.random.Generator) -> tuple[Paths, NDArray[np.uint8]]:
    """Write digits in the styles of the dataset `pen`: their paths, and labels uint8 (count,)."""
    found: Paths = []
    labels: list[int] = []
    while len(found) < count:
        digit = int(rng.integers(len(STYLES)))
        found += _written(STYLES[digit], WRITINGS_A_FIGURE, rng)
        labels += [digit] * WRITINGS_A_FIGURE
    return found[:count], np.array(labels[:count], dtype=np.uint8)


def _written(styles: Sequence[Style], count: int, rng: np.random.Generator) -> Paths:
    shares = np.array([style.share for style in styles])
    counts = rng.multinomial(count, shares / shares.sum())
    found: Paths = []
    for style, many in zip(styles, counts, strict=True):
        if many:
            found += pen.write(style.strokes, int(many), rng)
    return [found[place] for place in rng.permutation(len(found))]


def _half(path: Path, side: str, rng: np.random.Generator) -> list[Points]:
    """Return the part of a figure on one side of a cut, as strokes of two points or more."""
    axis, sign = {"left": (0, 1), "right": (0, -1), "top": (1, 1), "bottom": (1, -1)}[side]
    fine = [_fine(stroke) for stroke in path]
    places = np.concatenate(fine)[:, axis]
    cut = places.min() + rng.uniform(*CUT) * np.ptp(places)
    found = []
    for stroke in fine:
        kept = sign * stroke[:, axis] < sign * cut
        pieces = np.split(stroke, np.flatnonzero(np.diff(kept)) + 1)
        first = bool(kept[0])
        found += [piece for piece in pieces[0 if first else 1 :: 2] if len(piece) > 1]
    return found


def _is_broad(path: Path) -> bool:
    """Whether a figure is no upright line, which would be a 1."""
    wide, high = np.ptp(np.concatenate(path), axis=0)
    return bool(wide > BROAD * high)


def _fine(stroke: Points) -> Points:
    """Return a stroke with many points, evenly spaced along its segments."""
    if len(stroke) < 2:
        return np.asarray(stroke)
    places = np.linspace(0, len(stroke) - 1, max(40, 4 * len(stroke)))
    known = np.arange(len(stroke))
    return np.stack([np.interp(places, known, stroke[:, axis]) for axis in (0, 1)], axis=1)
