"""The parts of a row that may be digits, and where smaller parts lie relative to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from digitapp.drawing.piece_shapes import Box, Shape, around, gap, overlap

HALF = 0.3  # of the tallest part's height; a part this tall may be half a digit
TALL = 0.5  # of the tallest part's height; a part this tall may be a digit
SAME_COLUMN = 0.2  # of the narrower one's width; boxes that overlap more are one digit
NEAREST = 6  # digits that a part is compared with
TOUCHING = 0.35  # line widths: largest gap between a digit and a part that belongs to it

# A part belongs to a digit whose ink is this near above or below it, over this much of its width.
NEIGHBOUR_REACH = 0.3  # of the row's height
COVERED = 0.3  # of the part's width
WITHIN = 0.6  # of a bar's width inside a digit's box, wherever the digit's ink is

# A line drawn under or over the digits, in row heights.
RULE, LONG_RULE = 0.9, 1.3  # least length, under several digits and under a single one
RULE_SLACK = 0.1
RULE_CLEAR = 0.1  # line widths of paper between it and the digits


def tall_ones(row: Sequence[Shape], without: Collection[int] = ()) -> list[int]:
    """Return the indices of the parts about as tall as the row's digits, except `without`."""
    heights = {n: each.height for n, each in enumerate(row) if n not in without}
    tallest = max(heights.values(), default=0.0)
    return [n for n, height in heights.items() if height >= TALL * tallest]


class Neighbours:
    """The parts of a row that may be digits.

    Args:
        tall: these parts.
        small: other parts, some of which may complete a digit.

    Attributes:
        columns: boxes of digits from left to right; boxes that overlap sideways are merged.
        height: the height of the row: the median of the columns' heights.
        line: the mean line width of the tall parts.
    """

    def __init__(self, tall: Sequence[Shape], small: Sequence[Shape] = ()) -> None:
        self._tall = tall
        self._edges = np.array([each.box for each in tall])
        self.columns: list[Box] = []
        for box in sorted(each.box for each in tall):
            before = self.columns[-1] if self.columns else box
            width = min(box[2] - box[0], before[2] - before[0])
            if self.columns and overlap(box, before) > SAME_COLUMN * width:
                self.columns[-1] = around((box, before))
            else:
                self.columns.append(box)
        for part in small:  # half an 8, say, becomes a part of its digit's column
            if part.height >= HALF * max(each.height for each in tall):
                within = (n for n, each in enumerate(self.columns) if _is_within(part, each))
                if (n := next(within, None)) is not None:
                    self.columns[n] = around((part.box, self.columns[n]))
        self.height = float(np.median([box[3] - box[1] for box in self.columns]))
        self.line = float(np.mean([each.line for each in tall]))

    def frame(self, box: Box) -> tuple[float, float]:
        """Return the row's top and bottom at a box: the means of the digits on both sides."""
        middle = box[0] + box[2]
        before = [each for each in self.columns if each[0] + each[2] <= middle]
        after = [each for each in self.columns if each[0] + each[2] > middle]
        beside = np.array([*before[-1:], *after[:1]])
        return float(beside[:, 1].mean()), float(beside[:, 3].mean())

    def sideways(self, box: Box) -> float:
        """Return a box's sideways distance from the nearest digit, in row heights; 0 within one."""
        away = [max(each[0] - box[2], box[0] - each[2], 0.0) for each in self.columns]
        return min(away) / self.height

    def own(self, part: Shape) -> bool:
        """Whether a part belongs to a digit: it touches the digit, or lies right above or below.

        Examples are the bar of a 5 or 7, the dot of an i-like 1, and a piece of a broken line.
        """
        if part.is_bar and any(_is_within(part, each) for each in self.columns):
            return True
        reach = NEIGHBOUR_REACH * self.height
        for digit in self._near(part):
            ink = digit.between(part.box[1] - reach, part.box[3] + reach)
            if ink and overlap(part.box, ink) >= COVERED * part.width:
                return True
            if gap(part, digit) <= TOUCHING * self.line:
                return True
        return False

    def has_rule(self, part: Shape) -> bool:
        """Whether a part is a line drawn under or over the digits."""
        covered = [each for each in self.columns if overlap(each, part.box) > 0]
        least = (LONG_RULE if len(covered) == 1 else RULE) * self.height
        if not part.is_bar or not covered or part.width < least:
            return False
        slack = RULE_SLACK * self.height
        under = part.box[1] > max(each[3] for each in covered) - slack
        over = part.box[3] < min(each[1] for each in covered) + slack
        clear = all(gap(part, each) > RULE_CLEAR * self.line for each in self._near(part))
        return (under or over) and clear

    def _near(self, part: Shape) -> list[Shape]:
        """Return the digits whose boxes are nearest to a part, at most `NEAREST`."""
        left, top, right, bottom = part.box
        across = np.maximum(self._edges[:, 0] - right, left - self._edges[:, 2])
        down = np.maximum(self._edges[:, 1] - bottom, top - self._edges[:, 3])
        away = np.maximum(np.maximum(across, down), 0)
        return [self._tall[n] for n in np.argsort(away, kind="stable")[:NEAREST]]


def _is_within(part: Shape, column: Box) -> bool:
    return overlap(column, part.box) > WITHIN * part.width
