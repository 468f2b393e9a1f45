"""Strokes as bytes, to be kept in a store: places and widths as float32, compressed by zlib.

The bytes start with the format's number. What follows, compressed, is little-endian: the number of
strokes (uint32), the number of points of each (uint32), the width of each (float32), and the points
of all, x and y in turns (float32). There is no eraser: only the ink that it left is packed.
"""

from __future__ import annotations

import zlib

import numpy as np

from digitapp.drawing.strokes import (
    MAX_POINTS,
    Drawing,
    Stroke,
    checked,
    remaining_ink,
)
from digitapp.errors import BadStrokes

FORMAT = b"\x01"
COUNT = np.dtype("<u4")
NUMBER = np.dtype("<f4")
LARGEST = 4 + 16 * MAX_POINTS  # bytes: as many strokes as points


def pack(drawing: Drawing) -> bytes:
    """Return the ink of a drawing as bytes, without what the eraser took.

    Raises:
        BadStrokes: when it has more than 20,000 points.
    """
    ink = checked(remaining_ink(drawing))
    counts = np.array([len(ink), *(len(stroke.points) for stroke in ink)], COUNT)
    widths = np.array([stroke.width for stroke in ink], NUMBER)
    points = [stroke.points.astype(NUMBER).tobytes() for stroke in ink]
    return FORMAT + zlib.compress(b"".join([counts.tobytes(), widths.tobytes(), *points]))


def unpack(data: bytes) -> Drawing:
    """Return the strokes in such bytes.

    Raises:
        BadStrokes: when they are damaged, too many, or were packed in another format.
    """
    try:
        if data[:1] != FORMAT:
            raise ValueError("they are in another format")
        return checked(_drawing(_unzipped(data[1:])))
    except (ValueError, IndexError, zlib.error) as error:
        raise BadStrokes(f"These strokes are damaged: {error}.") from None


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj()
    found = unzip.decompress(data, LARGEST)
    if not unzip.eof or unzip.unused_data:
        raise ValueError("they are cut, or longer than any drawing")
    return found


def _drawing(raw: bytes) -> Drawing:
    (strokes,) = np.frombuffer(raw, COUNT, 1)
    counts = np.frombuffer(raw, COUNT, strokes, COUNT.itemsize)
    numbers = np.frombuffer(raw, NUMBER, offset=COUNT.itemsize * (1 + len(counts)))
    if len(numbers) != len(counts) + 2 * counts.sum(dtype=np.uint64) or not len(counts):
        raise ValueError("their number of points is wrong")
    widths, points = np.split(numbers.astype(np.float64), [len(counts)])
    parts = np.split(points.reshape(-1, 2), np.cumsum(counts)[:-1])
    return tuple(Stroke(part, float(width)) for part, width in zip(parts, widths, strict=True))
