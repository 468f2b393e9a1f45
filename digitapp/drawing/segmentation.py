"""Find the rows of a picture's writing, the marks in each, and the ways to divide it into digits.

Writing that would take too long to read is rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy

from digitapp.drawing import lattice, marks, piece_shapes
from digitapp.drawing.background import EIGHT_NEIGHBOURS
from digitapp.drawing.candidates import Frame, Lattice
from digitapp.drawing.ink import Ink
from digitapp.drawing.line_width import stroke_width
from digitapp.drawing.neighbours import tall_ones
from digitapp.drawing.piece_shapes import Box
from digitapp.drawing.pieces import InkPiece, joined_ink
from digitapp.errors import TooMuch

SAME_ROW = 0.4  # of the shorter part's height; two parts that overlap this much are in one row
SMALL = 0.4  # of the tallest part's height; a smaller one joins the nearest row
MOST_PARTS = 400  # connected components to be read as a number
MOST_CUTS = 1000
MOST_OVERLAP = 3  # times the picture's area: total area of its parts' boxes
MOST_PIXELS = 50_000_000  # of the images to read, before downscaling: about 1.5 seconds
FINE_SIDE, FINER = 80, 16  # smaller images get this many times the pixels (`line_width`)
OVERHEAD = 25_000  # cost of an image besides its pixels, including the network, in pixels


def cut_ink(ink: Ink) -> tuple[Ink, list[Lattice], int]:
    """Find the ways to divide ink into digits, at half the resolution when there is much of it.

    Returns:
        the ink; its rows, as `of_ink`; the factor by which its sides were reduced.

    Raises:
        TooMuch: when it would take too long to read the candidates.
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
        raise lattice.too_much(sum(each.cuts for each in found))
    return small, found, 2


def of_ink(ink: Ink) -> list[Lattice]:
    """Find the rows of a picture's ink, from top to bottom, and the ways to divide each.

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
    found: list[Lattice] = []
    for row in rows(boxes):
        parts = [InkPiece(boxes[n], mask=labels[places[n]] == n + 1) for n in row]
        found += _row(parts, line)
        cuts, candidates = (sum(each) for each in zip(*map(_sizes, found), strict=True))
        if cuts > MOST_CUTS or candidates > lattice.MOST_CANDIDATES:
            raise lattice.too_much(cuts)
    return found


def _row(parts: Sequence[InkPiece], line: float) -> list[Lattice]:
    """Find the ways to divide a row; rules drawn under or over it are in a row of their own."""
    shapes = [piece_shapes.of_pixels(each.mask, each.box, line) for each in parts]
    found = marks.found(shapes)
    taken = {n for mark in found for n in mark.parts}
    tall = tall_ones(shapes, taken) or tall_ones(shapes)
    edges = np.array([shapes[n].box for n in tall])
    top, bottom = float(np.median(edges[:, 1])), float(np.median(edges[:, 3]))
    frame = Frame(top, bottom, float(np.median(edges[:, 3] - edges[:, 1])), line)
    signs = [replace(joined_ink([parts[n] for n in mark.parts]), mark=mark) for mark in found]
    digits = [parts[n] for n in range(len(parts)) if n not in taken]
    among = [each for each in signs if each.mark and not each.mark.is_rule]
    rules = [each for each in signs if each.mark and each.mark.is_rule]
    return [lattice.of_row(*each, frame) for each in ((digits, among), ([], rules)) if any(each)]


def _sizes(row: Lattice) -> tuple[int, int]:
    return row.cuts, len(row.candidates)


def _pixels(in_rows: Sequence[Lattice]) -> float:
    """Estimate the cost, in pixels, of reading every candidate."""
    found = 0.0
    for each in (each for row in in_rows for each in row.candidates):
        fine = FINER if max(each.width, each.height) < FINE_SIDE else 1
        found += fine * each.width * each.height + OVERHEAD
    return found


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
