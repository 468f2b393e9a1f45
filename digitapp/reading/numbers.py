"""Read numbers: several digits in a row, on the canvas or in a picture.

The strokes of a canvas are grouped (`drawn_numbers`). A picture's writing is cut into small pieces
(`segmentation`). The network reads every group of neighbouring pieces that could be one digit, all
in one call; dynamic programming then finds the grouping whose digits are most probable together. A
network that can reject non-digits also rejects two digits taken for one, and half a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from PIL import Image

from digitapp.data.datasets import knows_digits
from digitapp.drawing import segmentation
from digitapp.drawing.fitting import ink_image
from digitapp.drawing.ink import Ink, Keep, of_picture
from digitapp.drawing.marks import UNREAD, Mark
from digitapp.drawing.pictures import flattened
from digitapp.drawing.piece_shapes import around
from digitapp.drawing.pieces import MOST_IN_ONE, Piece, Span, joined_ink, spans
from digitapp.drawing.strokes import Drawing, remaining_ink
from digitapp.errors import Blank, InvalidSetting, TooMuch
from digitapp.reading import drawn_numbers
from digitapp.reading.number_layout import Decision, Number, Place
from digitapp.reading.prediction import Inputs, Predictor

P = TypeVar("P", bound=Piece)

SURE = 1e-6  # lowest probability that is counted
PER_DIGIT = 0.3  # cost of each digit, in nats: fewer digits explain the same ink better
PER_CUT = 0.5  # cost of each line width of ink that a cut crosses
PER_CRUMB = 6.0  # cost of each part that is too small to be a digit and is left unread
CRUMB = Mark((), UNREAD)

FAR = 0.35  # of their height; digits this far apart are certainly several
ONE_FROM = 0.5  # least probability of one digit for all the ink to be read as one

BLANK_IMAGE = np.zeros((28, 28), dtype=np.float32)


def read_drawing(predictor: Predictor, drawing: Drawing) -> Number:
    """Read pen strokes as a number.

    Raises:
        Blank: when nothing is drawn, or the eraser took it all.
        TooMuch: when there are too many strokes.
        InvalidSetting: when the network does not know all digits.
    """
    drawing = remaining_ink(drawing)
    if not drawing:
        raise Blank("Nothing is drawn yet.")

    _check_digits(predictor)
    return drawn_numbers.read(predictor, drawing)


def read_picture(predictor: Predictor, picture: Image.Image) -> Number:
    """Read a picture as a number.

    Raises:
        Blank: when nothing on it stands out from its background.
        TooMuch: when there is too much writing on it.
        InvalidSetting: when the network does not know all digits.
    """
    return read_ink(predictor, *of_picture(flattened(picture), Keep.WRITING))


def decide(predictor: Predictor, picture: Image.Image) -> Decision:
    """Decide whether a picture shows one digit or a number, and read the number.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    if not knows_digits(predictor.class_names):
        return Decision(False)
    ink, scale = of_picture(flattened(picture), Keep.WRITING)
    try:
        number = read_ink(predictor, ink, scale)
    except TooMuch:
        return Decision(False)
    return Decision(number.is_several and _is_more_than_one(predictor, ink, number), number)


def _is_more_than_one(predictor: Predictor, ink: Ink, number: Number) -> bool:
    """Whether ink that can be cut into several digits is not a single digit.

    A digit whose lines do not meet can be cut into several, but left whole it is read as one. A
    network that cannot reject non-digits reads anything as one digit; then only the gaps between
    the digits decide. A wide gap always does.
    """
    if number.widest_gap >= FAR:
        return True
    try:
        (whole,) = predictor.predict([ink_image(ink, predictor.preparation)])
    except Blank:
        return False
    can_refuse = whole.other > 0
    return can_refuse and whole.confidence * (1 - whole.other) < ONE_FROM


def read_ink(predictor: Predictor, ink: Ink, scale: float = 1.0) -> Number:
    """Read ink as a number.

    Args:
        scale: factor from the ink's pixels to the coordinates of the number's boxes.

    Raises:
        Blank: when there is nothing that could be a digit.
        TooMuch: when there is too much writing.
        InvalidSetting: when the network does not know all digits.
    """
    ink, rows, shrunk = segmentation.cut_ink(ink)
    images = []
    for group in _groups(predictor, rows):
        piece = joined_ink(group)
        left, top, right, bottom = map(int, piece.box)
        try:
            own = ink_image(ink[top:bottom, left:right] * piece.mask, predictor.preparation)
        except Blank:  # a crumb: thinning its lines leaves nothing
            own = BLANK_IMAGE
        images.append(own)
    return _most_probable(predictor, rows, images).scaled(shrunk * scale)


def _groups(predictor: Predictor, rows: Sequence[Sequence[P]]) -> list[Sequence[P]]:
    """List the groups of neighbouring pieces that could be one digit."""
    if not any(rows):
        raise Blank("There is nothing on this picture that could be a digit.")
    _check_digits(predictor)
    return segmentation.groups(rows)


def _check_digits(predictor: Predictor) -> None:
    if not knows_digits(predictor.class_names):
        raise InvalidSetting(
            f"The network knows the classes {', '.join(predictor.class_names)}, not all ten "
            "digits; it cannot read a number."
        )


def _most_probable(
    predictor: Predictor, rows: Sequence[Sequence[Piece]], images: Sequence[Inputs]
) -> Number:
    """Read the images of all groups, and choose those whose digits are most probable together."""
    read = zip(predictor.predict(images), images, strict=True)
    found = []
    for row in rows:
        known = {}
        for first, last in spans(row):
            group, (prediction, image) = row[first:last], next(read)
            box = around([piece.box for piece in group])
            known[first, last] = Place(prediction, box, image, group[0].cut, _mark(group))
        found.append(tuple(known[span] for span in _best(row, known)))
    return Number(tuple(found))


def _mark(pieces: Sequence[Piece]) -> Mark | None:
    """Return the mark that the pieces form; `CRUMB` if all are too small to be a digit."""
    if len(pieces) == 1 and pieces[0].mark:
        return pieces[0].mark
    return CRUMB if all(piece.small for piece in pieces) else None


def _best(row: Sequence[Piece], known: dict[Span, Place]) -> list[Span]:
    """Return the spans that cover all pieces and whose digits are most probable together."""
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
    """Return the cost of reading a span as one digit or mark, in nats."""
    if place.mark:
        return PER_DIGIT + (PER_CRUMB if place.mark is CRUMB else 0)
    shares = place.prediction.confidence, 1 - place.prediction.other
    improbable = -sum(np.log(max(share, SURE)) for share in shares)
    return float(improbable + PER_DIGIT + PER_CUT * first.cut)
