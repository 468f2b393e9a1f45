"""Pieces of writing: the parts of which digits and marks are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.marks import Mark
from digitapp.drawing.piece_shapes import Box

Mask = NDArray[np.bool_]
Span = tuple[int, int]  # of pieces, the second exclusive

MOST_IN_ONE = 14  # pieces of one digit
WIDEST = 1.7  # row heights; no digit is wider


@dataclass(frozen=True)
class Piece:
    """Some ink, or some strokes.

    Attributes:
        box: left, top, right, bottom.
        cut: line widths of ink crossed by the cut that separates it from the piece before; 0 when
            it stands alone.
        mark: the mark that it is; None leaves it to the network.
        small: whether it is too small to be a digit by itself.
    """

    box: Box
    cut: float = 0.0
    mark: Mark | None = None
    small: bool = False


@dataclass(frozen=True)
class InkPiece(Piece):
    """A connected part of a picture's ink, or a piece cut from one.

    Attributes:
        mask: (height, width) of its box, true where there is ink.
    """

    mask: Mask = field(default_factory=lambda: np.zeros((1, 1), dtype=bool))


@dataclass(frozen=True)
class StrokePiece(Piece):
    """A stroke, or all strokes of a mark.

    Attributes:
        number: the index of the (first) stroke in the drawing.
        others: the indices of a mark's other strokes.
    """

    number: int = 0
    others: tuple[int, ...] = ()


def around(pieces: Iterable[Piece]) -> Box:
    """Return the smallest box that contains all of the pieces."""
    lefts, tops, rights, bottoms = zip(*(piece.box for piece in pieces), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def joined(pieces: Sequence[InkPiece]) -> Mask:
    """Combine the ink of several pieces, in the box `around` them: bool (height, width)."""
    left, top, right, bottom = (int(edge) for edge in around(pieces))
    mask = np.zeros((bottom - top, right - left), dtype=bool)
    for piece in pieces:
        x, y = int(piece.box[0]) - left, int(piece.box[1]) - top
        height, width = piece.mask.shape
        mask[y : y + height, x : x + width] |= piece.mask
    return mask


def spans(row: Sequence[Piece]) -> list[Span]:
    """List the groups of neighbouring pieces that could be one digit."""
    height = around(row)[3] - around(row)[1]
    found = []
    for first in range(len(row)):
        for last in range(first + 1, min(first + MOST_IN_ONE, len(row)) + 1):
            box, alone = around(row[first:last]), last == first + 1
            if not alone and any(piece.mark for piece in row[first:last]):
                break
            if alone or box[2] - box[0] <= WIDEST * height:
                found.append((first, last))
    return found
