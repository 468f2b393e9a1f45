"""All ways to divide a row of writing into digits and marks: places to cut, and what lies between.

This is over-segmentation, known from reading cheques (LeCun, Bottou, Bengio & Haffner,
"Gradient-Based Learning Applied to Document Recognition", 1998, section V): there are more cuts
than digits, and the network decides which are right (`reading.picture_numbers`). A cut divides the
ink into what is on its left and on its right. Two cuts bound a candidate digit if all that is left
of the first is also left of the second; this holds for digits that overlap, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitapp.drawing import seams
from digitapp.drawing.background import Mask
from digitapp.drawing.candidates import Candidate, Frame, Lattice, RowInk
from digitapp.drawing.marks import DIGIT_FROM
from digitapp.drawing.pieces import InkPiece, joined_ink
from digitapp.drawing.seams import Columns
from digitapp.errors import TooMuch

MOST_CANDIDATES = 1400  # read by the network for one number
CUT_FROM = 0.45  # of the row's height; narrower parts are not cut
WIDEST_DIGIT = 1.5  # row heights; no digit is wider
LOWEST_DIGIT = 0.45  # of the row's height; what is cut from a part and lower is no digit
COMPLETING = 0.5  # of the row's height; a lower part may complete a digit cut from another


@dataclass(frozen=True)
class _Cut:
    """A cut through a run of parts: the ink on its left in each row, and the columns there."""

    columns: Columns
    passed: Columns
    depth: float
    block: int  # the block that it divides, or the first on its right
    between: bool  # whether it lies between two blocks


def of_row(parts: Sequence[InkPiece], marks: Sequence[InkPiece], frame: Frame) -> Lattice:
    """Find the ways to divide a row.

    Args:
        parts: connected ink that may be digits, or parts of them.
        marks: the marks among them.
    """
    ordered = sorted([*parts, *marks], key=lambda piece: piece.box[0] + piece.box[2])
    found: list[Candidate] = []
    place, run = 0, []
    for piece in [*ordered, None]:
        if piece is not None and not piece.mark:
            run.append(piece)
            continue
        if run:
            lattice = _of_run(run, frame)
            found += [
                replace(each, first=each.first + place, last=each.last + place)
                for each in lattice.candidates
            ]
            place, run = place + lattice.cuts - 1, []
        if piece is not None:
            row = RowInk(piece.mask, *piece.box[:2])
            own = Candidate(place, place + 1, piece.box, row, mark=piece.mark)
            found.append(own)
            place += 1
    return Lattice(place + 1, tuple(found), frame)


def _of_run(parts: Sequence[InkPiece], frame: Frame) -> Lattice:
    """Find the ways to divide neighbouring parts, none of which is a mark."""
    whole = joined_ink(parts)
    cuts = list(_cuts(whole.mask, frame))
    certain = _certain(cuts)
    found = []
    for first, last in _spans(cuts, certain, whole.mask, frame):
        own = _candidate(cuts, first, last, whole, frame)
        cut_from_a_part = max(own.depths) > 0
        tall = own.height >= LOWEST_DIGIT * frame.height if cut_from_a_part else not own.small
        if tall or (first, last) in certain:
            found.append(own)
        if len(found) > MOST_CANDIDATES:
            raise too_much(len(cuts))
    return Lattice(len(cuts), tuple(_passable(len(cuts), found)), frame)


def too_much(cuts: int) -> TooMuch:
    """Return the error for writing that would take too long to read."""
    return TooMuch(
        f"There is too much writing to be read as one number ({cuts:,} pieces); "
        "the limit is about 20 digits. Remove everything but the number."
    )


def _passable(cuts: int, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates, ordered by their first cut, that lie on a way from end to end."""
    from_start, to_end = {0}, {cuts - 1}
    for each in candidates:
        if each.first in from_start:
            from_start.add(each.last)
    for each in reversed(candidates):
        if each.last in to_end:
            to_end.add(each.first)
    return [each for each in candidates if each.first in from_start and each.last in to_end]


def _cuts(ink: Mask, frame: Frame) -> Iterator[_Cut]:
    """Find the cuts between blocks (parts with a gap between them) and through wide blocks."""
    height = len(ink)
    passed = np.pad(np.cumsum(ink, axis=1, dtype=np.intp), ((0, 0), (1, 0)))
    rows = np.arange(height)

    def cut(columns: Columns, depth: float, block: int, between: bool) -> _Cut:
        return _Cut(columns, passed[rows, columns], depth, block, between)

    blocks = _blocks(ink)
    for number, (left, right) in enumerate(blocks):
        yield cut(np.full(height, left, dtype=np.intp), 0.0, number, True)
        if right - left < CUT_FROM * frame.height:
            continue
        down = np.flatnonzero(ink[:, left:right].any(axis=1))
        top, bottom = int(down[0]), int(down[-1]) + 1
        for seam in seams.candidates(ink[top:bottom, left:right], frame.line, frame.height):
            columns = np.full(height, left, dtype=np.intp)
            columns[top:bottom] = left + seam.columns
            yield cut(columns, seam.depth, number, False)
    yield cut(np.full(height, ink.shape[1], dtype=np.intp), 0.0, len(blocks), True)


def _blocks(ink: Mask) -> list[tuple[int, int]]:
    """Return the first column and the end of each run of columns that have ink."""
    edges = np.flatnonzero(np.diff(np.pad(ink.any(axis=0).astype(np.int8), 1)))
    return [(int(left), int(right)) for left, right in edges.reshape(-1, 2)]


def _spans(
    cuts: Sequence[_Cut], certain: Collection[tuple[int, int]], ink: Mask, frame: Frame
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of cuts that may bound one digit, `certain` ones among them."""
    widest = WIDEST_DIGIT * frame.height
    heights = [np.ptp(np.flatnonzero(ink[:, a:b].any(axis=1))) + 1 for a, b in _blocks(ink)]
    low = [bool(height < COMPLETING * frame.height) for height in heights]
    for first, start in enumerate(cuts):
        for last in range(first + 1, len(cuts)):
            end = cuts[last]
            if (first, last) in certain:
                yield first, last
                continue
            if start.between and end.between and end.columns[0] - start.columns[0] > 2 * widest:
                break
            if not _may_span(start, end, low):
                continue
            if (start.passed <= end.passed).all() and _width(start, end) <= widest:
                yield first, last


def _certain(cuts: Sequence[_Cut]) -> set[tuple[int, int]]:
    """Return the pairs of neighbouring cuts between separate parts, which always are candidates."""
    found, before = set(), 0
    for n in range(1, len(cuts)):
        if cuts[n].depth == 0 and (cuts[before].passed <= cuts[n].passed).all():
            found.add((before, n))
            before = n
    return found


def _may_span(start: _Cut, end: _Cut, low: Sequence[bool]) -> bool:
    """Whether two cuts may bound a digit: of one block, of whole ones, or with low ones added."""
    last = end.block - end.between
    if last <= start.block or (start.depth == 0 and end.depth == 0):
        return True
    others = [*range(start.block + (start.depth > 0), last + (end.depth == 0))]
    return (start.depth == 0 or end.depth == 0) and all(low[n] for n in others)


def _width(start: _Cut, end: _Cut) -> int:
    """Return the width of the narrowest box that may hold the ink between two cuts."""
    rows = start.passed < end.passed
    if not rows.any():
        return 0
    return int(end.columns[rows].max() - start.columns[rows].min())


def _candidate(
    cuts: Sequence[_Cut], first: int, last: int, whole: InkPiece, frame: Frame
) -> Candidate:
    start, end = cuts[first], cuts[last]
    left, right = int(start.columns.min()), int(end.columns.max())
    row = RowInk(whole.mask, *whole.box[:2], start.columns, end.columns)
    x, y = whole.box[0] + left, whole.box[1]
    mask = row.between((x, y, whole.box[0] + right, whole.box[3]))
    down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    edges = x + across[0], y + down[0], x + across[-1] + 1, y + down[-1] + 1
    box = float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3])
    small = box[3] - box[1] < DIGIT_FROM * frame.height
    return Candidate(first, last, box, row, (start.depth, end.depth), small=bool(small))
