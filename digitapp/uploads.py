"""Many uploaded pictures read one by one; a bad one does not keep the others from being read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

from digitapp.errors import DigitappError
from digitapp.pictures import read_bytes
from digitapp.prediction import Predictor
from digitapp.preprocess import SHOWN_SIDE
from digitapp.reading import Reading, read_picture


@dataclass(frozen=True)
class Upload:
    """A file and what came of it: a reading, or the reason why there is none."""

    name: str
    picture: Image.Image | None
    reading: Reading | None
    problem: str


def read(predictor: Predictor, name: str, data: bytes) -> Upload:
    """Open, prepare and read one file's bytes; of its picture only a small copy is kept."""
    small = None
    try:
        picture = read_bytes(data)
        small = picture.copy()
        small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        return Upload(name, small, read_picture(predictor, picture), "")
    except DigitappError as error:
        return Upload(name, small, None, str(error))


def as_csv(rows: Iterable[Upload]) -> str:
    """The rows as CSV: file, digit, confidence, unsure, the probabilities, the problem if any."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"p{digit}" for digit in range(10)]
    writer.writerow(["file", "digit", "confidence", "unsure", *names, "problem"])
    for row in rows:
        writer.writerow([_harmless(row.name), *_values(row), row.problem])
    return text.getvalue()


def _values(row: Upload) -> list[str]:
    if row.reading is None:
        return [""] * 13
    read = row.reading.prediction
    shares = [f"{share:.6f}" for share in read.probabilities]
    return [read.name, f"{read.confidence:.6f}", str(read.unsure).lower(), *shares]


def _harmless(name: str) -> str:
    """A file name that a spreadsheet will not take for a formula."""
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name
