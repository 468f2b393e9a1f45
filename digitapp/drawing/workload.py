"""Limit the work of reading some writing as a number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitapp.drawing.ink import Ink
from digitapp.drawing.pieces import InkPiece, Piece, around, spans
from digitapp.drawing.segmentation import of_ink
from digitapp.errors import TooMuch

MOST_IMAGES = 1400  # read by the network for one number
MOST_PIXELS = 50_000_000  # of these images before downscaling: about 1.5 seconds
FINE_SIDE, FINER = (
    80,
    16,
)  # smaller images are upsampled to this many times the pixels (`line_width`)
OVERHEAD = 25_000  # cost of an image besides its pixels, including the network, in pixels


def cut(ink: Ink) -> tuple[Ink, list[list[InkPiece]], int]:
    """Cut ink into pieces, at half the resolution when there is much of it.

    Returns:
        the ink; its pieces in rows, as `of_ink`; the factor by which its sides were reduced.

    Raises:
        TooMuch: when it would take too long to read the pieces.
    """
    rows = of_ink(ink)
    if _pixels(rows) <= MOST_PIXELS:
        return ink, rows, 1
    small = _halved(ink)  # large digits are read equally well from fewer pixels
    rows = of_ink(small)
    if _pixels(rows) > MOST_PIXELS:
        raise _too_much(rows)
    return small, rows, 2


def check(rows: Sequence[Sequence[Piece]]) -> None:
    """Reject pieces that would make the network read too many images.

    Raises:
        TooMuch: when there are more than `MOST_IMAGES`.
    """
    if sum(len(spans(row)) for row in rows) > MOST_IMAGES:
        raise _too_much(rows)


def _pixels(rows: Sequence[Sequence[Piece]]) -> float:
    """Estimate the cost, in pixels, of reading every group of pieces that could be one digit."""
    found = 0.0
    for row in rows:
        for first, last in spans(row):
            left, top, right, bottom = around(row[first:last])
            fine = FINER if max(right - left, bottom - top) < FINE_SIDE else 1
            found += fine * (right - left) * (bottom - top) + OVERHEAD
    return found


def _halved(ink: Ink) -> Ink:
    """Halve the resolution: each new pixel is the mean of four."""
    padded = np.pad(ink, [(0, side % 2) for side in ink.shape])
    blocks = padded.reshape(padded.shape[0] // 2, 2, -1, 2)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)


def _too_much(rows: Sequence[Sequence[Piece]]) -> TooMuch:
    pieces = sum(map(len, rows))
    return TooMuch(
        f"There is too much writing to be read as one number ({pieces:,} pieces); the limit is "
        "about 20 digits. Remove everything but the number."
    )
