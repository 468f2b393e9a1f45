"""Letters that look like digits."""

import math

import numpy as np
import pytest

from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.drawing.strokes import from_points
from digitapp.reading.lookalikes import LETTERS, remark
from digitapp.reading.prediction import Prediction, Predictor
from digitapp.reading.reader import read_drawing

Line = list[tuple[float, float]]


def _arc(centre: tuple[float, float], radii: tuple[float, float], start: int, end: int) -> Line:
    """Points on an ellipse; degrees, clockwise from the right."""
    turns = (math.radians(start + (end - start) * step / 24) for step in range(25))
    (x, y), (across, down) = centre, radii
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


DRAWN: dict[str, list[Line]] = {
    "O": [_arc((140, 140), (70, 90), -90, -450)],
    "I": [[(140, 50), (140, 230)]],
    "Z": [[(70, 60), (210, 60), (70, 220), (210, 220)]],
    "S": [_arc((140, 90), (55, 50), -30, -270) + _arc((140, 190), (55, 50), -90, 150)],
    "g": [[*_arc((140, 90), (50, 50), 0, -360), (190, 190), *_arc((145, 190), (45, 40), 0, 150)]],
}


@pytest.mark.parametrize("digit", LETTERS)
def test_a_letter_that_looks_like_a_digit_is_read_as_the_digit_and_the_sentence_says_so(
    digit: str, recogniser: Predictor
) -> None:
    letter = LETTERS[digit]
    read = read_drawing(recogniser, from_points(DRAWN[letter], 20)).prediction
    assert (read.sign, read.unsure) == (digit, False)
    assert remark(read) == f"The letter {letter} looks the same to this network."


def _read(best: int, other: float = 0.0, names: tuple[str, ...] = DIGIT_NAMES) -> Prediction:
    return Prediction(np.eye(10, dtype=np.float32)[best], names, other, refuses=True)


def test_nothing_is_said_of_letters_where_they_are_not_the_question() -> None:
    unsure = np.full(10, 0.1, np.float32)
    assert remark(_read(5))
    for other in (
        _read(7),
        _read(5, other=0.9),
        _read(5, names=CLOTHES_NAMES),
        Prediction(unsure, DIGIT_NAMES, refuses=True),
        Prediction(np.eye(10, dtype=np.float32)[5], DIGIT_NAMES),  # takes everything for a digit
    ):
        assert remark(other) == ""
