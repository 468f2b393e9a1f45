"""Marks among the digits of a row (points, commas, signs), recognised by shape and position.

A network trained on digits alone reads a decimal point as a 0 and a minus as a 1, with high
confidence. Marks are therefore recognised by their size and their position among the digits: a
point is low, a colon is two dots one above the other, a minus is a horizontal line at half height,
a plus is two lines that cross.
A part that is certainly not a digit, but none of these either, is left unread.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from digitapp.drawing import line_signs, percent_signs
from digitapp.drawing.neighbours import Neighbours, tall_ones
from digitapp.drawing.piece_shapes import Shape, around, overlap

UNREAD = "?"
SIGNS = ".,:-+×=%"
TYPED = {"x": "×", "X": "×", "*": "×", "−": "-", "–": "-"}  # what is typed for a sign
LINES = 0.97  # likeness of a sign made of lines, such as a plus

# Heights and distances in row heights; positions are measured down from the row's top.
DIGIT_FROM = 0.35  # a shorter part that stands alone is not a digit
MARK_DISTANCE = 0.08  # a small part this far from every digit does not belong to one
STACK = 0.75  # a stack of small parts this tall may be a digit
STACK_OVERLAP = 0.4  # of the narrower part's width: least overlap of two parts in a stack
STACK_LEAN = 0.25  # of their distance: how far the upper one of a stack may lean sideways
DOT, LARGEST_DOT = 0.24, 0.45
DOT_LINES = 1.9  # longest dot of a broad pen, in line widths
SHORT = 0.12  # a horizontal line no longer than this may be a dot
ROUND = 2.2  # times as long as wide; a longer part is not a dot
POINT = (0.68, 1.4)  # of its centre
COMMA_TOP, COMMA_BOTTOM = 0.6, 0.9
TAIL, TAIL_HANGING, TAIL_SHARE = 2.0, 4.0, 0.25  # length of a comma, in times its width
TAP = 1.7  # line widths; a shorter part is a tap of the pen, however slim
HANGING = 1.05  # below every digit's ink
LONGEST_COMMA, LONGEST_HANGING = 0.5, 0.8
UPPER, LOWER, DOTS_APART = (-0.05, 0.7), (0.4, 1.1), 0.12  # the dots of a colon
MINUS = (0.22, 0.78)  # of its centre
EQUALS, EQUALS_OVERLAP, EQUALS_ALIKE = (0.15, 0.85), 0.45, 0.45  # its centre; of the longer bar
BARS_APART = 0.75
UNLIKELY, LIKELY, MARGIN = 0.7, 0.99, 0.12  # likeness at a limit, and at this margin within it


@dataclass(frozen=True)
class Mark:
    """One or more parts of a row that form a mark, not a digit.

    Attributes:
        parts: their indices in the row.
        sign: one of `SIGNS`, or `UNREAD`.
        likeness: how certain the sign is, 0 to 1; 0 when it is unread.
        is_rule: whether it is a line drawn under or over the digits, not among them.
    """

    parts: tuple[int, ...]
    sign: str
    likeness: float = 0.0
    is_rule: bool = False


def found(row: Sequence[Shape]) -> list[Mark]:
    """Find the marks in a row.

    Args:
        row: connected parts of ink, or strokes.

    Returns:
        marks that have no part in common; empty when no part could be a digit.
    """
    marks = [
        Mark(parts, sign, LINES) if sign else Mark(parts, UNREAD)
        for parts, sign in line_signs.crosses(row)
    ]
    left = [n for n in range(len(row)) if n not in _parts(marks)]
    marks += [Mark(parts, "%", LINES) for parts in percent_signs.found(row, left)]
    tall = tall_ones(row, _parts(marks))
    if not tall:
        return []
    small = [n for n in range(len(row)) if n not in tall and n not in _parts(marks)]
    digits = Neighbours([row[n] for n in tall], [row[n] for n in small])
    marks += [Mark((n,), UNREAD, is_rule=True) for n in small if digits.has_rule(row[n])]
    taken = _parts(marks)
    marks += [
        Mark((n,), UNREAD) for n in line_signs.slashes(row, [n for n in tall if n not in taken])
    ]
    alone = [n for n in small if n not in taken and not digits.own(row[n])]
    signs = [_sign(row, stack, digits) for stack in _stacks(row, alone)]
    return [*marks, *_without_pairs(row, tall, [sign for sign in signs if sign])]


def _without_pairs(row: Sequence[Shape], tall: Sequence[int], marks: Sequence[Mark]) -> list[Mark]:
    """Leave two points or commas side by side unread: they are rather parts of a broken digit."""
    places = {n: float(row[mark.parts[0]].middle[0]) for n, mark in enumerate(marks)}
    points = sorted((n for n in places if marks[n].sign in ".,"), key=lambda n: places[n])
    found = list(marks)
    for one, other in itertools.pairwise(points):
        if not any(places[one] < float(row[n].middle[0]) < places[other] for n in tall):
            for n in (one, other):
                found[n] = replace(marks[n], sign=UNREAD, likeness=0.0)
    return found


def _parts(marks: Sequence[Mark]) -> set[int]:
    return {n for mark in marks for n in mark.parts}


def _sign(row: Sequence[Shape], stack: Sequence[int], digits: Neighbours) -> Mark | None:
    """Classify a stack of parts; None leaves it to the network."""
    shapes = [row[n] for n in stack]
    box = around([each.box for each in shapes])
    top, bottom = digits.frame(box)
    height = bottom - top
    for sign, judge in JUDGES.items():
        likeness = judge(shapes, top, height)
        if likeness:
            return Mark(tuple(stack), sign, likeness)
    tall = (box[3] - box[1]) / height
    several = len(stack) > 1 and tall < STACK
    small = tall < DIGIT_FROM and digits.sideways(box) > MARK_DISTANCE
    return Mark(tuple(stack), UNREAD) if several or small else None


def _stacks(row: Sequence[Shape], small: Sequence[int]) -> list[list[int]]:
    """Group small parts that lie one above the other."""
    found: list[list[int]] = []
    for n in sorted(small, key=lambda n: row[n].box[0]):
        if found:
            before = around([row[m].box for m in found[-1]])
            width = min(row[n].width, before[2] - before[0])
            down = abs(float(row[n].middle[1]) - (before[1] + before[3]) / 2)
            if overlap(row[n].box, before) + STACK_LEAN * down >= STACK_OVERLAP * width:
                found[-1].append(n)
                continue
        found.append([n])
    return found


def _point(shapes: Sequence[Shape], top: float, height: float) -> float:
    if len(shapes) != 1 or not _is_dot(shapes[0], height):
        return 0.0
    place = (shapes[0].middle[1] - top) / height
    return likely(inside(place, POINT), -_tail(shapes[0], top, height))


def _comma(shapes: Sequence[Shape], top: float, height: float) -> float:
    part = shapes[0]
    first, last = ((edge - top) / height for edge in (part.box[1], part.box[3]))
    most = LONGEST_COMMA if last < HANGING else LONGEST_HANGING
    if len(shapes) != 1 or not part.width <= part.height <= most * height:
        return 0.0
    return likely(first - COMMA_TOP, last - COMMA_BOTTOM, _tail(part, top, height))


def _tail(part: Shape, top: float, height: float) -> float:
    """Score a small sign: negative for a point (round, not hanging), positive for a comma."""
    hanging = (part.box[3] - top) / height - 1
    long = max(part.width, part.height) > TAP * part.line
    return TAIL_SHARE * ((part.slimness if long else 1) + TAIL_HANGING * hanging - TAIL)


def _colon(shapes: Sequence[Shape], top: float, height: float) -> float:
    if len(shapes) != 2 or not all(_is_dot(each, height) for each in shapes):
        return 0.0
    upper, lower = sorted((each.middle[1] - top) / height for each in shapes)
    return likely(inside(upper, UPPER), inside(lower, LOWER), lower - upper - DOTS_APART)


def _minus(shapes: Sequence[Shape], top: float, height: float) -> float:
    if len(shapes) != 1 or not shapes[0].is_bar:
        return 0.0
    return likely(inside((shapes[0].middle[1] - top) / height, MINUS))


def _equals(shapes: Sequence[Shape], top: float, height: float) -> float:
    if len(shapes) != 2 or not all(each.is_bar for each in shapes):
        return 0.0
    upper, lower = sorted(shapes, key=lambda each: each.middle[1])
    shorter, longer = sorted(each.width for each in shapes)
    place = ((upper.middle[1] + lower.middle[1]) / 2 - top) / height
    return likely(
        inside(place, EQUALS),
        overlap(upper.box, lower.box) / longer - EQUALS_OVERLAP,
        shorter / longer - EQUALS_ALIKE,
        BARS_APART - (lower.middle[1] - upper.middle[1]) / height,
    )


def _is_dot(part: Shape, height: float) -> bool:
    longest, shortest = max(part.width, part.height), min(part.width, part.height)
    most = min(max(DOT_LINES * part.line, DOT * height), LARGEST_DOT * height)
    lying = part.is_bar and longest > SHORT * height
    return longest <= min(most, ROUND * shortest) and not lying


def inside(place: float, limits: tuple[float, float]) -> float:
    """Return how far a place lies within its limits; negative outside."""
    return min(place - limits[0], limits[1] - place)


def likely(*margins: float) -> float:
    """Return the likeness of a sign from its margins, in row heights; 0 if one is negative."""
    least = min(margins)
    if least < 0:
        return 0.0
    return UNLIKELY + (LIKELY - UNLIKELY) * min(1.0, least / MARGIN)


JUDGES: dict[str, Callable[[Sequence[Shape], float, float], float]] = {
    ",": _comma,
    ".": _point,
    ":": _colon,
    "-": _minus,
    "=": _equals,
}
