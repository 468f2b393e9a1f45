"""Read many uploaded pictures one by one; a bad file does not stop the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PIL import Image

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing.fitting import SHOWN_SIDE
from digitapp.drawing.pictures import read_bytes
from digitapp.errors import DigitappError
from digitapp.reading.number_layout import Decision, Number
from digitapp.reading.numbers import decide
from digitapp.reading.prediction import Predictor
from digitapp.reading.reader import Reading, read_picture
from digitapp.text.escaping import cell


@dataclass(frozen=True)
class Upload:
    """An uploaded file and its reading, or the reason why it has none.

    Attributes:
        picture: a small copy for display; None when the file could not be opened.
        reading: the picture read as one digit; None when there is a problem.
        problem: the error message; empty without one.
        number: the number, when several digits were looked for and found.
        other: the number that it may be although it was read as one digit.
    """

    name: str
    picture: Image.Image | None
    reading: Reading | None
    problem: str
    number: Number | None = None
    other: Number | None = None

    @property
    def other_way(self) -> Upload | None:
        """The alternative reading: a number as one digit or vice versa; None if there is none."""
        if not self.number and not self.other:
            return None
        return replace(self, number=self.other, other=self.number)


def read(predictor: Predictor, name: str, data: bytes, as_number: bool = False) -> Upload:
    """Open, prepare and read one file's bytes; keep only a small copy of its picture.

    Args:
        as_number: look for several digits.
    """
    small = None
    try:
        picture = read_bytes(data)
        small = picture.copy()
        small.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        reading = read_picture(predictor, picture)
        found = decide(predictor, picture) if as_number else Decision(False)
        number = found.number if found.several else None
        numbers = (
            each and each.scaled(small.width / picture.width)
            for each in (number, found.doubtful_number)
        )
        return Upload(name, small, reading, "", *numbers)
    except DigitappError as error:
        return Upload(name, small, None, str(error))


def as_csv(rows: Iterable[Upload]) -> str:
    """Return the uploads as CSV.

    The columns are the file; the single digit, its confidence, and whether it is unsure or refused;
    a probability for each of the network's classes (`p0` to `p9`); the number, if several digits
    were found; and the problem, if any.

    Args:
        rows: uploads that were read by the same network.
    """
    rows = list(rows)
    known = (row.reading.prediction.class_names for row in rows if row.reading)
    names = [f"p{name}" for name in next(known, DIGIT_NAMES)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ["file", "digit", "confidence", "unsure", "refused", *names, "number", "problem"]
    writer.writerow(map(cell, head))
    for row in rows:
        values = [""] * (len(names) + 4)
        if row.reading:
            read = row.reading.prediction
            doubts = [str(doubt).lower() for doubt in (read.unsure, read.refused)]
            shares = [f"{share:.6f}" for share in read.probabilities]
            values = [read.name, f"{read.confidence:.6f}", *doubts, *shares]
        number = row.number.text if row.number else ""
        writer.writerow(map(cell, [row.name, *values, number, row.problem]))
    return text.getvalue()
