"""Signs among drawn digits, recognised by their strokes: . , : - + × = %

A picture shows a plus as a blot with four ends; the canvas knows that it is two straight movements
that cross. Each judge looks at a few strokes, at what they are (a dot, a straight line, a ring) and
at where they lie between the digits' top and bottom.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from digitapp.drawing import crossing_lines, marks
from digitapp.drawing.line_signs import PLUS_TURN, TIMES_TURN
from digitapp.drawing.marks import UNREAD, Mark
from digitapp.drawing.piece_shapes import Shape, around, gap, overlap

# Lengths are in heights of the digits unless they are shares of the sign's own size; angles in
# degrees from horizontal.
LYING, STANDING = 30.0, 55.0  # the lines of a plus: at most, at least
SLANTING = (20.0, 72.0)  # the lines of a ×
MOST_BENT, MOST_WALKED = 0.18, 1.3  # how far a line may stray, and how long its path may be
CROSSING = 0.3  # of the longer line's length: how far the middles of two crossing lines may lie
ALIKE = 0.5  # of the longer line's length: shortest other line of a + or ×
LEAST_CROSS, LARGEST_CROSS, LARGEST_IN_ONE = 0.2, 1.05, 0.8
MIDDLE = (0.15, 0.85)  # of the centre of a +, × or =
COLON_ASIDE = 0.22  # largest sideways distance of the dots of a colon
BARS_ALIKE, BARS_ABOVE = 0.45, 0.5  # of an equals sign: ratio of lengths, share that overlaps
BARS_APART = (0.06, 0.5)
SHORTEST_BAR, LONGEST_BAR = 0.15, 1.2

# Of a percent sign, in heights of its line, unless they are ratios.
RING, RING_WIDTH, TURN = (0.1, 0.65), (0.4, 2.5), 270.0
RINGS_DOWN, RINGS_ACROSS, RINGS_ALIKE = 0.3, 0.1, 0.4
BAR_TO_DOT, DOT_FROM_BAR = 1.5, 0.1  # of a division sign, which is not read
PERCENT_LINE = 0.6  # of the digits' height


@dataclass(frozen=True)
class Frame:
    """Where the digits beside a sign lie.

    Attributes:
        top, height: in pixels.
    """

    top: float
    height: float

    def down(self, y: float) -> float:
        """Return a place as a share of the height, 0 at the top."""
        return (y - self.top) / self.height


Judge = Callable[[Sequence[Shape], Frame], float]


def of_strokes(shapes: Sequence[Shape], parts: tuple[int, ...], frame: Frame) -> Mark | None:
    """Return the sign that some strokes are; None if they are none.

    Args:
        shapes: one to three strokes.
        parts: their numbers, for the mark.
    """
    found = [(judge(shapes, frame), sign) for sign, judge in JUDGES.get(len(shapes), {}).items()]
    if len(shapes) == 1:
        found.append(_single_cross(shapes[0], frame))
    likeness, sign = max(found, default=(0.0, ""))
    return Mark(parts, sign, likeness) if likeness > 0 else None


def _point(shapes: Sequence[Shape], frame: Frame) -> float:
    return marks.JUDGES["."](shapes, frame.top, frame.height)


def _comma(shapes: Sequence[Shape], frame: Frame) -> float:
    return marks.JUDGES[","](shapes, frame.top, frame.height)


def _single_cross(shape: Shape, frame: Frame) -> tuple[float, str]:
    """Judge a + or × that was drawn in one movement."""
    size = max(shape.width, shape.height) / frame.height
    middle = marks.inside(frame.down(float(shape.middle[1])), MIDDLE)
    cross = crossing_lines.fitted(shape) if LEAST_CROSS < size < LARGEST_IN_ONE else None
    if not cross:
        return 0.0, ""
    ways = {"+": PLUS_TURN - cross.turn, "×": cross.turn - TIMES_TURN}
    sign = max(ways, key=lambda each: ways[each])
    margins = LARGEST_IN_ONE - size, size - LEAST_CROSS, middle, ways[sign] / 90
    return marks.likely(*margins), sign


def _minus(shapes: Sequence[Shape], frame: Frame) -> float:
    if not SHORTEST_BAR <= shapes[0].width / frame.height <= LONGEST_BAR:
        return 0.0
    return marks.JUDGES["-"](shapes, frame.top, frame.height)


def _colon(shapes: Sequence[Shape], frame: Frame) -> float:
    aside = abs(shapes[0].middle[0] - shapes[1].middle[0]) / frame.height
    if aside > COLON_ASIDE:
        return 0.0
    return marks.JUDGES[":"](shapes, frame.top, frame.height)


def _plus(shapes: Sequence[Shape], frame: Frame) -> float:
    across, down = sorted(map(_course, shapes), key=lambda each: each.level)
    straight = min(across.straightness, down.straightness)
    margins = (LYING - across.level) / 90, (down.level - STANDING) / 90, straight
    return _crossing(shapes, frame, *margins)


def _times(shapes: Sequence[Shape], frame: Frame) -> float:
    one, other = map(_course, shapes)
    if one.leans_right == other.leans_right:
        return 0.0
    levels = one.level, other.level
    slanting = min(min(levels) - SLANTING[0], SLANTING[1] - max(levels)) / 90
    return _crossing(shapes, frame, slanting, one.straightness, other.straightness)


def _crossing(shapes: Sequence[Shape], frame: Frame, *margins: float) -> float:
    """Judge two lines that should cross in their middles, clear of the digits' top and bottom."""
    one, other = shapes
    left, top, right, bottom = around((one.box, other.box))
    size = max(right - left, bottom - top) / frame.height
    short, long = sorted((_course(one).length, _course(other).length))
    away = max(abs(one.middle - other.middle)) / long if long else 1.0
    if min(margins) <= 0 or gap(one, other) > 0:
        return 0.0
    return marks.likely(
        short / long - ALIKE,
        CROSSING - away,
        LARGEST_CROSS - size,
        size - LEAST_CROSS,
        marks.inside(frame.down((top + bottom) / 2), MIDDLE),
        *margins,
    )


def _equals(shapes: Sequence[Shape], frame: Frame) -> float:
    upper, lower = sorted(shapes, key=lambda each: each.middle[1])
    courses = _course(upper), _course(lower)
    short, long = sorted((upper.width, lower.width))
    apart = (lower.middle[1] - upper.middle[1]) / frame.height
    middle = frame.down((lower.middle[1] + upper.middle[1]) / 2)
    return marks.likely(
        *((LYING - each.level) / 90 for each in courses),
        *(each.straightness for each in courses),
        short / long - BARS_ALIKE,
        overlap(upper.box, lower.box) / short - BARS_ABOVE,
        marks.inside(apart, BARS_APART),
        marks.inside(middle, MIDDLE),
        short / frame.height - SHORTEST_BAR,
        LONGEST_BAR - long / frame.height,
    )


def _percent(shapes: Sequence[Shape], frame: Frame) -> float:
    line = max(shapes, key=lambda each: _course(each).length)
    upper, lower = sorted(
        (each for each in shapes if each is not line), key=lambda each: each.middle[1]
    )
    course = _course(line)
    if not (course.leans_right and _is_ring(upper, line) and _is_ring(lower, line)):
        return 0.0
    small, large = sorted((upper.height, lower.height))
    return marks.likely(
        course.straightness,
        (course.level - SLANTING[0]) / 90,
        (lower.middle[1] - upper.middle[1]) / line.height - RINGS_DOWN,
        (lower.middle[0] - upper.middle[0]) / line.height - RINGS_ACROSS,
        small / large - RINGS_ALIKE,
        line.height / frame.height - PERCENT_LINE,
    )


def _division(shapes: Sequence[Shape], frame: Frame) -> float:
    upper, bar, lower = sorted(shapes, key=lambda each: each.middle[1])
    course = _course(bar)
    dots = max(max(each.width, each.height) for each in (upper, lower))
    aside = max(abs(each.middle[0] - bar.middle[0]) for each in (upper, lower))
    return marks.likely(
        course.straightness,
        (LYING - course.level) / 90,
        bar.width / dots - BAR_TO_DOT,
        marks.inside(frame.down(bar.middle[1]), MIDDLE),
        0.5 - aside / bar.width,
        (bar.middle[1] - upper.middle[1]) / frame.height - DOT_FROM_BAR,
        (lower.middle[1] - bar.middle[1]) / frame.height - DOT_FROM_BAR,
    )


def _is_ring(part: Shape, line: Shape) -> bool:
    """Whether a stroke goes round once, and is small beside the line of a percent sign."""
    x, y = (part.points - part.middle).T
    turned = float(np.ptp(np.degrees(np.unwrap(np.arctan2(y, x)))))
    tall = RING[0] <= part.height / line.height <= RING[1]
    return tall and RING_WIDTH[0] <= part.width / part.height <= RING_WIDTH[1] and turned >= TURN


@dataclass(frozen=True)
class Course:
    """The way from a stroke's first point to its last.

    Attributes:
        length: in pixels, straight.
        level: its angle from horizontal, 0 to 90 degrees.
        leans_right: whether it leans like a slash.
        straightness: how much less than `MOST_BENT` the stroke strays from it, or is longer than
            it, as a share of its length; negative when it is not one straight movement.
    """

    length: float
    level: float
    leans_right: bool
    straightness: float


def _course(part: Shape) -> Course:
    x, y = part.points[-1] - part.points[0]
    length = float(np.hypot(x, y))
    if length < part.line:  # a dot, as a mouse draws it: a pixel to the side
        return Course(0.0, 0.0, False, -1.0)
    away = (part.points - part.points[0]) @ np.array([-y, x]) / length**2
    walked = float(np.hypot(*np.diff(part.points, axis=0).T).sum())
    straightness = min(MOST_BENT - float(np.abs(away).max()), MOST_WALKED - walked / length)
    return Course(length, float(np.degrees(np.arctan2(abs(y), abs(x)))), x * y < 0, straightness)


JUDGES: dict[int, dict[str, Judge]] = {
    1: {".": _point, ",": _comma, "-": _minus},
    2: {":": _colon, "+": _plus, "×": _times, "=": _equals},
    3: {"%": _percent, UNREAD: _division},
}
