"""Pieces of writing: the parts of which digits and marks are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from digitapp.drawing.background import Mask
from digitapp.drawing.marks import Mark
from digitapp.drawing.piece_shapes import Box, around

Span = tuple[int, int]  # of pieces, the second exclusive

MOST_IN_ONE = 14  # pieces of one digit
WIDEST_DIGIT = 1.7  # row heights; no digit is wider


@dataclass(frozen=True)
class Piece:
    """Some ink.

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


def joined_ink(pieces: Sequence[InkPiece]) -> InkPiece:
    """Combine the ink of several pieces."""
    box = around([piece.box for piece in pieces])
    left, top, right, bottom = map(int, box)
    mask = np.zeros((bottom - top, right - left), dtype=bool)
    for piece in pieces:
        x, y = int(piece.box[0]) - left, int(piece.box[1]) - top
        height, width = piece.mask.shape
        mask[y : y + height, x : x + width] |= piece.mask
    return InkPiece(box, mask=mask)


def spans(row: Sequence[Piece]) -> list[Span]:
    """List the groups of neighbouring pieces that could be one digit."""
    _, top, _, bottom = around([piece.box for piece in row])
    found = []
    for first in range(len(row)):
        for last in range(first + 1, min(first + MOST_IN_ONE, len(row)) + 1):
            group, alone = row[first:last], last == first + 1
            if not alone and any(piece.mark for piece in group):
                break
            left, _, right, _ = around([piece.box for piece in group])
            if alone or right - left <= WIDEST_DIGIT * (bottom - top):
                found.append((first, last))
    return found
