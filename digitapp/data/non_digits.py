"""Generate images of non-digits (`others`), from which a network learns to reject them.

A network trained on digits alone sees a digit in everything. Trained on other things as well, as a
class of their own, it also learns to tell digits from things that it has never seen (Hendrycks,
Mazeika & Dietterich, "Deep Anomaly Detection with Outlier Exposure", ICLR 2019; the separate class:
Dhamija, Günther & Boult, "Reducing Network Agnostophobia", NeurIPS 2018). All images are fitted
like digits, so that size and position give nothing away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.data import pen
from digitapp.data.array_files import Images, Labels
from digitapp.data.non_digit_shapes import LETTERS, SHAPES
from digitapp.data.pen_styles import STYLES, Style, StyleStroke
from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.strokes import Drawing, Stroke

IMAGES_A_SHAPE = 6  # images drawn from the same scribble, sign or row of digits
PEN_WIDTH = 0.1  # of written figures, in the box of their styles
# Kinds held out from training, to measure how a network handles unknown things.
_LETTERS_ASIDE = ("E", "K", "R", "h", "w, round", "gamma", "pi, straight", "psi", "omega")
_SHAPES_ASIDE = ("star", "house", "hash", "smiley", "arrow", "infinity", "fish", "cup", "square")
KEPT_ASIDE = frozenset((*_LETTERS_ASIDE, *_SHAPES_ASIDE, "wave"))


class Figure(NamedTuple):
    """Strokes to draw several times, with variations: the arguments of `pen.draw`."""

    strokes: Sequence[StyleStroke]
    times: int
    rng: np.random.Generator
    pen: float = 1


def generate(count: int, seed: int, kept_aside: bool = False) -> Images:
    """Draw non-digits of all kinds, shuffled; the same seed gives the same images.

    Args:
        kept_aside: draw only the letters and shapes that are held out from training.

    Returns:
        uint8 (count, 28, 28), 0 paper to 255 ink.
    """
    rng = np.random.default_rng(seed)
    if kept_aside:
        return rng.permutation(
            _drawn(_in_styles(_known((*LETTERS, *SHAPES), KEPT_ASIDE, True), count, rng))
        )
    shares = np.array([*_SHARES.values()])
    counts = np.diff(np.rint(np.cumsum([0, *shares / shares.sum()]) * count)).astype(int)
    parts = [draw(many, rng) for draw, many in zip(_SHARES, counts, strict=True)]
    return rng.permutation(np.concatenate(parts))


def added_to(
    images: Images, labels: Labels, label: int, count: int, seed: int
) -> tuple[Images, Labels]:
    """Return images (n, 28, 28) and labels (n,), followed by non-digits with a label of theirs."""
    others = np.full(count, label, dtype=np.uint8)
    return np.concatenate([images, generate(count, seed)]), np.concatenate([labels, others])


def write(
    count: int, rng: np.random.Generator, aside: Collection[str] = KEPT_ASIDE
) -> list[Drawing]:
    """Return the pen's strokes of non-digits of all kinds that are drawn in lines, not shuffled.

    Args:
        aside: the names of the letters and shapes to be held out.
    """
    shares = np.array([*_SHARES.values()])[: len(_WRITTEN)]
    counts = np.diff(np.rint(np.cumsum([0, *shares / shares.sum()]) * count)).astype(int)
    kinds = zip(_WRITTEN, counts, strict=True)
    return [each for figures, many in kinds for each in _written(figures(many, rng, aside))]


def write_styles(names: Collection[str], count: int, rng: np.random.Generator) -> list[Drawing]:
    """Return the pen's strokes of the letters and shapes of these names, not shuffled."""
    known = [style for style in (*LETTERS, *SHAPES) if style.name in names]
    return _written(_in_styles(known, count, rng))


def letters(count: int, rng: np.random.Generator) -> Images:
    """Draw letters that cannot pass for digits: uint8 (count, 28, 28)."""
    return _drawn(_in_styles(_known(LETTERS), count, rng))


def shapes(count: int, rng: np.random.Generator) -> Images:
    """Draw known signs and shapes: uint8 (count, 28, 28)."""
    return _drawn(_in_styles(_known(SHAPES), count, rng))


def scribbles(count: int, rng: np.random.Generator) -> Images:
    """Draw aimless lines: uint8 (count, 28, 28)."""
    return _drawn(_a_few_at_a_time(_scribble, count, rng))


def signs(count: int, rng: np.random.Generator) -> Images:
    """Draw invented signs, made of a few lines, arcs and rings: uint8 (count, 28, 28)."""
    return _drawn(_a_few_at_a_time(_sign, count, rng))


def rows(count: int, rng: np.random.Generator) -> Images:
    """Draw two to four digits side by side: uint8 (count, 28, 28)."""
    return _drawn(_a_few_at_a_time(_row, count, rng))


def textures(count: int, rng: np.random.Generator) -> Images:
    """Draw textured shapes and stains: uint8 (count, 28, 28)."""
    images = [_texture(rng) for _ in range(count)]
    return np.rint(np.array(images).reshape(-1, IMAGE_SIDE, IMAGE_SIDE) * 255).astype(np.uint8)


def _known(
    styles: Sequence[Style], aside: Collection[str] = KEPT_ASIDE, inside: bool = False
) -> list[Style]:
    """Return the styles that are not held out, or those that are."""
    return [style for style in styles if (style.name in aside) == inside]


def _in_styles(styles: Sequence[Style], count: int, rng: np.random.Generator) -> Iterator[Figure]:
    shares = np.array([style.share for style in styles])
    counts = rng.multinomial(count, shares / shares.sum())
    for style, many in zip(styles, counts, strict=True):
        for start in range(0, many, pen.DRAWN_AT_ONCE):
            at_once = min(pen.DRAWN_AT_ONCE, many - start)
            yield Figure(style.strokes, at_once, rng, style.pen)


def _a_few_at_a_time(
    figure: Callable[[np.random.Generator], Sequence[StyleStroke]],
    count: int,
    rng: np.random.Generator,
) -> Iterator[Figure]:
    for start in range(0, count, IMAGES_A_SHAPE):
        yield Figure(figure(rng), min(IMAGES_A_SHAPE, count - start), rng)


def _drawn(figures: Iterable[Figure]) -> Images:
    none = np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), dtype=np.uint8)
    return np.concatenate([none, *(pen.draw(*figure) for figure in figures)])


def _written(figures: Iterable[Figure]) -> list[Drawing]:
    return [
        tuple(Stroke(points, PEN_WIDTH) for points in strokes)
        for strokes_of, times, rng, _ in figures
        for strokes in pen.write(strokes_of, times, rng)
    ]


def _scribble(rng: np.random.Generator) -> list[StyleStroke]:
    strokes = []
    for _ in range(rng.integers(1, 4)):
        points = rng.uniform(0, 1, (rng.integers(7, 15), 2))
        corners = np.flatnonzero(rng.random(len(points)) < rng.choice([0.0, 0.3, 0.9]))
        inner = corners[(corners > 0) & (corners < len(points) - 1)]
        strokes.append(StyleStroke(tuple(map(tuple, points.tolist())), tuple(map(int, inner))))
    return strokes


def _sign(rng: np.random.Generator) -> list[StyleStroke]:
    kinds = rng.choice(3, size=rng.integers(4, 7), p=[0.55, 0.3, 0.15])
    return [_ring(rng) if kind == 2 else _line(rng, kind == 1) for kind in kinds]


def _line(rng: np.random.Generator, bent: bool) -> StyleStroke:
    """Return a line, straight or bent, between two points of a 3x3 grid over the box."""
    start, end = rng.choice(9, size=2, replace=False)
    first, last = (np.array(divmod(int(place), 3)) / 2 for place in (start, end))
    across = np.array([first[1] - last[1], last[0] - first[0]])
    middle = (first + last) / 2 + across * (rng.choice([-0.4, 0.4]) if bent else 0)
    return StyleStroke(tuple((float(x), float(y)) for x, y in (first, middle, last)), ())


def _ring(rng: np.random.Generator) -> StyleStroke:
    middle, radius = rng.uniform(0.2, 0.8, 2), rng.uniform(0.12, 0.3)
    turns = rng.uniform(0, 2 * np.pi) + np.linspace(0, 1.95 * np.pi, 9)
    points = middle + radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return StyleStroke(tuple((float(x), float(y)) for x, y in points), ())


def _row(rng: np.random.Generator) -> list[StyleStroke]:
    strokes: list[StyleStroke] = []
    right, wide = 0.0, rng.uniform(0.4, 0.8)
    for _ in range(rng.choice([2, 3, 4], p=[0.65, 0.25, 0.1])):
        styles = STYLES[int(rng.integers(10))]
        shares = np.array([style.share for style in styles])
        digit = styles[int(rng.choice(len(styles), p=shares / shares.sum()))].strokes
        placed, right = _beside(digit, right, wide, rng)
        strokes += placed
    by = 1 / max(right, 1)
    return [
        StyleStroke(tuple((x * by, y * by) for x, y in each.points), each.corners)
        for each in strokes
    ]


def _beside(
    digit: Sequence[StyleStroke], right: float, wide: float, rng: np.random.Generator
) -> tuple[list[StyleStroke], float]:
    """Place a digit to the right of `right`; return its strokes and its own right edge."""
    left = min(x for stroke in digit for x, _ in stroke.points)
    start, drop = right + (rng.uniform(0.02, 0.4) if right else 0), rng.normal(0, 0.06)
    tall = float(np.exp(rng.normal(0, 0.1)))
    placed = [
        StyleStroke(
            tuple((start + (x - left) * wide, y * tall + drop) for x, y in s.points), s.corners
        )
        for s in digit
    ]
    return placed, max(x for stroke in placed for x, _ in stroke.points)


def _texture(rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw overlapping rounded boxes, or a stain, filled with a texture."""
    mask = _stain(rng) if rng.random() < 0.25 else _boxes(rng)
    inside = np.full((IMAGE_SIDE, IMAGE_SIDE), rng.uniform(0.35, 1.0))
    inside += rng.uniform(0, 0.4) * scipy.ndimage.gaussian_filter(
        rng.normal(0, 1, (IMAGE_SIDE, IMAGE_SIDE)), rng.uniform(0.3, 3)
    )
    if rng.random() < 0.3:
        turns = rng.uniform(-1.2, 1.2, 2) @ np.indices((IMAGE_SIDE, IMAGE_SIDE)).reshape(2, -1)
        inside += rng.uniform(0.1, 0.5) * np.sin(turns + rng.uniform(0, 6)).reshape(
            IMAGE_SIDE, IMAGE_SIDE
        )
    soft = scipy.ndimage.gaussian_filter(mask.astype(float), rng.uniform(0.2, 0.6))
    return np.asarray(np.clip(inside, 0.05, 1) * soft)


def _stain(rng: np.random.Generator) -> NDArray[np.bool_]:
    field = scipy.ndimage.gaussian_filter(
        rng.normal(0, 1, (IMAGE_SIDE, IMAGE_SIDE)), rng.uniform(1.2, 4)
    )
    frame = int(rng.integers(0, 5))
    inner = np.zeros((IMAGE_SIDE, IMAGE_SIDE), dtype=bool)
    inner[frame : IMAGE_SIDE - frame, frame : IMAGE_SIDE - frame] = True
    return np.asarray(inner & (field > np.quantile(field, rng.uniform(0.3, 0.7))))


def _boxes(rng: np.random.Generator) -> NDArray[np.bool_]:
    y, x = (np.indices((IMAGE_SIDE, IMAGE_SIDE)) - (IMAGE_SIDE - 1) / 2) / (IMAGE_SIDE / 2)
    mask = np.zeros((IMAGE_SIDE, IMAGE_SIDE), dtype=bool)
    for number in range(rng.integers(1, 5)):
        spread = 0.1 if number == 0 else 0.5
        dx, dy = x - rng.uniform(-spread, spread), y - rng.uniform(-spread, spread)
        angle = rng.normal(0, 0.3)
        u, v = np.cos(angle) * dx + np.sin(angle) * dy, np.cos(angle) * dy - np.sin(angle) * dx
        size = rng.uniform(0.25, 0.95, 2) if number == 0 else rng.uniform(0.12, 0.6, 2)
        power = rng.uniform(1.5, 8)
        mask |= np.abs(u / size[0]) ** power + np.abs(v / size[1]) ** power < 1
    return mask


_SHARES: dict[Callable[[int, np.random.Generator], Images], float] = {
    letters: 0.3,
    shapes: 0.19,
    signs: 0.12,
    scribbles: 0.08,
    rows: 0.22,
    textures: 0.09,
}

_Writing = Callable[[int, np.random.Generator, Collection[str]], Iterator[Figure]]

# The same kinds, in the same order, as the pen writes them; textures are no writing.
_WRITTEN: tuple[_Writing, ...] = (
    lambda count, rng, aside: _in_styles(_known(LETTERS, aside), count, rng),
    lambda count, rng, aside: _in_styles(_known(SHAPES, aside), count, rng),
    lambda count, rng, aside: _a_few_at_a_time(_sign, count, rng),
    lambda count, rng, aside: _a_few_at_a_time(_scribble, count, rng),
    lambda count, rng, aside: _a_few_at_a_time(_row, count, rng),
)
