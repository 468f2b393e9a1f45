"""Cut writing into pieces that could be digits, or parts of them.

The pieces are too small rather than too large; the network decides which belong together
(`reading.numbers`). This is over-segmentation, known from reading cheques (LeCun, Bottou, Bengio &
Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998, section V). Writing that
would take too long to read is rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import scipy

from digitapp.drawing import marks, piece_shapes, seams
from digitapp.drawing.background import EIGHT_NEIGHBOURS
from digitapp.drawing.ink import Ink
from digitapp.drawing.line_width import stroke_width
from digitapp.drawing.neighbours import tall_ones
from digitapp.drawing.piece_shapes import Box, Shape, around
from digitapp.drawing.pieces import InkPiece, Piece, joined_ink, spans
from digitapp.errors import TooMuch

P = TypeVar("P", bound=Piece)

CUT_FROM = 0.45  # of the row's height; narrower parts are not cut
SAME_ROW = 0.4  # of the shorter part's height; two parts that overlap this much are in one row
SMALL = 0.4  # of the tallest part's height; a smaller one joins the nearest row
MOST_PARTS = 400  # connected components to be read as a number
MOST_PIECES = 1000  # that these are cut into
MOST_OVERLAP = 3  # times the picture's area: total area of its parts' boxes
MOST_IMAGES = 1400  # read by the network for one number
MOST_PIXELS = 50_000_000  # of these images before downscaling: about 1.5 seconds
FINE_SIDE, FINER = 80, 16  # smaller images get this many times the pixels (`line_width`)
OVERHEAD = 25_000  # cost of an image besides its pixels, including the network, in pixels


def cut_ink(ink: Ink) -> tuple[Ink, list[list[InkPiece]], int]:
    """Cut ink into pieces, at half the resolution when there is much of it.

    Returns:
        the ink; its pieces in rows, as `of_ink`; the factor by which its sides were reduced.

    Raises:
        TooMuch: when it would take too long to read the pieces.
    """
    found = of_ink(ink)
    if _pixels(found) <= MOST_PIXELS:
        return ink, found, 1
    # Large digits are read equally well from fewer pixels, each the mean of four.
    padded = np.pad(ink, [(0, side % 2) for side in ink.shape])
    blocks = padded.reshape(padded.shape[0] // 2, 2, -1, 2)
    small = np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)
    found = of_ink(small)
    if _pixels(found) > MOST_PIXELS:
        raise _too_much(found)
    return small, found, 2


def of_ink(ink: Ink) -> list[list[InkPiece]]:
    """Cut a picture's ink into pieces.

    Returns:
        rows from top to bottom, each with its pieces from left to right.

    Raises:
        TooMuch: when there are too many parts for numbers, or their boxes overlap more than those
            of digits. This keeps the work linear in the pixels.
    """
    mask = ink > 0.5
    labels, count = scipy.ndimage.label(mask, EIGHT_NEIGHBOURS)
    if count > MOST_PARTS:
        raise TooMuch(
            f"There are {count:,} separate marks on this picture; at most {MOST_PARTS} are read "
            "as a number."
        )
    places = scipy.ndimage.find_objects(labels)
    boxes: list[Box] = [
        (float(across.start), float(down.start), float(across.stop), float(down.stop))
        for down, across in places
    ]
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in boxes)
    if area > MOST_OVERLAP * mask.size:
        raise TooMuch("The marks on this picture overlap too much to be read as a number.")
    line = stroke_width(mask) if count else 1.0
    found: list[list[InkPiece]] = []
    for row in rows(boxes):
        whole = [InkPiece(boxes[n], mask=labels[places[n]] == n + 1) for n in row]
        shapes = [piece_shapes.of_pixels(each.mask, each.box, line) for each in whole]
        found += _with_marks(
            shapes, whole, lambda piece, height: _cut(piece, height, line), joined_ink
        )
        if sum(map(len, found)) > MOST_PIECES:
            raise TooMuch(
                "The marks on this picture are too many or too wide to be read as a number."
            )
    return found


def groups(in_rows: Sequence[Sequence[P]]) -> list[Sequence[P]]:
    """List the groups of neighbouring pieces that could be one digit: the `spans` of each row.

    Raises:
        TooMuch: when they would make the network read too many images.
    """
    found = [row[first:last] for row in in_rows for first, last in spans(row)]
    if len(found) > MOST_IMAGES:
        raise _too_much(in_rows)
    return found


def _pixels(in_rows: Sequence[Sequence[Piece]]) -> float:
    """Estimate the cost, in pixels, of reading every group of pieces that could be one digit."""
    found = 0.0
    for row in in_rows:
        for first, last in spans(row):
            left, top, right, bottom = around([piece.box for piece in row[first:last]])
            fine = FINER if max(right - left, bottom - top) < FINE_SIDE else 1
            found += fine * (right - left) * (bottom - top) + OVERHEAD
    return found


def _too_much(in_rows: Sequence[Sequence[Piece]]) -> TooMuch:
    return TooMuch(
        f"There is too much writing to be read as one number ({sum(map(len, in_rows)):,} pieces); "
        "the limit is about 20 digits. Remove everything but the number."
    )


def rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Group boxes into lines of writing.

    Tall boxes form the rows; a small one, such as the bar of a 5, joins the nearest.

    Returns:
        the indices of the boxes, in rows from top to bottom, each from left to right.
    """
    found: list[list[int]] = []
    bounds: list[tuple[float, float]] = []  # of each row: top and bottom
    heights = [bottom - top for _, top, _, bottom in boxes]
    for n in sorted(range(len(boxes)), key=lambda n: -heights[n]):
        _, top, _, bottom = boxes[n]
        shares = [_shared(boxes[n], *each) for each in bounds]
        joins = found and heights[n] < SMALL * heights[found[0][0]]
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


def _with_marks(
    row: Sequence[Shape],
    whole: Sequence[P],
    cut: Callable[[P, float], list[P]],
    joined: Callable[[Sequence[P]], P],
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
    rules: list[P] = []
    for mark in found:
        sign = replace(joined([whole[n] for n in mark.parts]), mark=mark)
        (rules if mark.is_rule else pieces).append(sign)
    parts = [each for each in (pieces, rules) if each]
    return [sorted(each, key=lambda piece: piece.box[0] + piece.box[2]) for each in parts]


def _cut(piece: InkPiece, height: float, line: float) -> list[InkPiece]:
    """Cut a connected part where two digits may touch, and crop each piece to its ink."""
    part = piece.mask
    if part.shape[1] < CUT_FROM * height:
        return [piece]
    lines, depths = seams.cheapest(part, line)
    parts = zip([0.0, *depths], seams.between(lines, part.shape), strict=True)
    found = []
    for depth, (columns, side) in parts:
        mask = part[:, columns] & side
        down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if len(down):
            left, top = piece.box[0] + columns.start, piece.box[1]
            own = mask[down[0] : down[-1] + 1, across[0] : across[-1] + 1].copy()
            x, y = float(left + across[0]), float(top + down[0])
            box = (x, y, x + own.shape[1], y + own.shape[0])
            found.append(InkPiece(box, depth, mask=own))
    return found
