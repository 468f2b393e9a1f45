"""Cutting writing into pieces that could be digits, or parts of them.

Pieces are cut too small rather than too large; which of them belong together is for a network
to say (`numbers`). That is over-segmentation as cheque readers have it (LeCun, Bottou, Bengio &
Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998, section V).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import ndimage

from digitapp.ink import Ink, stroke_width
from digitapp.strokes import Drawing

Mask = NDArray[np.bool_]
Box = tuple[float, float, float, float]

EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)
CUT_FROM = 0.45  # of the line's height: what is narrower is not cut
STEP, REACH = 0.04, 0.15  # of its height: where cuts are looked for, and how far they may lean
APART = 0.05  # of its height, between one cut and the next
OUTSIDE = 1000.0  # what leaving the part costs
DEEPEST = 3.2  # line widths of ink that a cut may cross
SLOPE = 0.5  # what a step to the side costs a cut, in pixels of ink
SAME_ROW = 0.4  # of the lower part's height: two parts that share so much are in one row
MOST_PIECES = 40


@dataclass(frozen=True)
class Piece:
    """Some ink, or some strokes.

    Attributes:
        box: left, top, right, bottom.
        cut: how many line widths of ink the cut crossed that parts it from the piece before;
            0 when it stands alone.
    """

    box: Box
    cut: float = 0.0


@dataclass(frozen=True)
class InkPiece(Piece):
    """A connected part of a picture's ink, or what a cut has left of it."""

    mask: Mask = field(default_factory=lambda: np.zeros((1, 1), dtype=bool))


@dataclass(frozen=True)
class StrokePiece(Piece):
    """One stroke, by its number in the drawing."""

    number: int = 0


def of_ink(ink: Ink) -> list[list[InkPiece]]:
    """The pieces of a picture's ink: rows from top to bottom, pieces from left to right."""
    mask = ink > 0.5
    labels, count = ndimage.label(mask, EIGHT_NEIGHBOURS)
    boxes = [_box(found) for found in ndimage.find_objects(labels)]
    width = stroke_width(mask) if count else 1.0
    found = []
    for row in rows(boxes):
        height = float(np.median([boxes[n][3] - boxes[n][1] for n in row]))
        pieces = [piece for n in row for piece in _cut(labels == n + 1, boxes[n], height, width)]
        pieces.sort(key=lambda piece: piece.box[0] + piece.box[2])
        found.append(pieces[:MOST_PIECES])
    return found


def of_strokes(drawing: Drawing) -> list[list[StrokePiece]]:
    """The strokes of a drawing without an eraser's, in rows as `of_ink`."""
    boxes = [_bounds(stroke.points, stroke.width) for stroke in drawing]
    found = rows(boxes)
    return [[StrokePiece(boxes[n], 0.0, n) for n in row][:MOST_PIECES] for row in found]


def rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Which boxes are in one line of writing, from top to bottom, each from left to right.

    The larger ones make the rows; a small one, such as the bar of a 5, joins the nearest.
    """
    found: list[list[int]] = []
    for n in sorted(range(len(boxes)), key=lambda n: boxes[n][1] - boxes[n][3]):
        shares = [_shared(boxes[n], [boxes[m] for m in row]) for row in found]
        joins = found and _is_small(boxes[n], boxes[found[0][0]])
        if shares and (joins or max(shares) >= SAME_ROW):
            found[shares.index(max(shares))].append(n)
        else:
            found.append([n])
    found.sort(key=lambda row: min(boxes[n][1] for n in row))
    return [sorted(row, key=lambda n: boxes[n][0] + boxes[n][2]) for row in found]


def _shared(box: Box, row: Sequence[Box]) -> float:
    """How much of the box's height lies in a row's; negative when there is a gap."""
    top, bottom = min(each[1] for each in row), max(each[3] for each in row)
    shared = min(box[3], bottom) - max(box[1], top)
    return shared / max(1e-6, min(box[3] - box[1], bottom - top))


def _is_small(box: Box, tallest: Box) -> bool:
    return box[3] - box[1] < 0.4 * (tallest[3] - tallest[1])


def _cut(part: Mask, box: Box, height: float, line: float) -> list[InkPiece]:
    """A connected part, cut where two digits may touch."""
    left, top, right, bottom = (int(edge) for edge in box)
    if right - left < CUT_FROM * height:
        return [InkPiece(box, 0.0, part)]
    crop = part[top:bottom, left:right]
    seams, depths = _seams(crop, line)
    columns = np.arange(crop.shape[1])
    sides = sum((columns > seam[:, np.newaxis] for seam in seams), np.zeros(crop.shape, dtype=int))
    found = []
    for number, depth in enumerate([0.0, *depths]):
        mask = np.zeros_like(part)
        mask[top:bottom, left:right] = crop & (sides == number)
        if mask.any():
            rows_, columns_ = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            edges = (columns_[0], rows_[0], columns_[-1] + 1, rows_[-1] + 1)
            found.append(InkPiece(tuple(map(float, edges)), depth, mask))  # type: ignore[arg-type]
    return found


def _seams(crop: Mask, line: float) -> tuple[list[NDArray[np.intp]], list[float]]:
    """Ways from top to bottom that cross little ink, from left to right.

    From every so many columns the best way is looked for in a window around them, as seam
    carving does (Avidan & Shamir, 2007).

    Returns:
        for each the column in every row, and how many line widths of ink it crosses.
    """
    reach, step = max(1, round(REACH * len(crop))), max(1, round(STEP * len(crop)))
    padded = np.pad(crop.astype(float), ((0, 0), (reach, reach)), constant_values=OUTSIDE)
    windows = sliding_window_view(padded, 2 * reach + 1, axis=1)[:, step:-step:step]
    seams = _cheapest(windows) + np.arange(step, crop.shape[1] - step, step) - reach
    seams = seams.clip(0, crop.shape[1] - 1)
    down = np.arange(len(crop))[:, np.newaxis]
    crossed = crop[down, seams]
    depths = crossed.sum(axis=0) / line
    kept = _kept(seams.mean(axis=0), depths, APART * len(crop))
    return [seams[:, n] for n in kept], [float(depths[n]) for n in kept]


def _kept(places: NDArray[np.float64], depths: NDArray[np.float64], apart: float) -> list[int]:
    """The shallowest of the seams that lie well apart, from left to right."""
    found: list[int] = []
    for n in np.argsort(depths, kind="stable"):
        if 0 < depths[n] <= DEEPEST and all(abs(places[n] - places[m]) >= apart for m in found):
            found.append(int(n))
    return sorted(found, key=lambda n: float(places[n]))


def _cheapest(windows: NDArray[np.float64]) -> NDArray[np.intp]:
    """The cheapest way down each window: (rows, windows), columns within the window.

    Args:
        windows: (rows, windows, columns), the cost of each pixel.
    """
    total, came = windows[0].copy(), np.zeros(windows.shape, dtype=np.intp)
    for row in range(1, len(windows)):
        above = np.pad(total, ((0, 0), (1, 1)), constant_values=np.inf)
        ways = np.stack([above[:, :-2] + SLOPE, above[:, 1:-1], above[:, 2:] + SLOPE])
        came[row] = ways.argmin(axis=0) - 1
        total = windows[row] + ways.min(axis=0)
    seams = np.empty(windows.shape[:2], dtype=np.intp)
    place, each = total.argmin(axis=1), np.arange(windows.shape[1])
    for row in range(len(windows) - 1, -1, -1):
        seams[row] = place
        place = place + came[row, each, place]
    return seams


def _box(found: tuple[slice, ...]) -> Box:
    down, across = found
    return float(across.start), float(down.start), float(across.stop), float(down.stop)


def _bounds(points: NDArray[np.float64], width: float) -> Box:
    low, high = points.min(axis=0) - width / 2, points.max(axis=0) + width / 2
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
