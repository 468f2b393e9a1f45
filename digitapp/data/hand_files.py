"""The file format of the bundled handwriting (`assets/hands.npz`, `assets/uji.npz`), both ways.

Each file is an `.npz` archive of plain arrays, made from a gzipped JSON list
`[{"label": 7, "writer": 12, "strokes": [[[x, y], ...], ...]}, ...]` without losing anything:
digits, strokes and points keep their order, and the coordinates their values. To make one again:

    python -m digitapp.data.hand_files hands.json.gz assets/hands.npz
    python -m digitapp.data.hand_files uji.json.gz assets/uji.npz --first-writer 30
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import read_arrays
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, Points, Stroke
from digitapp.errors import BadFile

BOX = 500  # side of the box that the coordinates are in
CANVAS_PEN = 20.0  # pixels: the pen with which the canvas starts
ARRAYS = ("label", "writer", "strokes", "points", "steps", "units")


@dataclass(frozen=True)
class WrittenDigit:
    """A digit as somebody's pen wrote it.

    Attributes:
        label: 0 to 9.
        writer: the writer's number, the same for all digits of one person.
        strokes: float64 (n, 2) each, n >= 1: the points in a 500x500 box, x to the right and y
            down; strokes and points in the order in which they were written.
    """

    label: int
    writer: int
    strokes: tuple[Points, ...]

    def drawing(self, width: float = CANVAS_PEN) -> Drawing:
        """Return the digit as drawn on the canvas: 280x280 pixels, with a pen of this width."""
        scale = CANVAS_SIDE / BOX
        return tuple(Stroke(points * scale, width) for points in self.strokes)


def packed(digits: Sequence[WrittenDigit], units: int) -> bytes:
    """Return the digits as a file.

    Its arrays: `label` and `writer` uint8 (digits,), `strokes` uint8 (digits,) how many strokes
    each digit has, `points` uint16 (strokes,) how many points each stroke has, `steps` int16
    (2, points) by how much x and y differ from the point before (the first point: from 0), in
    units of 1 / `units`, and `units` int16 ().

    Raises:
        ValueError: when a coordinate is not a whole number of units.
    """
    strokes = [points for digit in digits for points in digit.strokes]
    places = np.concatenate(strokes)
    whole = np.rint(places * units).astype(np.int16)
    if not np.array_equal(whole / units, places):
        raise ValueError(f"some coordinates are not multiples of 1/{units}")
    file = io.BytesIO()
    np.savez_compressed(
        file,
        allow_pickle=False,
        label=np.array([digit.label for digit in digits], dtype=np.uint8),
        writer=np.array([digit.writer for digit in digits], dtype=np.uint8),
        strokes=np.array([len(digit.strokes) for digit in digits], dtype=np.uint8),
        points=np.array([len(points) for points in strokes], dtype=np.uint16),
        steps=np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int16)).T.copy(),
        units=np.array(units, dtype=np.int16),
    )
    return file.getvalue()


def read(path: Path) -> tuple[WrittenDigit, ...]:
    """Read a file that `packed` has made.

    Raises:
        BadFile: when it is missing, damaged or not such a file.
    """
    arrays = read_arrays(path, ARRAYS)
    if reason := _damage(arrays):
        raise BadFile(f"{path}: not a file of handwritten digits ({reason}).")
    label, writer, strokes, points, steps, units = (each.astype(np.int64) for each in arrays)
    places = np.cumsum(steps, axis=1).T / int(units)
    places.flags.writeable = False
    lines = iter(np.split(places, np.cumsum(points)[:-1]))
    return tuple(
        WrittenDigit(int(each), int(whose), tuple(next(lines) for _ in range(count)))
        for each, whose, count in zip(label, writer, strokes, strict=True)
    )


def writers(path: Path) -> NDArray[np.uint8]:
    """Return the writer of each digit in a file, without reading the strokes: uint8 (digits,).

    Raises:
        BadFile: as `read`.
    """
    (found,) = read_arrays(path, ("writer",))
    if found.dtype != np.uint8 or found.ndim != 1:
        raise BadFile(f"{path}: not a file of handwritten digits (writer is {_described(found)}).")
    return found.astype(np.uint8, copy=False)


def from_json(content: bytes, first_writer: int) -> list[WrittenDigit]:
    """Return the digits of a JSON file, its writers numbered in the order of their own numbers.

    Args:
        content: as in the module's description, unpacked. A writer is a number, or a name that
            ends with one.
        first_writer: the number of the first writer.
    """
    entries: list[dict[str, Any]] = json.loads(content)
    names = sorted({each["writer"] for each in entries}, key=_number)
    numbers = {name: first_writer + place for place, name in enumerate(names)}
    return [
        WrittenDigit(
            each["label"],
            numbers[each["writer"]],
            tuple(np.array(points, dtype=np.float64) for points in each["strokes"]),
        )
        for each in entries
    ]


def _number(writer: int | str) -> int:
    return int(re.findall(r"\d+$", str(writer))[0])


def _damage(arrays: Sequence[NDArray[np.generic]]) -> str:
    """Say why arrays cannot be those of a file of digits; empty when they can."""
    for name, each, dimensions in zip(ARRAYS, arrays, (1, 1, 1, 1, 2, 0), strict=True):
        if each.dtype.kind not in "ui" or each.ndim != dimensions:
            return f"{name} is {_described(each)}"
    label, writer, strokes, points, steps, units = (each.astype(np.int64) for each in arrays)
    if not len(label) or not len(label) == len(writer) == len(strokes):
        return f"{len(label)} labels, {len(writer)} writers, {len(strokes)} digits"
    if strokes.min() < 1 or strokes.sum() != len(points):
        return f"its digits do not have {len(points)} strokes"
    if points.min() < 1 or (2, points.sum()) != steps.shape:
        return f"its strokes have {points.sum()} points, its steps are {_described(steps)}"
    if units < 1 or label.min() < 0 or label.max() > 9:
        return f"units {units}, labels {label.min()} to {label.max()}"
    return ""


def _described(array: NDArray[np.generic]) -> str:
    return f"{array.dtype} {array.shape}"


def main() -> None:
    """Make a file of handwritten digits from a gzipped JSON file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("source", type=Path, metavar="DIGITS.json.gz")
    parser.add_argument("target", type=Path, metavar="DIGITS.npz")
    parser.add_argument("--first-writer", type=int, default=0, metavar="NUMBER")
    chosen = parser.parse_args()
    digits = from_json(gzip.decompress(chosen.source.read_bytes()), chosen.first_writer)
    places = np.concatenate([points for digit in digits for points in digit.strokes])
    units = 1 if np.array_equal(places, np.rint(places)) else 10
    chosen.target.write_bytes(packed(digits, units))
    print(f"{chosen.target}: {len(digits):,} digits, coordinates in units of 1/{units}.")


if __name__ == "__main__":
    main()
