"""Pieces of a picture's ink: the parts of which digits and marks are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitapp.drawing.background import Mask
from digitapp.drawing.marks import Mark
from digitapp.drawing.piece_shapes import Box, around


@dataclass(frozen=True)
class InkPiece:
    """A connected part of a picture's ink, or all parts of a mark.

    Attributes:
        box: left, top, right, bottom.
        mask: (height, width) of its box, true where there is ink.
        mark: the mark that it is; None for a digit or a part of one.
    """

    box: Box
    mask: Mask
    mark: Mark | None = None


def joined_ink(pieces: Sequence[InkPiece]) -> InkPiece:
    """Combine the ink of several pieces."""
    box = around([piece.box for piece in pieces])
    left, top, right, bottom = map(int, box)
    mask = np.zeros((bottom - top, right - left), dtype=bool)
    for piece in pieces:
        x, y = int(piece.box[0]) - left, int(piece.box[1]) - top
        height, width = piece.mask.shape
        mask[y : y + height, x : x + width] |= piece.mask
    return InkPiece(box, mask)
