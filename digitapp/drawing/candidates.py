"""Candidates: ink of a row that may be one digit, or a mark; and the row that they divide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitapp.drawing.background import Mask
from digitapp.drawing.marks import Mark
from digitapp.drawing.piece_shapes import Box, Boxed
from digitapp.drawing.seams import Columns


@dataclass(frozen=True)
class RowInk:
    """The ink between two cuts, as views of what is kept once for all candidates.

    Attributes:
        ink: (height, width), all ink of neighbouring parts.
        left, top: its corner in the picture.
        start, end: (height,), the columns of the two cuts; None at the ends.
    """

    ink: Mask
    left: float
    top: float
    start: Columns | None = None
    end: Columns | None = None

    def between(self, box: Box) -> Mask:
        """Return the ink within a box of the picture."""
        left, right = int(box[0] - self.left), int(box[2] - self.left)
        rows = slice(int(box[1] - self.top), int(box[3] - self.top))
        mask, columns = self.ink[rows, left:right], np.arange(left, right)
        if self.start is not None:
            mask = mask & (columns >= self.start[rows, np.newaxis])
        return mask if self.end is None else mask & (columns < self.end[rows, np.newaxis])


@dataclass(frozen=True)
class Candidate(Boxed):
    """Some ink of a row that may be one digit, or a mark.

    Attributes:
        first, last: the cuts that bound it, by their places in the row.
        box: left, top, right, bottom, in pixels of the picture.
        row: the ink from which it is cut.
        depths: the ink severed by the two cuts, in line widths; 0 where it stands alone.
        mark: the mark that it is; None leaves it to the network.
        small: whether it is too small to be a digit by itself.
    """

    first: int
    last: int
    box: Box
    row: RowInk
    depths: tuple[float, float] = (0.0, 0.0)
    mark: Mark | None = None
    small: bool = False

    @property
    def mask(self) -> Mask:
        """Its own pixels: (height, width) of its box, true where there is ink."""
        return self.row.between(self.box)


@dataclass(frozen=True)
class Frame:
    """The typical digit of a row: its upper and lower edge, and its height, in pixels."""

    top: float
    bottom: float
    height: float
    line: float


@dataclass(frozen=True)
class Lattice:
    """The ways to divide a row.

    Attributes:
        cuts: how many there are, including the row's two ends.
        candidates: what lies between two cuts; ordered by the first.
    """

    cuts: int
    candidates: tuple[Candidate, ...]
    frame: Frame
