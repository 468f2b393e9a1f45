"""The built-in drawings of the digits."""

import pytest

from digitapp.data.example_drawings import EXAMPLES, example
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.errors import UnknownName
from digitapp.reading.prediction import Predictor


@pytest.mark.parametrize("digit", EXAMPLES)
def test_an_example_is_read_as_what_it_is(digit: str, recogniser: Predictor) -> None:
    (read,) = recogniser.predict([stroke_image(example(digit))])
    assert read.name == digit


def test_there_is_one_of_each_digit_well_inside_the_canvas() -> None:
    assert list(EXAMPLES) == list("0123456789")
    for digit in EXAMPLES:
        for stroke in example(digit):
            assert stroke.points.min() > stroke.width
            assert stroke.points.max() < CANVAS_SIDE - stroke.width


def test_an_example_of_no_digit_is_refused() -> None:
    with pytest.raises(UnknownName, match="example 'ten'"):
        example("ten")
