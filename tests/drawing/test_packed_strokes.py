"""Strokes as bytes: they come back, and damaged bytes are a sentence."""

import struct
import zlib

import numpy as np
import pytest

from digitapp.drawing import packed_strokes
from digitapp.drawing.strokes import MAX_POINTS, from_points
from digitapp.errors import BadStrokes
from tests.digits import DIGITS


def packed(raw: bytes) -> bytes:
    """Bytes in the right format, with this content."""
    return packed_strokes.FORMAT + zlib.compress(raw)


@pytest.mark.parametrize("digit", DIGITS)
def test_strokes_come_back_as_they_were(digit: int) -> None:
    drawing = from_points(DIGITS[digit], 17.5)
    found = packed_strokes.unpack(packed_strokes.pack(drawing))
    for stroke, was in zip(found, drawing, strict=True):
        np.testing.assert_allclose(stroke.points, was.points, atol=1e-4)
    assert {stroke.width for stroke in found} == {17.5}
    assert len(packed_strokes.pack(drawing)) < 1000


def test_the_longest_drawing_fits_and_a_longer_one_is_a_sentence() -> None:
    points = np.random.default_rng(0).uniform(0, 280, (MAX_POINTS, 2)).tolist()
    dots = from_points([[point] for point in points], 20)
    assert len(packed_strokes.unpack(packed_strokes.pack(dots))) == MAX_POINTS
    with pytest.raises(BadStrokes, match="more than 20,000 points"):
        packed_strokes.pack((*dots, dots[0]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        b"\x01no zlib",
        packed(b""),
        packed(struct.pack("<I", 0)),
        packed(struct.pack("<II", 1, 2) + struct.pack("<fff", 20, 1, 1)),
        packed(struct.pack("<II", 1, 0) + struct.pack("<f", 20)),
        packed(struct.pack("<II", 1, 1) + struct.pack("<fff", 20, np.nan, 1)),
        packed(struct.pack("<II", 1, 1) + struct.pack("<fff", 0, 1, 1)),
        packed(struct.pack("<II", 1, 1) + struct.pack("<fff", 20, 1e9, 1)),
        packed(struct.pack("<II", 2**32 - 1, 2**32 - 1)),
        packed(struct.pack("<II", 1, 2**31) + struct.pack("<f", 20)),
        packed(bytes(10**8)),
        packed(struct.pack("<II", 1, 1) + struct.pack("<fff", 20, 1, 1)) + b"more",
    ],
)
def test_damaged_bytes_are_a_sentence(data: bytes) -> None:
    with pytest.raises(BadStrokes):
        packed_strokes.unpack(data)
