"""Cut writing into pieces that could be digits, or parts of them.

The pieces are too small rather than too large; the network decides which belong together
(`numbers`). This is over-segmentation, known from reading cheques (LeCun, Bottou, Bengio &
Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998, section V).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from digitapp.drawing import marks, piece_shapes, seams
from digitapp.drawing.background import EIGHT_NEIGHBOURS
from digitapp.drawing.ink import Ink
from digitapp.drawing.line_width import stroke_width
from digitapp.drawing.neighbours import tall_ones
from digitapp.drawing.piece_shapes import Box, Shape
from digitapp.drawing.pieces import InkPiece, Mask, Piece, StrokePiece, around, joined
from digitapp.drawing.strokes import Drawing
from digitapp.errors import TooMuch

P = TypeVar("P", bound=Piece)

CUT_FROM = 0.45  # of the row's height; narrower parts are not cut
SAME_ROW = 0.4  # of the shorter part's height; two parts that overlap this much are in one row
MOST_PARTS = 400  # connected components, or strokes, to be read as a number
MOST_PIECES = 1000  # that these are cut into
MOST_OVERLAP = 3  # times the picture's area: total area of its parts' boxes
TOO_MANY_PARTS = "There are {:,} separate marks on this picture; at most {} are read as a number."
TOO_MANY_PIECES = "The marks on this picture are too many or too wide to be read as a number."
TOO_MANY_STROKES = "There are {:,} strokes here; at most {} are read as a number."
TOO_ENTANGLED = "The marks on this picture overlap too much to be read as a number."


def of_ink(ink: Ink) -> list[list[InkPiece]]:
    """Cut a picture's ink into pieces.

    Returns:
        rows from top to bottom, each with its pieces from left to right.

    Raises:
        TooMuch: when there are too many parts for numbers, or their boxes overlap more than those
            of digits. This keeps the work linear in the pixels.
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
        masks = [labels[places[n]] == n + 1 for n in row]
        of_row = [
            piece_shapes.of_pixels(each, boxes[n], width)
            for n, each in zip(row, masks, strict=True)
        ]
        whole = [InkPiece(shape.box, mask=each) for shape, each in zip(of_row, masks, strict=True)]
        found += _marked(of_row, whole, lambda piece, height: _cut(piece, height, width), _one_ink)
        if sum(map(len, found)) > MOST_PIECES:
            raise TooMuch(TOO_MANY_PIECES)
    return found


def _marked(
    row: Sequence[Shape],
    whole: Sequence[P],
    cut: Callable[[P, float], list[P]],
    together: Callable[[Sequence[P]], P],
) -> list[list[P]]:
    """Return the pieces of a row: its marks, and its other parts, cut; rules in a row apart."""
    found = marks.found(row)
    taken = {n for mark in found for n in mark.parts}
    tall = tall_ones(row, taken)
    height = float(np.median([row[n].height for n in tall])) if tall else 0.0
    pieces: list[P] = []
    for n, piece in enumerate(whole):
        if n in tall:
            pieces += cut(piece, height)
        elif n not in taken:
            pieces.append(replace(piece, small=row[n].height < marks.DIGIT_FROM * height))
    signs = [(mark, together([whole[n] for n in mark.parts])) for mark in found]
    pieces += [replace(piece, mark=mark) for mark, piece in signs if not mark.is_rule]
    rules = [replace(piece, mark=mark) for mark, piece in signs if mark.is_rule]
    return [sorted(each, key=_place) for each in (pieces, rules) if each]


def _place(piece: Piece) -> float:
    return piece.box[0] + piece.box[2]


def _one_ink(pieces: Sequence[InkPiece]) -> InkPiece:
    return InkPiece(around(pieces), mask=joined(pieces))


def _one_stroke(pieces: Sequence[StrokePiece]) -> StrokePiece:
    first, *others = (each.number for each in pieces)
    return StrokePiece(around(pieces), number=first, others=tuple(others))


def of_strokes(drawing: Drawing) -> list[list[StrokePiece]]:
    """Return the strokes of a drawing (without eraser strokes) as pieces, in rows as `of_ink`.

    Raises:
        TooMuch: when there are too many strokes.
    """
    if len(drawing) > MOST_PARTS:
        raise TooMuch(TOO_MANY_STROKES.format(len(drawing), MOST_PARTS))
    boxes = [_bounds(stroke.points, stroke.width) for stroke in drawing]
    found: list[list[StrokePiece]] = []
    for row in rows(boxes):
        of_row = [
            piece_shapes.of_stroke(drawing[n].points, drawing[n].width, boxes[n]) for n in row
        ]
        whole = [StrokePiece(boxes[n], number=n) for n in row]
        found += _marked(of_row, whole, lambda piece, _: [piece], _one_stroke)
    return found


def rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Group boxes into lines of writing.

    Tall boxes form the rows; a small one, such as the bar of a 5, joins the nearest.

    Returns:
        the indices of the boxes, in rows from top to bottom, each from left to right.
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
    """Return the vertical overlap of box and row, as a share of the shorter; negative at a gap."""
    shared = min(box[3], bottom) - max(box[1], top)
    return shared / max(1e-6, min(box[3] - box[1], bottom - top))


def _is_small(box: Box, tallest: Box) -> bool:
    return box[3] - box[1] < 0.4 * (tallest[3] - tallest[1])


def _cut(piece: InkPiece, height: float, line: float) -> list[InkPiece]:
    """Cut a connected part where two digits may touch."""
    part, box = piece.mask, piece.box
    if part.shape[1] < CUT_FROM * height:
        return [piece]
    lines, depths = seams.cheapest(part, line)
    pieces = zip([0.0, *depths], seams.between(lines, part.shape), strict=True)
    return [
        _trimmed(part[:, columns] & side, depth, box[0] + columns.start, box[1])
        for depth, (columns, side) in pieces
        if (part[:, columns] & side).any()
    ]


def _trimmed(mask: Mask, depth: float, left: float, top: float) -> InkPiece:
    """Return a piece cropped to its ink."""
    down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    own = mask[down[0] : down[-1] + 1, across[0] : across[-1] + 1].copy()
    box = (left + across[0], top + down[0], left + across[-1] + 1, top + down[-1] + 1)
    return InkPiece(tuple(map(float, box)), depth, mask=own)  # type: ignore[arg-type]


def _box(found: tuple[slice, ...]) -> Box:
    down, across = found
    return float(across.start), float(down.start), float(across.stop), float(down.stop)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _bounds(points: NDArray[np.float64], width: float) -> Box:
    low, high = points.min(axis=0) - width / 2, points.max(axis=0) + width / 2
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
