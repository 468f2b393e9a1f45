"""Read numbers composed from strokes, by the strokes and by pixels, and count what became of them.

A number is right when it is read without any mistake. Otherwise it is refused when some part of it
was not read, doubted when the reader said that it was probably wrong, and else surely wrong.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.marks import UNREAD
from digitapp.drawing.strokes import paint
from digitapp.errors import Blank, TooMuch
from digitapp.evaluation import intervals
from digitapp.evaluation.calibration import Reliability, reliability_of
from digitapp.evaluation.intervals import Bounds
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.number_strings import HARDER, NumberString, signed_strings, strings
from digitapp.evaluation.progress import Told, counted, silent
from digitapp.reading import numbers
from digitapp.reading.prediction import Predictor

STRINGS, HARDER_STRINGS, SIGNED_STRINGS = 1000, 200, 300
DOUBTED_BELOW = 0.5  # of the number's confidence
TOLD_EVERY = 250  # numbers
STROKES, PIXELS = "strokes", "pixels"
NUMBER_WAYS = (STROKES, PIXELS)


@dataclass(frozen=True)
class ReadNumber:
    """A composed number and what was read.

    Attributes:
        text: as it was read; `?` for a part that was not.
        confidence: that all of it is right, 0 to 1.
    """

    written: NumberString
    text: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether it was read without any mistake."""
        return self.text == self.written.text

    @property
    def refused(self) -> bool:
        """Whether some or all of it was not read."""
        return UNREAD in self.text

    @property
    def wrong(self) -> bool:
        """Whether it was read wrong, and all of it was read."""
        return not self.right and not self.refused

    @property
    def doubted(self) -> bool:
        """Whether it is wrong, and the reader said that it probably is."""
        return self.wrong and self.confidence < DOUBTED_BELOW


@dataclass(frozen=True)
class NumberScore:
    """What became of several numbers; the four counts add up to the total.

    Attributes:
        interval: the 95 % interval of the share that is right.
        by_writer: whether it was bootstrapped by writer; otherwise it is Wilson's.
    """

    right: int
    refused: int
    doubted: int
    surely_wrong: int
    interval: Bounds
    by_writer: bool
    reliability: Reliability

    @property
    def total(self) -> int:
        """How many numbers there are."""
        return self.right + self.refused + self.doubted + self.surely_wrong


NumberReadings = dict[str, list[ReadNumber]]  # by way


def read_all(
    predictor: Predictor,
    digits: Sequence[LabelledStrokes],
    seed: int = 0,
    share: int = 1,
    told: Told = silent,
) -> NumberReadings:
    """Compose numbers of digits, and read each from its strokes and from its pixels.

    There are 1,000 of the usual spacings, 200 harder ones and 300 with signs.

    Args:
        share: divides these counts, where several predictors read numbers of their own.
        told: is told how many have been read.
    """
    told("Putting numbers together from digits.")
    written = [
        *strings(digits, STRINGS // share, seed),
        *strings(digits, HARDER_STRINGS // share, seed + 1, HARDER),
        *signed_strings(digits, SIGNED_STRINGS // share, seed + 2),
    ]
    found: NumberReadings = {}
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for way in NUMBER_WAYS:
            read = threads.map(partial(_read, predictor, way), written)
            say = partial(_say, told, way, len(written))
            found[way] = list(counted(read, TOLD_EVERY, say))
    return found


def _say(told: Told, way: str, of: int, read: int) -> None:
    told(f"Read {read:,} of {of:,} numbers from their {way}.")


def joined(parts: Sequence[NumberReadings]) -> NumberReadings:
    """Join what several predictors read, each of numbers of its own."""
    return {way: [number for part in parts for number in part[way]] for way in NUMBER_WAYS}


def score(read: Sequence[ReadNumber]) -> NumberScore:
    """Count what became of numbers.

    The interval is bootstrapped by writer where writers are known and some numbers are right and
    some are not: numbers by one writer stay together, and one by several writers stands alone.
    """
    right = np.array([each.right for each in read], dtype=bool)
    refused = sum(each.refused for each in read)
    doubted = sum(each.doubted for each in read)
    confidence = np.array([each.confidence for each in read], dtype=np.float64)
    by_writer = bool(right.any() and not right.all()) and any(
        each.written.writer is not None for each in read
    )
    share = float(right.mean()) if len(right) else 0.0
    return NumberScore(
        right=int(right.sum()),
        refused=refused,
        doubted=doubted,
        surely_wrong=len(read) - int(right.sum()) - refused - doubted,
        interval=_by_writer(read, right) if by_writer else intervals.wilson(share, len(right)),
        by_writer=by_writer,
        reliability=reliability_of(confidence, right),
    )


def _by_writer(read: Sequence[ReadNumber], right: NDArray[np.bool_]) -> Bounds:
    writers = [each.written.writer for each in read]
    clusters = [-1 - place if writer is None else writer for place, writer in enumerate(writers)]
    return intervals.by_writer(right, clusters)


def _read(predictor: Predictor, way: str, written: NumberString) -> ReadNumber:
    try:
        if way == STROKES:
            found = numbers.read_drawing(predictor, written.drawing)
        else:
            found = numbers.read_picture(predictor, paint(written.drawing, written.size))
    except (Blank, TooMuch):
        return ReadNumber(written, UNREAD, 0.0)
    return ReadNumber(written, found.text, found.confidence)
