"""Where words stand beside lines: none on others, and none on the numbers of the axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

# Shares of the axes of a small figure: how high a line of words is and how long they are, and how
# near to its left or right end there is more room towards the middle.
ROW, LENGTH, NEAR_THE_END = 0.1, 0.3, 0.25

Point = tuple[float, float]  # shares of the axes: to the right, up


class Place(NamedTuple):
    """Where words stand beside their point.

    Attributes:
        position: as Plotly calls it, such as `top right`.
        rows: empty lines between them and the point, which is below them.
    """

    position: str
    rows: int = 0

    def written(self, words: str) -> str:
        """Return the words with the empty lines."""
        return words + "<br> " * self.rows  # Plotly leaves out lines at the end without a space


AT_ITS_END = Place("middle right")


def of_names(ends: Mapping[str, Point]) -> dict[str, Place]:
    """Return where to write the names of one or two lines: to the right of their ends."""
    places = dict.fromkeys(ends, AT_ITS_END)
    if len(ends) != 2:
        return places
    upper, lower = sorted(ends, key=lambda name: ends[name][1], reverse=True)
    if ends[upper][1] - ends[lower][1] >= ROW:
        return places
    if ends[lower][1] < ROW:  # below it are the numbers of the axis
        return {upper: Place("top right", 1), lower: Place("top right")}
    return {upper: Place("top right"), lower: Place("bottom right")}


def side_of(point: float, end: float) -> str:
    """Return on which side of a point of a line words stand: `left`, `center` or `right`.

    Empty where they would stand on the name at the line's end, so that they belong behind it.

    Args:
        point, end: shares of the horizontal axis.
    """
    if point > 1 - NEAR_THE_END:
        return "left"
    if point == end or point < NEAR_THE_END:  # right of the end there is nothing but names
        return "right" if end - point >= LENGTH else ""
    return "center" if end - point >= LENGTH / 2 else "left"
