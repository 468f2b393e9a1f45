"""Many uploaded pictures read one by one; a bad one does not keep the others from being read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

from digitapp.errors import DigitappError
from digitapp.numbers import Number, several
from digitapp.pictures import read_bytes
from digitapp.prediction import Predictor
from digitapp.preprocess import SHOWN_SIDE
from digitapp.reading import Reading, read_picture


@dataclass(frozen=True)
class Upload:
    """A file and what came of it: a reading, or the reason why there is none.

    Attributes:
        number: when several digits were looked for, and found.
    """

    name: str
    picture: Image.Image | None
    reading: Reading | None
    problem: str
    number: Number | None = None


def read(predictor: Predictor, name: str, data: bytes, as_number: bool = False) -> Upload:
    """Open, prepare and read one file's bytes; of its picture only a small copy is kept.

    Args:
        as_number: look for several digits.
    """
    small = None
    try:
        picture = read_bytes(data)
        small = picture.copy()
        small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        number = several(predictor, picture) if as_number else None
        if number:
            number = number.scaled(small.width / picture.width)
        return Upload(name, small, read_picture(predictor, picture), "", number)
    except DigitappError as error:
        return Upload(name, small, None, str(error))


def as_csv(rows: Iterable[Upload]) -> str:
    """The rows as CSV.

    The file, the single digit with its confidence, whether it is unsure or refused, and the ten
    probabilities; the number, if several digits were found; the problem, if any.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"p{digit}" for digit in range(10)]
    head = ["file", "digit", "confidence", "unsure", "refused", *names, "number", "problem"]
    writer.writerow(head)
    for row in rows:
        number = row.number.text if row.number else ""
        writer.writerow([_harmless(row.name), *_values(row), number, row.problem])
    return text.getvalue()


def _values(row: Upload) -> list[str]:
    if row.reading is None:
        return [""] * 14
    read = row.reading.prediction
    shares = [f"{share:.6f}" for share in read.probabilities]
    doubts = [str(doubt).lower() for doubt in (read.unsure, read.refused)]
    return [read.name, f"{read.confidence:.6f}", *doubts, *shares]


def _harmless(name: str) -> str:
    """A file name that a spreadsheet will not take for a formula."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name
