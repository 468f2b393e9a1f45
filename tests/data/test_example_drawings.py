"""The built-in drawings of the digits."""

import pytest

from digitapp.data.example_drawings import EXAMPLES, TRICKY, example, tricky
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.errors import UnknownName
from digitapp.library import models
from digitapp.reading.prediction import Predictor
from digitapp.reading.reader import read_drawing


@pytest.mark.parametrize("digit", EXAMPLES)
def test_an_example_is_read_as_what_it_is(digit: str, recogniser: Predictor) -> None:
    (read,) = recogniser.predict([stroke_image(example(digit))])
    assert read.name == digit


def test_there_is_one_of_each_digit_well_inside_the_canvas() -> None:
    assert list(EXAMPLES) == list("0123456789")
    for drawing in (*map(example, EXAMPLES), *map(tricky, TRICKY)):
        for stroke in drawing:
            assert stroke.points.min() > stroke.width
            assert stroke.points.max() < CANVAS_SIDE - stroke.width


def test_an_example_of_no_digit_is_refused() -> None:
    with pytest.raises(UnknownName, match="example 'ten'"):
        example("ten")


def test_a_tricky_digit_looks_like_another_one_and_is_read_by_its_movement() -> None:
    predictor, fooled = models.load("recogniser"), 0
    for digit in TRICKY:
        read = read_drawing(predictor, tricky(digit)).prediction
        assert read.parts
        assert (read.sign, read.parts.movement.sign) == (digit, digit)
        fooled += read.parts.picture.sign != digit
    assert fooled >= 2


def test_a_tricky_digit_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownName, match="tricky digit '3'"):
        tricky("3")
