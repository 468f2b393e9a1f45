"""The signs among the digits of synthetic numbers, as people write them, for evaluation.

Shapes and places follow handwriting: a point is a dot, a dash or a tiny ring near the line; a comma
hangs below it; a minus is short or long, and hardly level. Measures are in heights of a digit; the
line of writing is at 0, the digits' top at -1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from digitapp.drawing.strokes import Points

SHAKE = 0.008  # of each point
SECOND_SIGN, LEADING, RESULT = 0.25, 0.3, 0.5  # how often there is one
MOST_DIGITS = 3  # on either side of a sign


@dataclass(frozen=True)
class Part:
    """A digit or a sign of a number.

    Attributes:
        strokes: (n, 2) each, in pixels; its left edge is at 0, the line of writing at 0, y down.
    """

    text: str
    strokes: Sequence[Points]


def texts(count: int, digits: str, rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Yield the first sign and the whole text of random numbers with signs, each sign in turn.

    Args:
        digits: those that occur.
    """
    signs = [*SIGN_SHAPES]
    for number in range(count):
        sign = signs[number % len(signs)]
        yield sign, _text(sign, digits, rng)


def drawn_sign(sign: str, height: float, rng: np.random.Generator) -> Part:
    """Draw a sign beside digits of a height in pixels."""
    strokes = [stroke + rng.normal(0, SHAKE, stroke.shape) for stroke in SIGN_SHAPES[sign](rng)]
    left = min(stroke[:, 0].min() for stroke in strokes)
    return Part(sign, [(stroke - np.array([left, 0.0])) * height for stroke in strokes])


def _text(sign: str, digits: str, rng: np.random.Generator) -> str:
    first, last = _digits(digits, rng), _digits(digits, rng)
    if sign == "%":
        point = _digits(digits, rng) + "." if rng.random() < SECOND_SIGN else ""
        return f"{point}{first}%"
    if sign in "+-" and rng.random() < LEADING:
        return f"{sign}{first}"
    if sign in "+-\N{MULTIPLICATION SIGN}" and rng.random() < RESULT:
        return f"{first}{sign}{last}={_digits(digits, rng)}"
    if sign in ".,:=" or rng.random() >= SECOND_SIGN:
        return f"{first}{sign}{last}"
    return f"{first}{sign}{last}{sign}{_digits(digits, rng)}"


def _digits(known: str, rng: np.random.Generator) -> str:
    count = rng.integers(1, MOST_DIGITS + 1)
    return "".join(known[place] for place in rng.integers(len(known), size=count))


def _dot(x: float, y: float, rng: np.random.Generator) -> Points:
    """Return a dot: a point, a tiny dash, or a tiny ring."""
    kind = rng.integers(3)
    if kind == 0:
        return np.array([[x, y]])
    if kind == 1:
        way = rng.normal(0, 0.02, 2)
        return np.array([[x, y], [x + way[0], y + abs(way[1])]])
    return _ring(x, y, rng.uniform(0.01, 0.03), rng)


def _ring(x: float, y: float, radius: float, rng: np.random.Generator, tall: float = 1) -> Points:
    turns = rng.uniform(0, 2 * np.pi) + rng.choice([-1, 1]) * np.linspace(0, 1.9 * np.pi, 12)
    return np.stack([x + radius * np.cos(turns), y + tall * radius * np.sin(turns)], axis=1)


def _line(start: tuple[float, float], end: tuple[float, float], bow: float = 0) -> Points:
    """Return a line, bowed sideways by a share of its length."""
    first, last = np.array(start), np.array(end)
    along = np.linspace(0, 1, 9)[:, np.newaxis]
    across = np.array([first[1] - last[1], last[0] - first[0]])
    return np.asarray(first + (last - first) * along + across * bow * 4 * along * (1 - along))


def _point(rng: np.random.Generator) -> list[Points]:
    return [_dot(0, rng.uniform(-0.06, 0.04), rng)]


def _comma(rng: np.random.Generator) -> list[Points]:
    top, bottom = rng.uniform(-0.1, 0.0), rng.uniform(0.1, 0.22)
    start, end = (0.0, top), (-rng.uniform(0.02, 0.1), bottom)
    return [_line(start, end, rng.uniform(-0.25, 0.1))]


def _colon(rng: np.random.Generator) -> list[Points]:
    upper, lower = rng.uniform(-0.68, -0.45), rng.uniform(-0.18, -0.02)
    lean = rng.normal(0, 0.02)
    return [_dot(lean, upper, rng), _dot(0, lower, rng)]


def _level(y: float, length: float, rng: np.random.Generator) -> Points:
    """Return a line from left to right, hardly level and hardly straight."""
    rise = length * rng.normal(0, 0.06)
    return _line((0, y + rise / 2), (length, y - rise / 2), rng.normal(0, 0.03))


def _minus(rng: np.random.Generator) -> list[Points]:
    return [_level(rng.uniform(-0.58, -0.38), rng.uniform(0.25, 0.6), rng)]


def _plus(rng: np.random.Generator) -> list[Points]:
    size, middle = rng.uniform(0.32, 0.6), rng.uniform(-0.55, -0.4)
    place, tall = size * rng.uniform(0.42, 0.58), size * rng.uniform(0.85, 1.15)
    lean = size * rng.normal(0, 0.04)
    bar = _level(middle, size, rng)
    stem = _line((place + lean, middle - tall / 2), (place - lean, middle + tall / 2))
    return [bar, stem] if rng.random() < 0.5 else [stem, bar]


def _times(rng: np.random.Generator) -> list[Points]:
    wide, tall = rng.uniform(0.28, 0.5), rng.uniform(0.28, 0.5)
    top = rng.uniform(-0.62, -0.5) + (0.5 - tall) / 2
    down = _line((0, top), (wide, top + tall), rng.normal(0, 0.04))
    up = _line((wide, top), (0, top + tall), rng.normal(0, 0.04))
    return [down, up[::-1] if rng.random() < 0.3 else up]


def _equals(rng: np.random.Generator) -> list[Points]:
    length, gap = rng.uniform(0.28, 0.55), rng.uniform(0.14, 0.28)
    upper = rng.uniform(-0.62, -0.42) - gap / 4
    shift = np.array([rng.normal(0, 0.03), gap])
    return [_level(upper, length, rng), _level(upper, length * rng.uniform(0.85, 1.1), rng) + shift]


def _percent(rng: np.random.Generator) -> list[Points]:
    tall, wide = rng.uniform(0.75, 1.0), rng.uniform(0.45, 0.7)
    slash = _line((wide, -tall), (0, 0), rng.normal(0, 0.02))
    radii = rng.uniform(0.09, 0.15, 2)
    upper = _ring(wide * 0.12, -tall * 0.8, radii[0], rng, rng.uniform(0.9, 1.4))
    lower = _ring(wide * 0.95, -tall * 0.18, radii[1], rng, rng.uniform(0.9, 1.4))
    orders = ((upper, slash, lower), (slash, upper, lower), (upper, lower, slash))
    return list(orders[rng.integers(len(orders))])


SIGN_SHAPES: dict[str, Callable[[np.random.Generator], list[Points]]] = {
    ".": _point,
    ",": _comma,
    ":": _colon,
    "-": _minus,
    "+": _plus,
    "\N{MULTIPLICATION SIGN}": _times,
    "=": _equals,
    "%": _percent,
}
