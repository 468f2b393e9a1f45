"""Read numbers: several digits in a row, on the canvas or in a picture.

The strokes of a canvas are grouped (`drawn_numbers`); a picture's ink is cut (`picture_numbers`). A
network that can reject non-digits also rejects two digits taken for one, and half a digit.
"""

from __future__ import annotations

from PIL import Image

from digitapp.data.datasets import knows_digits
from digitapp.drawing import segmentation
from digitapp.drawing.fitting import ink_image
from digitapp.drawing.ink import Ink, Keep, of_picture
from digitapp.drawing.pictures import flattened
from digitapp.drawing.strokes import Drawing, remaining_ink
from digitapp.errors import Blank, InvalidSetting, TooMuch
from digitapp.reading import drawn_numbers, picture_numbers
from digitapp.reading.number_layout import Decision, Number
from digitapp.reading.prediction import Predictor

FAR = 0.35  # of their height; digits this far apart are certainly several
ONE_FROM = 0.5  # least probability of one digit for all the ink to be read as one


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
    _check_digits(predictor)
    ink, rows, shrunk = segmentation.cut_ink(ink)
    if not rows:
        raise Blank("There is nothing on this picture that could be a digit.")
    return picture_numbers.read(predictor, ink, rows).scaled(shrunk * scale)


def _check_digits(predictor: Predictor) -> None:
    if not knows_digits(predictor.class_names):
        raise InvalidSetting(
            f"The network knows the classes {', '.join(predictor.class_names)}, not all ten "
            "digits; it cannot read a number."
        )
