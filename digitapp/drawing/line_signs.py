"""Find signs made of straight lines: plus, times and slash. The slash is not read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from digitapp.drawing import crossing_lines
from digitapp.drawing.neighbours import COVERED, TALL, TOUCHING
from digitapp.drawing.piece_shapes import Shape, around, gap, joined, overlap

PLUS_TURN, TIMES_TURN = 20.0, 28.0  # degrees: a plus is turned less, a times sign more
LEAST_CROSS = 0.2  # of the digits' height; no plus or times sign is smaller
MOST_OVERLAP = 0.15  # of its width that may overlap another part

LEANING, BESIDE = 20.0, 10.0  # degrees that a slash leans, at least; more than the row's lines
LEANING_BELOW = 12.0  # the same for one that reaches below all digits, as a printed slash does
BELOW, TALLER = 0.07, 1.05  # of their height: how far, and how much taller it is
LYING = 28.0


def crosses(row: Sequence[Shape]) -> list[tuple[tuple[int, ...], str]]:
    """Find each plus and times sign: two lines that cross in their middles, clear of digits.

    Returns:
        the parts of each, and its sign: "+", "×", or "" where it could be either.
    """
    lines = [n for n, each in enumerate(row) if each.is_line or each.is_bar]
    whole = [(n,) for n in range(len(row))]
    pairs = [(a, b) for a in lines for b in lines if a < b and _meet(row[a], row[b])]
    found: list[tuple[tuple[int, ...], str]] = []
    for parts in [*whole, *pairs]:
        new = not {n for each, _ in found for n in each} & {*parts}
        cross = crossing_lines.fitted(joined([row[n] for n in parts])) if new else None
        if cross and _stands_clear(row, parts):
            found.append((parts, _cross_sign(cross.turn)))
    return found


def _cross_sign(turn: float) -> str:
    if turn <= PLUS_TURN:
        return "+"
    return "×" if turn >= TIMES_TURN else ""


def slashes(row: Sequence[Shape], tall: Collection[int]) -> list[int]:
    """Find straight lines that lean strongly, more than the row's other lines, clear of digits.

    Args:
        tall: the parts that may be digits.
    """
    leans = {n: row[n].lean for n in tall if row[n].is_line and row[n].level > LYING}
    found = []
    for n, lean in leans.items():
        others = [each for m, each in leans.items() if m != n]
        usual = float(np.median(others)) if others else 0.0
        least = LEANING_BELOW if _hangs_below(row[n], [row[m] for m in tall if m != n]) else LEANING
        leaning = abs(lean) >= least and abs(lean - usual) >= BESIDE and len(tall) > 1
        if leaning and not any(_meets(row[n], row[m]) for m in range(len(row)) if m != n):
            found.append(n)
    return found


def _hangs_below(line: Shape, digits: Sequence[Shape]) -> bool:
    if not digits:
        return False
    height = max(each.height for each in digits)
    below = line.box[3] - max(each.box[3] for each in digits)
    return below >= BELOW * height and line.height >= TALLER * height


def _meet(one: Shape, other: Shape) -> bool:
    """Whether the boxes of two lines overlap."""
    down = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return overlap(one.box, other.box) > 0 and down > 0


def _stands_clear(row: Sequence[Shape], parts: tuple[int, ...]) -> bool:
    box = around([row[n].box for n in parts])
    others = [each for n, each in enumerate(row) if n not in parts]
    tallest = max((each.height for each in others), default=0.0)
    most = MOST_OVERLAP * (box[2] - box[0])
    fits = LEAST_CROSS * tallest <= box[3] - box[1] <= tallest / TALL
    return fits and all(overlap(box, each.box) <= most for each in others)


def _meets(line: Shape, other: Shape) -> bool:
    """Whether a line overlaps a part or almost touches it, as the stem of a 4 does."""
    return (
        overlap(line.box, other.box) > COVERED * line.width
        or gap(line, other) <= TOUCHING * line.line
    )
