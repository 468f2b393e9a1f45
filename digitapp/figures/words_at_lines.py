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

    @property
    def above(self) -> float:
        """How far the middle of the words is above their point, as a share of the axis."""
        beside = {"top": 0.6, "middle": 0.0, "bottom": -0.6}[self.position.split()[0]]
        return ROW * (beside + self.rows)

    def written(self, words: str) -> str:
        """Return the words with the empty lines."""
        return words + "<br> " * self.rows  # Plotly leaves out lines at the end without a space


class Room(NamedTuple):
    """Where words stand: from left to right, and how high, as shares of the axes."""

    left: float
    right: float
    up: float

    def meets(self, other: Room) -> bool:
        """Whether words there would stand on each other."""
        beside = self.right <= other.left or other.right <= self.left
        return not beside and abs(self.up - other.up) < ROW


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


def room_of_names(ends: Mapping[str, Point]) -> list[Room]:
    """Return what the names of lines take of a figure, where `of_names` puts them."""
    places = of_names(ends)
    return [Room(x, x + LENGTH, y + places[name].above) for name, (x, y) in ends.items()]


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
