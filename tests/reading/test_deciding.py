"""Deciding between one digit and several, and correcting a number."""

import re

import pytest
from PIL import Image

from digitapp.data.datasets import CLOTHES_NAMES
from digitapp.drawing.strokes import Drawing, from_points, paint
from digitapp.errors import InvalidSetting
from digitapp.reading import numbers
from digitapp.reading.number_layout import Decision
from digitapp.reading.prediction import Predictor
from digitapp.reading.reader import read_picture
from tests.digits import DIGITS
from tests.writing import sheet_size, written


def _sheet(drawing: Drawing) -> Image.Image:
    return paint(drawing, sheet_size(drawing))


def _corner_cut_four() -> Drawing:
    """A 4 whose three lines do not meet."""
    lines = [
        [[150, 50], [95, 140]],
        [[92, 165], [210, 165]],
        [[178, 95], [178, 145]],
        [[178, 186], [178, 240]],
    ]
    return from_points(lines, 12)


@pytest.mark.parametrize("digit", DIGITS)
def test_one_digit_is_decided_to_be_one(digit: int, recogniser: Predictor) -> None:
    sheet = paint(from_points(DIGITS[digit], 20))
    assert not numbers.decide(recogniser, sheet).several


def test_a_digit_whose_lines_do_not_meet_is_one(recogniser: Predictor) -> None:
    sheet = paint(_corner_cut_four())
    assert read_picture(recogniser, sheet).prediction.name == "4"
    assert not numbers.decide(recogniser, sheet).several


@pytest.mark.parametrize("text", ["42", "10", "2026", "77"])
@pytest.mark.parametrize("gap", [0.12, 0.8, 2.5])
def test_several_digits_are_decided_to_be_several(
    text: str, gap: float, recogniser: Predictor
) -> None:
    found = numbers.decide(recogniser, _sheet(written(text, gap=gap)))
    assert found.several
    assert found.number
    assert found.number.text == text
    assert found.doubtful_number is None


@pytest.mark.parametrize("text", ["-5", "+3", "×4", "5%", "=8"])
def test_a_digit_with_a_sign_is_a_number(text: str, recogniser: Predictor) -> None:
    found = numbers.decide(recogniser, _sheet(written(text)))
    assert found.number
    assert found.number.text == text
    assert found.several or found.doubtful_number  # -5 may be a 5 with its bar apart


def test_digits_that_touch_may_be_a_number(recogniser: Predictor) -> None:
    found = numbers.decide(recogniser, _sheet(written("20", gap=-0.01)))
    assert found.number
    assert found.number.text == "20"
    assert found.several or found.doubtful_number


def test_a_network_that_reads_no_digits_has_no_numbers(recogniser: Predictor) -> None:
    names = recogniser.class_names
    recogniser.class_names = CLOTHES_NAMES
    try:
        assert numbers.decide(recogniser, _sheet(written("42"))) == Decision(False)
    finally:
        recogniser.class_names = names


@pytest.mark.parametrize(
    ("said", "expected"),
    [("48", [(1, 8)]), ("40", []), ("1 2", [(0, 1), (1, 2)]), ("?0", []), ("4.5", [(1, 5)])],
)
def test_what_a_number_was_tells_the_digits_that_were_read_wrong(
    said: str, expected: list[tuple[int, int]], recogniser: Predictor
) -> None:
    found = numbers.read_drawing(recogniser, written("40"))
    wrong = found.corrections(said)
    boxes = [place.box for place in found.places]
    assert [(boxes.index(place.box), label) for place, label in wrong] == expected


@pytest.mark.parametrize("said", ["", "4", "400", "4o"])
def test_what_a_number_cannot_have_been_is_refused(said: str, recogniser: Predictor) -> None:
    found = numbers.read_drawing(recogniser, written("40"))
    with pytest.raises(InvalidSetting, match=re.escape(repr(said))):
        found.corrections(said)


def test_a_mark_can_be_corrected_to_a_digit(recogniser: Predictor) -> None:
    found = numbers.read_drawing(recogniser, written("1-9"))
    assert [(place.sign, label) for place, label in found.corrections("179")] == [("-", 7)]
    assert [(place.sign, label) for place, label in found.corrections("18")] == [("9", 8)]


@pytest.mark.parametrize("times", ["×", "x", "X", "*"])
def test_a_times_sign_may_be_typed_as_on_any_keyboard(times: str, recogniser: Predictor) -> None:
    found = numbers.read_drawing(recogniser, written("3×4"))
    wrong = found.corrections(f"3{times}7")
    assert [(place.sign, label) for place, label in wrong] == [("4", 7)]
