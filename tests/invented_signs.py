"""Invented signs, as people draw them who have just invented them: a hand has its own way of each.

The skeletons and the jitter are none of the app's own: what is trained on signs of these hands, or
tested on them, has seen neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import Dataset
from digitapp.data.pen_styles import Style, curve
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, Stroke

Points = NDArray[np.float64]

NAME = "secret signs"

# Of a hand, standard deviations: shares of the sign's box, radians, logarithms.
OWN_POINT, OWN_SLANT, OWN_ASPECT, OWN_TURN = 0.035, 0.12, 0.1, 0.07
# Of one drawing.
POINT, SLANT, ASPECT, TURN, SIZE = 0.03, 0.06, 0.07, 0.06, 0.1
STROKE_SHIFT, END = 0.02, 0.08  # where a stroke begins; how far it ends too early or too late
WAVE, PERIODS = 0.012, 1.5
TREMOR = 0.8  # canvas pixels
PENS = (9.0, 24.0)  # canvas pixels
HEIGHTS = (0.4, 0.75)  # of the canvas: the longer side of a hand's signs

SIGNS: dict[str, str] = {  # in the notation of `pen_styles`
    "star": "22,98 50,2! 78,98! 4,38! 96,38! 22,98",
    "spiral": "52,52 60,40 44,32 30,50 44,72 72,64 78,34 52,10 16,28 10,68 38,96 84,90",
    "heart": "50,30 36,8 10,14 6,46 26,76 50,96! 76,74 94,44 88,12 64,8 50,30",
    "gamma": "6,10 26,14 46,44 56,78 48,100 38,82 52,48 90,4",
    "omega": "20,16 4,48 14,86 38,84 50,48! 62,84 86,86 96,48 80,16",
    "pi": "4,14 30,8 68,12 98,6 ; 32,12 30,56 16,96 ; 70,12 68,58 80,96",
    "house": "10,98 10,42! 50,4! 90,42! 90,98! 10,98",
    "lightning": "60,2 26,52! 58,48! 36,98",
    "umbrella": "4,46 16,14 50,2 84,14 96,46! 4,46 ; 50,4 50,84 38,98 26,86",
    "anchor": "50,6 50,94 ; 30,24 70,24 ; 8,62 22,88 50,94 78,88 92,62",
    "fish": "96,24 70,52 40,70 10,50 40,28 70,48 96,78! 94,50 96,24",
    "key": "30,6 12,24 30,42 48,24 30,6 ; 30,42 30,98 ; 30,78 54,78 ; 30,96 58,96",
    "hourglass": "8,4 92,4! 10,96! 90,96! 8,4",
    "eye": "2,50 28,22 50,16 74,22 98,50! 72,78 50,84 26,78 2,50 ; 50,36 38,50 50,64 62,50 50,36",
    "flower stem": "50,98 50,46 ; 50,46 28,36 32,12 50,24! 68,10 74,36 50,46 ; 50,78 78,60",
    "two gates": "6,98 6,20 28,4 50,20 50,98 ; 50,20 72,4 94,20 94,98",
    "crossed loop": "8,90 40,30 62,6 78,24 58,44 30,36 36,10 ; 14,60 86,70",
    "trident": "10,8 14,44 50,58 86,44 90,8 ; 50,4 50,98",
    "sail": "52,2 52,74 ; 56,6 92,66! 56,66 ; 6,78 94,78! 74,98! 26,98! 6,78",
    "snail": "2,92 96,92! 98,62 ; 30,90 20,50 46,26 72,50 56,74 42,58 52,46",
    "arrow through ring": "50,22 26,50 50,78 74,50 50,22 ; 2,98 98,2! 76,4 ; 98,2 96,26",
    "comb": "4,20 96,20 ; 8,20 8,88 ; 36,20 36,88 ; 64,20 64,88 ; 92,20 92,88",
    "moon": "66,2 30,14 12,50 30,86 68,98! 44,70 44,30 66,2",
    "envelope": "4,16 96,16! 96,84! 4,84! 4,16 ; 4,16 50,56! 96,16",
}


@dataclass(frozen=True)
class Hand:
    """Somebody who draws signs, each in a way of their own, and never twice the same.

    Args:
        seed: two hands of different seeds draw differently.
    """

    seed: int

    def drawings(self, sign: str, count: int, first: int = 0) -> list[Drawing]:
        """Draw an entry of `SIGNS` so many times, as strokes on the canvas.

        Args:
            first: how many drawings of it came before; those that follow are others.
        """
        shape = self._own(sign)
        return [self._drawn(sign, shape, number) for number in range(first, first + count)]

    def _own(self, sign: str) -> Sequence[tuple[Points, Points]]:
        """Return this hand's version of a sign: each stroke's curve, and the points it follows."""
        rng, style = self._rng(sign), Style(sign, 1, SIGNS[sign])
        strokes = [(curve(each), np.array(each.points)) for each in style.strokes]
        pose = _pose(rng, OWN_SLANT, OWN_ASPECT, OWN_TURN)
        return [
            (path, (points + rng.normal(0, OWN_POINT, points.shape) - 0.5) @ pose)
            for path, points in strokes
        ]

    def _drawn(self, sign: str, shape: Sequence[tuple[Points, Points]], number: int) -> Drawing:
        own, rng = self._rng(), self._rng(sign, number)
        width, tall = own.uniform(*PENS), own.uniform(*HEIGHTS) * CANVAS_SIDE
        pose = _pose(rng, SLANT, ASPECT, TURN) * tall * np.exp(rng.normal(0, SIZE))
        waves, phase = rng.normal(0, PERIODS, (2, 2)), rng.uniform(0, 2 * np.pi, 2)
        found = []
        for path, points in shape:
            moved = points + rng.normal(0, POINT, points.shape) + rng.normal(0, STROKE_SHIFT, 2)
            moved[-1] += rng.normal(0, END) * (moved[-1] - moved[-2])
            way = path @ moved
            way = (way + WAVE * np.sin(way @ waves * 2 * np.pi + phase)) @ pose
            found.append(way + rng.normal(0, TREMOR, way.shape))
        return _on_canvas(found, width, rng)

    def _rng(self, *what: object) -> np.random.Generator:
        told = "/".join(map(str, (self.seed, *what))).encode()
        return np.random.default_rng([*told])


def _pose(rng: np.random.Generator, slant: float, aspect: float, turn: float) -> Points:
    """Return a 2x2 matrix that slants, stretches and turns points, (n, 2) @ (2, 2)."""
    angle, stretch = rng.normal(0, turn), np.exp(rng.normal(0, aspect))
    cos, sin = np.cos(angle), np.sin(angle)
    slanted = np.array([[1, 0], [rng.normal(0, slant), 1]])
    return np.asarray(np.diag([stretch, 1 / stretch]) @ slanted @ [[cos, sin], [-sin, cos]])


def _on_canvas(strokes: Sequence[Points], width: float, rng: np.random.Generator) -> Drawing:
    """Place strokes on the canvas, somewhere near its middle and never beyond its edge."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    edge = width / 2 + 2
    room = CANVAS_SIDE - 2 * edge
    scale = min(1.0, room / float((high - low).max()))
    free = room - (high - low) * scale
    corner = edge + free * rng.normal(0.5, 0.1, 2).clip(0, 1)
    return tuple(Stroke((each - low) * scale + corner, width) for each in strokes)


def images(drawings: Sequence[Drawing]) -> NDArray[np.uint8]:
    """Return drawings as a network gets to see them: uint8 (n, 28, 28)."""
    seen = [stroke_image(each) for each in drawings]
    return np.rint(np.array(seen).reshape(-1, 28, 28) * 255).astype(np.uint8)


def dataset(
    signs: Sequence[str],
    hands: Sequence[Hand],
    testers: Sequence[Hand],
    each: int = 20,
    tested: int = 10,
) -> Dataset:
    """Return a dataset of signs: `each` drawings a sign to learn from, by `hands` in turn.

    Args:
        testers: who draws the test part, `tested` drawings a sign; never a drawing to learn from.
    """

    def drawn(who: Sequence[Hand], numbers: range) -> NDArray[np.uint8]:
        turns = ((number, sign) for number in numbers for sign in signs)
        return images([who[n % len(who)].drawings(sign, 1, n)[0] for n, sign in turns])

    labels = np.arange(len(signs), dtype=np.uint8)
    train, test = drawn(hands, range(each)), drawn(testers, range(each, each + tested))
    return Dataset(NAME, tuple(signs), train, np.tile(labels, each), test, np.tile(labels, tested))
