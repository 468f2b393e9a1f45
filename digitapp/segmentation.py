"""Cutting writing into pieces that could be digits, or parts of them.

Pieces are cut too small rather than too large; which of them belong together is for a network
to say (`numbers`). That is over-segmentation as cheque readers have it (LeCun, Bottou, Bengio &
Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998, section V).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from digitapp import seams
from digitapp.errors import TooMuch
from digitapp.ink import Ink, stroke_width
from digitapp.strokes import Drawing

Mask = NDArray[np.bool_]
Box = tuple[float, float, float, float]
Span = tuple[int, int]  # of pieces, the second exclusive

EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)
CUT_FROM = 0.45  # of the line's height: what is narrower is not cut
MOST_IN_ONE = 14  # pieces of one digit
WIDEST = 1.7  # digits are at most so many row heights wide
SAME_ROW = 0.4  # of the lower part's height: two parts that share so much are in one row
MOST_PARTS = 400  # connected ones of a picture that is to be read as a number
MOST_PIECES = 1000  # that these are cut into
MOST_OVERLAP = 3  # times the picture's area: what the boxes of its parts cover together
TOO_MANY_PARTS = "There are {:,} separate marks on this picture; at most {} are read as a number."
TOO_MANY_PIECES = "The marks on this picture are too many or too wide to be read as a number."
TOO_ENTANGLED = "The marks on this picture lie too much within each other to be read as a number."


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
    """A connected part of a picture's ink, or what a cut has left of it.

    Attributes:
        mask: (height, width) of its box, true where its ink is.
    """

    mask: Mask = field(default_factory=lambda: np.zeros((1, 1), dtype=bool))


@dataclass(frozen=True)
class StrokePiece(Piece):
    """One stroke, by its number in the drawing."""

    number: int = 0


def of_ink(ink: Ink) -> list[list[InkPiece]]:
    """The pieces of a picture's ink: rows from top to bottom, pieces from left to right.

    Raises:
        TooMuch: when there are too many parts to be digits of numbers, or they lie round each
            other as digits do not. It bounds the work: linear in the pixels.
    """
    mask = ink > 0.5
    labels, count = ndimage.label(mask, EIGHT_NEIGHBOURS)
    if count > MOST_PARTS:
        raise TooMuch(TOO_MANY_PARTS.format(count, MOST_PARTS))
    places = ndimage.find_objects(labels)
    boxes = [_box(found) for found in places]
    if sum(map(_area, boxes)) > MOST_OVERLAP * mask.size:
        raise TooMuch(TOO_ENTANGLED)
    width = stroke_width(mask) if count else 1.0
    found: list[list[InkPiece]] = []
    for row in rows(boxes):
        height = float(np.median([boxes[n][3] - boxes[n][1] for n in row]))
        pieces: list[InkPiece] = []
        for n in row:
            pieces += _cut(labels[places[n]] == n + 1, boxes[n], height, width)
            if sum(map(len, found)) + len(pieces) > MOST_PIECES:
                raise TooMuch(TOO_MANY_PIECES)
        found.append(sorted(pieces, key=lambda piece: piece.box[0] + piece.box[2]))
    return found


def around(pieces: Iterable[Piece]) -> Box:
    """The box that holds all of the pieces."""
    lefts, tops, rights, bottoms = zip(*(piece.box for piece in pieces), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def joined(pieces: Sequence[InkPiece]) -> Mask:
    """Where the ink of several pieces is, in the box `around` them: bool (height, width)."""
    left, top, right, bottom = (int(edge) for edge in around(pieces))
    mask = np.zeros((bottom - top, right - left), dtype=bool)
    for piece in pieces:
        x, y = int(piece.box[0]) - left, int(piece.box[1]) - top
        height, width = piece.mask.shape
        mask[y : y + height, x : x + width] |= piece.mask
    return mask


def of_strokes(drawing: Drawing) -> list[list[StrokePiece]]:
    """The strokes of a drawing without an eraser's, in rows as `of_ink`."""
    boxes = [_bounds(stroke.points, stroke.width) for stroke in drawing]
    found = rows(boxes)
    return [[StrokePiece(boxes[n], 0.0, n) for n in row] for row in found]


def spans(row: Sequence[Piece]) -> list[Span]:
    """The runs of neighbouring pieces that could be one digit."""
    height = around(row)[3] - around(row)[1]
    found = []
    for first in range(len(row)):
        for last in range(first + 1, min(first + MOST_IN_ONE, len(row)) + 1):
            box = around(row[first:last])
            if last == first + 1 or box[2] - box[0] <= WIDEST * height:
                found.append((first, last))
    return found


def rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Which boxes are in one line of writing, from top to bottom, each from left to right.

    The larger ones make the rows; a small one, such as the bar of a 5, joins the nearest.
    """
    found: list[list[int]] = []
    bounds: list[tuple[float, float]] = []  # of each row: top and bottom
    for n in sorted(range(len(boxes)), key=lambda n: boxes[n][1] - boxes[n][3]):
        _, top, _, bottom = boxes[n]
        shares = [_shared(boxes[n], *each) for each in bounds]
        joins = found and _is_small(boxes[n], boxes[found[0][0]])
        if shares and (joins or max(shares) >= SAME_ROW):
            row = shares.index(max(shares))
            found[row].append(n)
            bounds[row] = min(bounds[row][0], top), max(bounds[row][1], bottom)
        else:
            found.append([n])
            bounds.append((top, bottom))
    found.sort(key=lambda row: min(boxes[n][1] for n in row))
    return [sorted(row, key=lambda n: boxes[n][0] + boxes[n][2]) for row in found]


def _shared(box: Box, top: float, bottom: float) -> float:
    """How much of the box's height lies in a row's; negative when there is a gap."""
    shared = min(box[3], bottom) - max(box[1], top)
    return shared / max(1e-6, min(box[3] - box[1], bottom - top))


def _is_small(box: Box, tallest: Box) -> bool:
    return box[3] - box[1] < 0.4 * (tallest[3] - tallest[1])


def _cut(part: Mask, box: Box, height: float, line: float) -> list[InkPiece]:
    """A connected part, cut where two digits may touch.

    Args:
        part: (height, width) of its box.
    """
    if part.shape[1] < CUT_FROM * height:
        return [InkPiece(box, 0.0, part)]
    lines, depths = seams.cheapest(part, line)
    pieces = zip([0.0, *depths], seams.between(lines, part.shape), strict=True)
    return [
        _trimmed(part[:, columns] & side, depth, box[0] + columns.start, box[1])
        for depth, (columns, side) in pieces
        if (part[:, columns] & side).any()
    ]


def _trimmed(mask: Mask, depth: float, left: float, top: float) -> InkPiece:
    """A piece without the empty rows and columns around its ink."""
    down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    own = mask[down[0] : down[-1] + 1, across[0] : across[-1] + 1].copy()
    box = (left + across[0], top + down[0], left + across[-1] + 1, top + down[-1] + 1)
    return InkPiece(tuple(map(float, box)), depth, own)  # type: ignore[arg-type]


def _box(found: tuple[slice, ...]) -> Box:
    down, across = found
    return float(across.start), float(down.start), float(across.stop), float(down.stop)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _bounds(points: NDArray[np.float64], width: float) -> Box:
    low, high = points.min(axis=0) - width / 2, points.max(axis=0) + width / 2
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
