"""Reading numbers: several digits in a row, on the canvas or in a picture.

The writing is cut into small pieces (`segmentation`); every run of neighbouring pieces that could
be one digit is put to the network, all in one call; the way to group them whose digits are the
most probable together is found by dynamic programming. A network that can tell what is no digit
sees that two digits are none, and neither is half a one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp import preprocess, workload
from digitapp.errors import Blank, TooMuch
from digitapp.ink import Ink, Keep
from digitapp.pictures import flattened
from digitapp.prediction import REFUSED_SIGN, Prediction, Predictor
from digitapp.segmentation import (
    MOST_IN_ONE,
    Box,
    InkPiece,
    Piece,
    Span,
    around,
    joined,
    of_strokes,
    spans,
)
from digitapp.strokes import Drawing, remaining_ink

SURE = 1e-6  # shares below count as this much
REFUSED_FROM = 0.9
SURE_FROM, LEAST_HEIGHT = 0.8, 0.5  # of each digit; of the tallest, for several to be told
PER_DIGIT = 0.3  # what each digit costs, in nats: fewer explain the same ink better
PER_CUT = 0.5  # and for each line width of ink that a cut crosses

NOTHING = np.zeros((28, 28), dtype=np.float32)

Images = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """One digit of a number.

    Attributes:
        box: left, top, right, bottom; pixels of the picture or the canvas.
        image: float32 (28, 28), as the network read it.
        cut: how many line widths of ink the cut crossed that parts it from the digit before; 0
            when it stands alone.
    """

    prediction: Prediction
    box: Box
    image: Images
    cut: float = 0.0

    @property
    def height(self) -> float:
        """Of its box, in pixels."""
        return self.box[3] - self.box[1]

    @property
    def refused(self) -> bool:
        """Whether it is no digit; beside digits, what could be one probably is."""
        return self.prediction.other >= REFUSED_FROM

    @property
    def sign(self) -> str:
        """The digit, or a question mark for what is none."""
        return REFUSED_SIGN if self.refused else self.prediction.name

    @property
    def picture(self) -> NDArray[np.uint8]:
        """The image to be shown: uint8 (28, 28), 0 paper to 255 ink."""
        return np.rint(self.image * 255).astype(np.uint8)


@dataclass(frozen=True)
class Number:
    """Digits in the order of reading.

    Attributes:
        rows: from top to bottom, each from left to right.
    """

    rows: tuple[tuple[Place, ...], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All digits in the order of reading."""
        return tuple(place for row in self.rows for place in row)

    @property
    def text(self) -> str:
        """The digits, with a space between rows; a question mark for what is none."""
        return " ".join("".join(place.sign for place in row) for row in self.rows)

    def scaled(self, by: float) -> Number:
        """The same number on a picture of another size."""
        return Number(
            tuple(
                tuple(replace(each, box=_scaled(each.box, by)) for each in row) for row in self.rows
            )
        )

    @property
    def is_several(self) -> bool:
        """Whether there are surely several digits: it is easy to cut a letter into some.

        At least two stand alone, all are about as tall, and the network is sure of each.
        """
        tallest = max((place.height for place in self.places), default=0)
        likely = all(
            not place.prediction.refused
            and place.prediction.confidence >= SURE_FROM
            and place.height >= LEAST_HEIGHT * tallest
            for place in self.places
        )
        return likely and sum(not place.cut for place in self.places) > 1

    @property
    def confidence(self) -> float:
        """How probable it is that every digit is right, 0 to 1."""
        return float(np.prod([place.prediction.confidence for place in self.places]))


def read_drawing(predictor: Predictor, drawing: Drawing) -> Number:
    """Read pen strokes as a number.

    Raises:
        Blank: when nothing is drawn, or the eraser took it all.
        TooMuch: when there are too many strokes.
    """
    drawing = remaining_ink(drawing)
    if not drawing:
        raise Blank("Nothing is drawn yet.")

    def image(pieces: Sequence[Piece]) -> Images:
        chosen = tuple(drawing[each.number] for each in pieces)  # type: ignore[attr-defined]
        return preprocess.stroke_image(chosen, predictor.preparation)

    return _read(predictor, of_strokes(drawing), image, 1.0)


def read_picture(predictor: Predictor, picture: Image.Image) -> Number:
    """Read a picture as a number.

    Raises:
        Blank: when nothing on it stands out from its background.
        TooMuch: when there is too much writing on it.
    """
    return read_ink(predictor, *preprocess.ink_of(flattened(picture), Keep.WRITING))


def several(predictor: Predictor, picture: Image.Image) -> Number | None:
    """The number on a picture; None when there are not several digits on it.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    try:
        number = read_picture(predictor, picture)
    except TooMuch:
        return None
    return number if number.is_several else None


def read_ink(predictor: Predictor, ink: Ink, scale: float = 1.0) -> Number:
    """Read ink as a number; its boxes are `scale` times as large as the ink's pixels.

    Raises:
        TooMuch: when there is too much writing.
    """
    ink, rows, shrunk = workload.cut(ink)

    def image(pieces: Sequence[Piece]) -> Images:
        mask = joined([each for each in pieces if isinstance(each, InkPiece)])
        left, top, right, bottom = (int(edge) for edge in around(pieces))
        try:
            return preprocess.ink_image(ink[top:bottom, left:right] * mask, predictor.preparation)
        except Blank:  # a crumb, of which nothing is left when its lines are made thinner
            return NOTHING

    return _read(predictor, rows, image, shrunk * scale)


def _read(
    predictor: Predictor,
    rows: Sequence[Sequence[Piece]],
    image: Callable[[Sequence[Piece]], Images],
    scale: float,
) -> Number:
    chosen = [spans(row) for row in rows]
    workload.check(rows)
    images = [
        image(row[first:last]) for row, own in zip(rows, chosen, strict=True) for first, last in own
    ]
    read = zip(predictor.predict(images), images, strict=True)
    found = []
    for row, own in zip(rows, chosen, strict=True):
        known = {}
        for first, last in own:
            prediction, shown = next(read)
            box = _scaled(around(row[first:last]), scale)
            known[first, last] = Place(prediction, box, shown, row[first].cut)
        found.append(tuple(known[span] for span in _best(row, known)))
    return Number(tuple(found))


def _best(row: Sequence[Piece], known: dict[Span, Place]) -> list[Span]:
    """The spans that cover all pieces and whose digits are the most probable together."""
    least: list[tuple[float, list[Span]]] = [(0.0, [])]
    for last in range(1, len(row) + 1):
        ways = [
            (
                least[first][0] + _cost(known[first, last], row[first]),
                [*least[first][1], (first, last)],
            )
            for first in range(max(0, last - MOST_IN_ONE), last)
            if (first, last) in known
        ]
        least.append(min(ways, key=lambda way: way[0]))
    return least[-1][1]


def _cost(place: Place, first: Piece) -> float:
    """How improbable it is that a span is one digit, in nats."""
    shares = place.prediction.confidence, 1 - place.prediction.other
    improbable = -sum(np.log(max(share, SURE)) for share in shares)
    return float(improbable + PER_DIGIT + PER_CUT * first.cut)


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (edge * scale for edge in box)
    return left, top, right, bottom
