"""Styles in which people write the digits, one line of text each; `pen` draws them.

The shapes were designed by hand for this project. A style's strokes lie in a box of 100 x 100, x to
the right and y down, about as tall as the digit: `x,y` is a point that the pen passes through on a
smooth curve, `x,y!` a corner, and `;` lifts the pen.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import NDArray

BOX = 100.0
KEPT_CURVES = 512
SPACING = 0.03  # of the box, between the points of a path: about half a pixel


@dataclass(frozen=True)
class StyleStroke:
    """One movement of the pen.

    Attributes:
        points: the points (x, y) that it passes through, as shares of the box, 0 to 1.
        corners: the indices of `points` at which it turns sharply, never the first or the last.
    """

    points: tuple[tuple[float, float], ...]
    corners: tuple[int, ...]


@dataclass(frozen=True)
class Style:
    """One way of writing a digit.

    Attributes:
        share: how often it is written, relative to the digit's other styles.
        path: its strokes, in the notation of this module.
        pen: pen width, relative to the usual one.
    """

    name: str
    share: float
    path: str
    pen: float = 1

    @property
    def strokes(self) -> tuple[StyleStroke, ...]:
        """The strokes parsed from the path.

        Raises:
            ValueError: when the path does not follow the notation.
        """
        return tuple(_stroke(text.split()) for text in self.path.split(";"))


def _stroke(words: list[str]) -> StyleStroke:
    pairs = [word.rstrip("!").split(",") for word in words]
    points = tuple((float(x) / BOX, float(y) / BOX) for x, y in pairs)
    if len(points) < 2:
        raise ValueError(f"A stroke needs two points or more; it is {' '.join(words)!r}.")
    return StyleStroke(points, tuple(n for n, word in enumerate(words) if word.endswith("!")))


@lru_cache(maxsize=KEPT_CURVES)
def curve(stroke: StyleStroke) -> NDArray[np.float64]:
    """Return the matrix that turns a stroke's points into the pen's path: float64 (path, points).

    Natural cubic splines run from corner to corner, sampled every `SPACING` along the original
    points.
    """
    points = np.array(stroke.points)
    pieces = []
    for start, end in itertools.pairwise((0, *stroke.corners, len(points) - 1)):
        lengths = np.hypot(*np.diff(points[start : end + 1], axis=0).T)
        places = np.concatenate([[0], np.cumsum(lengths)])
        spline = scipy.interpolate.CubicSpline(
            places, np.eye(len(points))[start : end + 1], bc_type="natural"
        )
        pieces.append(spline(np.linspace(0, places[-1], 2 + int(places[-1] / SPACING))))
    return np.concatenate(pieces)


STYLES: dict[int, tuple[Style, ...]] = {
    0: (
        Style("oval", 4, "52,0 26,10 12,35 11,65 25,92 48,100 73,90 87,64 87,34 73,9 50,1"),
        Style("narrow", 2, "52,0 36,11 29,36 29,66 38,92 50,100 63,91 71,65 70,33 62,9 50,0"),
        Style("wide", 1.5, "50,10 18,20 0,48 14,78 48,90 84,80 100,52 86,22 48,11"),
        Style("slanted", 3, "78,2 48,14 20,48 6,84 20,100 50,88 80,52 95,16 82,1 70,3"),
        Style("not closed", 1.5, "50,0 25,12 10,38 12,70 30,95 54,99 78,84 88,56 84,28 74,13"),
        Style("overlapping", 2, "36,10 16,32 10,62 24,92 50,100 78,86 90,54 80,20 56,6 34,8 18,20"),
        Style("curled", 1, "42,32 36,14 54,3 78,16 88,46 82,78 54,100 24,90 10,58 18,22 44,4 70,9"),
        Style("slashed", 0.7, "58,0 26,12 8,48 14,84 38,100 70,86 92,46 80,10 54,1 ; 80,14 20,88"),
        Style("crossed at the top", 1, "76,0 46,8 18,32 8,64 26,96 56,98 84,74 86,40 66,14 30,2"),
        Style("bold", 0.8, "56,0 26,12 8,40 8,70 24,94 46,100 74,88 90,62 90,32 76,8 54,1", 1.5),
    ),
    1: (
        Style("plain", 6, "50,0 50,35 50,70 50,100"),
        Style("slanted", 3, "68,0 56,35 44,70 32,100"),
        Style("short flag", 3, "30,24 52,2! 51,50 50,100"),
        Style("curved flag", 1.5, "28,26 42,18 52,1! 51,50 50,100"),
        Style("long flag", 3, "16,48 38,26 58,1! 55,50 52,100"),
        Style("flag as long as the stem", 2.5, "14,84 36,44 60,0! 57,50 54,100"),
        Style("with a base", 2, "28,22 50,0! 50,50 50,98 ; 18,99 50,98 84,98"),
        Style("plain with a base", 0.6, "50,0 50,50 50,98 ; 22,99 80,98"),
        Style("base without lifting", 0.7, "30,26 52,0! 50,50 50,96! 20,98! 52,98 86,97"),
        Style("with a foot", 0.7, "38,14 48,0! 47,50 50,88 62,100 74,96"),
        Style("swung flag", 1.5, "8,44 32,36 64,2! 58,50 52,100"),
        Style("bold", 1.5, "60,0 54,35 48,70 42,100", 1.5),
    ),
    2: (
        Style("round", 3, "12,24 26,5 52,0 76,12 78,34 58,62 34,84 10,98! 50,97 92,96"),
        Style("angular", 1.5, "10,12 44,5 82,6! 46,54 8,96! 48,95 92,93"),
        Style("swan", 2, "14,24 34,3 62,4 74,24 58,56 34,82 12,96! 28,86 48,88 70,98 94,92"),
        Style("small loop", 1.5, "12,18 34,1 64,3 72,26 52,60 24,90 8,92 14,80 34,82 60,96 94,92"),
        Style("curled top", 1.5, "32,30 18,24 24,6 50,0 74,12 74,38 46,74 10,98! 50,97 92,95"),
        Style("long neck", 1.5, "22,24 34,4 56,2 66,20 58,48 42,74 22,98! 50,98 82,97"),
        Style("smooth", 1, "14,22 36,2 66,8 68,34 42,66 18,88 26,98 58,97 96,94"),
        Style("flat", 0.8, "4,30 28,12 62,12 66,32 36,60 4,84! 50,82 100,80"),
        Style("looped", 3, "12,22 40,2 70,12 72,44 52,80 26,98 6,92 10,72 36,62 66,70 96,86"),
        Style("falling tail", 2, "18,18 44,0 72,12 70,42 46,78 20,92 8,80 24,66 54,70 84,98"),
        Style("like an a", 1.5, "16,22 44,0 76,14 80,50 62,84 32,100 8,86 18,64 50,58 98,64"),
        Style("straight neck, looped", 0.8, "56,0 62,30 52,62 30,92 10,88 18,70 46,74 84,98"),
        Style(
            "curly", 1.2, "44,34 26,34 22,12 48,0 72,14 66,46 34,82 10,94 14,80 36,80 66,98 94,86"
        ),
    ),
    3: (
        Style("round", 3, "14,16 36,1 64,3 76,20 64,40 38,47! 66,50 84,70 70,94 38,100 10,88"),
        Style("flat top", 2, "14,5 48,3 82,3! 62,22 42,40! 68,46 84,68 72,93 40,100 8,90"),
        Style("small loop", 2, "14,14 42,0 72,10 68,32 46,48 32,46 42,40 70,52 80,76 54,99 8,92"),
        Style("pointed", 2, "18,10 46,0 70,12 62,32 36,50! 58,50 72,66 62,88 36,100 8,98"),
        Style("long tail", 1.5, "24,12 52,0 76,10 70,28 46,42! 70,50 76,70 52,90 22,98 0,90"),
        Style("hardly waisted", 1.5, "16,10 46,0 72,12 72,32 58,46! 76,60 78,82 50,100 14,94"),
        Style("wide", 1, "4,20 36,6 72,8 84,24 58,42 34,48! 74,50 98,70 70,92 30,94 0,82"),
        Style("curled end", 1, "12,18 36,0 70,8 68,34 40,44! 72,52 84,78 54,100 18,94 14,78 28,76"),
        Style("angular", 0.9, "12,6 46,2 80,8! 60,26 38,46! 60,54 76,64! 62,84 48,100"),
        Style("slim", 1.5, "30,10 52,0 70,12 62,32 46,44! 60,50 70,70 60,92 44,100"),
    ),
    4: (
        Style("open", 4, "24,4 16,30 8,56! 44,54 90,48 ; 74,2 70,50 66,100"),
        Style("open and round", 2, "20,4 10,34 18,54 46,56 90,48 ; 76,6 70,50 64,100"),
        Style("short stem", 2, "40,0 24,30 6,64! 50,62 92,58 ; 64,34 60,66 56,100"),
        Style("closed", 1.5, "62,0 34,34 6,68! 50,66 94,65 ; 64,2 64,50 64,100"),
        Style("closed, one stroke", 1, "94,66 50,66 6,67! 36,32 64,0! 64,50 64,100"),
        Style("lightning", 2, "40,0 26,28 10,56! 42,54 76,44! 64,72 50,100"),
        Style("like a y", 1.5, "22,4 12,30 20,50 46,48 80,6! 72,50 64,100"),
        Style("like a 9", 0.6, "70,4 40,26 8,54! 40,54 66,42 80,6! 70,54 60,100"),
        Style("long bar", 1.5, "46,0 24,30 0,60! 50,60 100,58 ; 58,24 54,60 50,100"),
        Style("looped corner", 1, "42,0 22,32 6,62 18,66 34,58 62,58 96,50 ; 70,30 62,64 54,100"),
        Style("slanted", 1.5, "54,2 34,30 12,54! 50,52 88,46 ; 96,4 66,50 36,100"),
        Style("narrow", 1.2, "40,0 26,36 20,66! 44,62 72,56 ; 62,36 60,66 56,100"),
        Style("lowered", 0.8, "36,0 30,36 22,72! 42,70 62,64 ; 60,52 60,76 58,100"),
    ),
    5: (
        Style("one stroke", 3, "86,4 52,3 22,4! 16,42! 44,34 78,46 86,72 62,97 30,100 6,90"),
        Style("rounded", 2, "86,3 52,2 28,10 22,34 46,42 74,58 74,86 44,100 8,94"),
        Style("two strokes", 3, "24,6 16,44! 46,36 80,50 82,80 50,100 8,92 ; 24,6 56,4 88,3"),
        Style("detached bar", 2, "22,14 14,48! 46,40 78,54 78,82 46,100 6,92 ; 34,6 64,3 96,0"),
        Style("leaning", 3, "100,4 70,6 42,12! 26,44! 52,42 66,60 54,84 28,98 0,98"),
        Style("like an s", 1.5, "82,10 60,0 32,8 26,30 48,44 72,62 66,88 38,100 6,90"),
        Style("small belly", 1.5, "80,0 54,2 28,4! 24,50! 46,44 68,54 70,78 50,98 16,98"),
        Style("round back", 1, "26,12 18,34 32,44 62,44 80,64 66,92 34,100 6,88 ; 26,10 58,6 94,8"),
        Style("hooked end", 1, "84,4 26,4! 20,42! 54,34 84,56 72,92 36,100 12,86 18,76"),
        Style("round belly", 1.5, "82,4 50,4 20,6! 14,46! 42,36 76,46 86,72 62,98 28,95 12,78"),
        Style("short neck", 1.5, "28,4 28,28! 58,44 66,66 48,90 6,100 ; 26,4 60,4 96,2"),
        Style("leaning, round", 1, "100,0 66,8 40,12! 26,46! 56,42 72,66 52,94 22,98 10,82"),
    ),
    6: (
        Style("curved", 3, "70,0 44,14 22,42 14,74 34,99 64,96 80,76 68,56 42,56 18,76"),
        Style("straight back", 3, "62,0 42,32 22,66 22,92 46,100 70,88 74,68 54,60 30,70 20,84"),
        Style("upright", 1.5, "32,0 24,32 20,68 28,95 54,100 76,82 70,60 46,56 22,72"),
        Style("round", 1.5, "84,12 62,0 32,14 12,50 20,88 50,100 80,84 78,58 50,48 20,66"),
        Style("not closed", 1.5, "66,0 36,20 14,58 20,92 52,100 76,80 64,58 44,60"),
        Style("curled in", 1.5, "64,0 34,26 16,66 30,98 64,96 80,72 60,56 38,66 36,82 48,86"),
        Style("flat belly", 1.5, "50,0 22,34 6,72 18,94 52,98 88,88 90,70 60,66 22,80"),
        Style("small loop", 1.5, "70,0 46,22 28,54 24,86 42,100 60,92 64,76 50,70 30,80"),
        Style("open loop", 1.5, "34,0 12,30 4,68 24,98 60,98 88,78 92,50 72,44 52,62 48,86"),
        Style("crossed below", 1.5, "66,0 40,34 26,72 40,90 74,74 82,54 58,52 36,76 24,100"),
        Style("crossed stem", 0.8, "62,0 46,36 36,74 46,97 66,94 66,76 42,68 14,68"),
        Style("hardly looped", 0.7, "64,0 40,34 26,72 34,98 56,100 62,90 48,84"),
    ),
    7: (
        Style("plain", 3, "10,8 48,6 88,5! 66,46 46,100"),
        Style("straight", 2, "8,4 50,3 86,3! 60,50 34,100"),
        Style("round", 2, "10,14 42,3 74,3 84,18 68,54 52,100"),
        Style("serif", 1.5, "10,26 12,5! 50,5 86,5! 64,46 48,100"),
        Style("curled top", 2, "6,24 12,8 30,8 56,14 90,3! 66,46 50,100"),
        Style("barred", 2.5, "10,8 48,6 86,5! 64,46 44,100 ; 24,54 54,52 84,50"),
        Style("barred, curled top", 2.5, "8,22 14,6 34,8 58,13 86,4! 62,46 48,100 ; 22,56 80,52"),
        Style("barred, round", 1.5, "12,14 40,2 70,4 74,24 56,60 48,100 ; 8,58 46,54 88,54"),
        Style("long bar", 1, "16,10 46,4 76,3! 60,46 46,100 ; 0,62 44,56 96,52"),
        Style("falling bar", 0.7, "16,8 46,4 78,4! 62,46 46,100 ; 22,40 52,52 86,68"),
        Style("curved stem", 1, "8,10 46,6 82,5! 56,34 44,66 44,100"),
        Style("hanging", 0.7, "0,54 16,58 38,44 66,26 96,2! 60,50 22,100"),
        Style("arched", 0.3, "8,34 36,14 64,0 80,18 72,58 66,100"),
        Style("hooked", 0.8, "10,8 8,34 22,42 52,14 80,6 84,34 68,66 52,100"),
        Style("with a foot", 0.4, "10,14 48,8 84,4! 56,46 36,94! 50,98 68,96"),
        Style(
            "barred, with a foot",
            0.8,
            "20,14 42,0 66,6 68,26 46,62 46,90 60,100 ; 12,62 48,58 84,54",
        ),
    ),
    8: (
        Style("crossing", 4, "72,13 50,0 28,11 33,34 54,50 76,70 67,95 32,95 26,68 56,44 74,22"),
        Style("from the middle", 2, "52,46 28,32 30,8 68,5 72,34 26,66 30,93 56,100 78,84 50,46"),
        Style(
            "two circles", 2, "50,1 26,14 28,40 66,43 74,12 52,1 ; 50,47 21,66 34,98 78,90 54,47"
        ),
        Style("open top", 2.5, "86,8 60,0 34,8 34,30 64,62 56,95 28,98 18,80 36,58 62,38 92,14"),
        Style("slim", 1.2, "70,13 54,0 36,8 38,30 54,50 70,74 60,96 34,95 36,68 54,46 72,20"),
        Style("other way", 1.5, "30,16 50,0 72,12 66,36 22,74 34,97 70,94 72,66 46,48 28,24"),
        Style("small bottom", 1, "80,16 56,0 24,8 26,38 66,68 58,94 38,97 34,78 66,44 82,22"),
        Style("straight crossing", 1.5, "74,10 44,0 22,14 38,38 70,78 56,100 28,98 22,80 80,10"),
        Style("ribbon", 1, "76,16 58,8 40,20 42,46 36,72 14,98 6,84 36,56 66,30 98,0"),
        Style("open below", 0.7, "12,100 38,68 74,26 66,3 36,4 26,24 54,64 86,100"),
        Style("open right", 1.8, "88,12 56,0 26,14 42,42 72,66 64,96 34,98 22,76 50,52 90,32"),
        Style("open left", 1.6, "26,20 38,3 68,4 66,26 24,80 46,100 72,86 66,62 46,42 30,34"),
    ),
    9: (
        Style("straight stem", 3, "78,12 50,0 22,16 18,40 44,52 70,38 80,8! 78,54 76,100"),
        Style("slanted", 3, "74,10 48,4 22,22 20,44 44,50 68,34 80,6! 66,54 50,100"),
        Style("round", 2, "78,22 54,0 24,8 18,36 44,50 72,38 80,18 80,56 62,90 34,100"),
        Style("curled tail", 2.5, "80,14 52,0 22,12 18,38 46,50 76,36 82,10! 84,56 68,92 12,86"),
        Style("long hook", 2.5, "80,10 54,0 34,14 34,34 56,44 80,28! 82,60 68,90 34,100 0,94"),
        Style("round hook", 1.5, "82,20 58,0 28,8 24,32 50,46 78,30 84,44 78,82 48,100 14,88"),
        Style("two strokes", 1.5, "74,14 48,4 20,20 20,44 46,52 72,38 76,14 ; 78,4 76,50 72,100"),
        Style("not closed", 1, "70,4 38,6 18,28 28,46 56,42 78,14! 72,56 64,100"),
        Style("large head", 1, "82,28 58,2 18,8 6,40 36,60 72,48 84,16! 80,58 72,100"),
        Style("small head", 1.5, "66,8 48,2 32,14 34,30 52,34 68,22! 62,60 52,100"),
        Style("open head", 2.5, "64,8 32,10 8,34 24,50 58,34 92,4! 70,50 58,100"),
        Style("tall head", 1.2, "70,8 44,2 16,34 10,66 32,70 60,36 76,2! 75,50 80,100"),
        Style("low corner", 1.5, "78,4 42,8 12,34 24,47 54,40 74,28! 69,62 62,100"),
        Style("like a g", 1.5, "66,8 44,0 30,14 46,28 64,16! 74,50 82,80 56,100 16,92"),
        Style("flat head, long tail", 0.8, "92,8 62,3 48,16 70,25 92,8! 80,58 50,92 2,92"),
    ),
}
