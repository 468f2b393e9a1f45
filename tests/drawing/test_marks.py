"""Marks beside digits: read as marks or left unread, never taken for a digit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from digitapp.drawing import marks
from digitapp.drawing.marks import Mark
from digitapp.drawing.segmentation import of_ink
from digitapp.drawing.strokes import Drawing, Stroke, paint
from digitapp.reading import numbers
from digitapp.reading.number_layout import Number
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS, arc, line
from tests.digits import Stroke as Points
from tests.writing import sheet_size, written

PENS = [(68.0, 8.0, 0.2), (120.0, 24.0, 0.2), (170.0, 6.0, 0.3), (90.0, 5.0, 0.14)]
READ = (
    "7.5",
    "3.14",
    "0.5",
    "12:30",
    "-5",
    "1-9",
    "+3",
    "1,000",
    "10.25",
    "2+2",
    "6-2",
    "-12",
    "2=2",
    "3×4",
    "50%",
)
UNREAD = ("1/2", "1'000", "8÷4")


def _of_digits(*own: tuple[list[Points], float], scale: float = 0.5, pen: float = 9) -> Drawing:
    """Strokes at the digits' position, each shifted right by its number of pixels."""
    return tuple(
        Stroke(np.array(each, dtype=float) * scale + [right * scale, 0], pen)
        for strokes, right in own
        for each in strokes
    )


def _found(drawing: Drawing) -> str:
    """Return the signs of the marks in a picture of the strokes."""
    ink = 1 - np.asarray(paint(drawing, sheet_size(drawing)), dtype=np.float32) / 255
    found = [each.mark for row in of_ink(ink) for each in row.candidates]
    return "".join(mark.sign for mark in found if mark)


def _both(predictor: Predictor, drawing: Drawing) -> tuple[Number, Number]:
    sheet = paint(drawing, sheet_size(drawing))
    return numbers.read_drawing(predictor, drawing), numbers.read_picture(predictor, sheet)


@pytest.mark.parametrize(("height", "pen", "gap"), PENS)
@pytest.mark.parametrize("text", READ)
def test_a_mark_is_found_among_digits(text: str, height: float, pen: float, gap: float) -> None:
    expected = "".join(sign for sign in text if not sign.isdigit())
    assert _found(written(text, height, pen, gap)) == expected


@pytest.mark.parametrize("text", UNREAD)
def test_another_sign_is_one_unread_mark(text: str) -> None:
    assert _found(written(text)) == "?"


@pytest.mark.parametrize("text", ["7.5", "12:30", "-5", "1-9", "1,000", "2+2", "3×4=12", "50%"])
def test_a_number_is_read_with_its_marks(text: str, recogniser: Predictor) -> None:
    for found in _both(recogniser, written(text)):
        assert found.text == text
        assert len(found.places) == len(text)


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_read_makes_a_number_unsure(text: str, recogniser: Predictor) -> None:
    for found in _both(recogniser, written(text)):
        assert found.text == "".join(sign if sign.isdigit() else "?" for sign in text)
        assert found.unread == 1
        assert found.confidence <= 0.1


PARTS_OF_DIGITS = {
    "a 7's bar apart": (
        "72",
        [
            ([line((80, 65), (195, 65), (125, 225)), line((100, 145), (118, 144))], 0),
            (DIGITS[2], 200),
        ],
    ),
    "a 5's bar apart": (
        "52",
        [
            ([[*line((105, 70), (98, 130)), *arc(135, 172, 52, 50, -130, 130)]], 0),
            ([line((112, 55), (195, 55))], 0),
            (DIGITS[2], 200),
        ],
    ),
    "a small 0": ("70", [(DIGITS[7], 0), ([arc(250, 180, 32, 42, -90, 270)], 0)]),
    "a 4's stem apart": (
        "42",
        [
            ([line((150, 55), (80, 165), (200, 165)), line((170, 178), (170, 235))], 0),
            (DIGITS[2], 180),
        ],
    ),
    "halves of an 8": (
        "-18",
        [
            ([line((0, 142), (80, 140))], -60),
            (DIGITS[1], 0),
            ([arc(240, 97, 40, 40, 90, -270), arc(240, 182, 48, 46, -90, 270)], 0),
        ],
    ),
}


@pytest.mark.parametrize("name", PARTS_OF_DIGITS)
def test_a_part_of_a_digit_is_no_mark(name: str, recogniser: Predictor) -> None:
    text, parts = PARTS_OF_DIGITS[name]
    drawing = tuple(
        replaced for replaced in _of_digits(*((own, right + 70) for own, right in parts), scale=0.5)
    )
    for found in _both(recogniser, drawing):
        assert found.text == text


def test_the_dot_of_an_i_is_no_mark(recogniser: Predictor) -> None:
    drawing = tuple(_of_digits((DIGITS[4], 70), ([line((250, 95), (248, 225)), [[250, 55]]], 70)))
    for found in _both(recogniser, drawing):
        assert found.text in ("41", "41?", "4?")  # a letter may be refused
        assert "." not in found.text


def test_a_line_under_a_number_is_no_mark_in_it(recogniser: Predictor) -> None:
    rule = [line((60, 280), (390, 277))]
    drawing = _of_digits((DIGITS[4], 0), (DIGITS[2], 180), (rule, 0))
    for found in _both(recogniser, drawing):
        assert found.text == "42 ?"


def test_crumbs_are_no_marks(recogniser: Predictor) -> None:
    drawing = written("42")
    sheet = paint(drawing, sheet_size(drawing))
    for x, y in itertools.product((20, 76, 130), (25, 60, 100)):
        sheet.paste(0, (x, y, x + 3, y + 3))
    assert numbers.read_picture(recogniser, sheet).text == "42"


@pytest.mark.parametrize("text", [*READ, *UNREAD])
def test_every_piece_of_ink_is_in_the_box_of_a_sign(text: str, recogniser: Predictor) -> None:
    drawing = written(text)
    ink = np.asarray(paint(drawing, sheet_size(drawing))) < 100
    for found in _both(recogniser, drawing):
        left = ink.copy()
        for place in found.places:
            x, y, right, bottom = (round(edge) for edge in place.box)
            left[max(0, y - 1) : bottom + 1, max(0, x - 1) : right + 1] = False
        assert not left.any()


def test_a_row_without_anything_tall_has_marks_only_where_it_has_digits() -> None:
    assert marks.found([]) == []
    assert _found(written("-")) == ""


def test_every_sign_has_its_mark() -> None:
    assert {*marks.JUDGES, *"+×%"} == {*marks.SIGNS}
    assert Mark((0,), "?").likeness == 0
