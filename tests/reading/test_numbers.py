"""Numbers: correct cuts, reading order, and boxes round the digits."""

import tracemalloc
from contextlib import suppress

import numpy as np
import pytest
import scipy
from PIL import Image

from digitapp.drawing import segmentation
from digitapp.drawing.marks import SIGNS
from digitapp.drawing.segmentation import of_ink, rows
from digitapp.drawing.strokes import Drawing, Stroke, from_points, paint
from digitapp.errors import Blank, TooMuch
from digitapp.evaluation import number_strings
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.number_strings import SPACINGS, strings
from digitapp.reading import numbers
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS

TEN = [
    LabelledStrokes(digit, [[list(map(float, point)) for point in stroke] for stroke in strokes])
    for digit, strokes in DIGITS.items()
]


def _written(text: str, gap: float = 20, top: float = 0, scale: float = 0.4) -> Drawing:
    """Digits side by side, with `gap` pixels between their boxes."""
    strokes, left = [], 20.0
    for sign in text:
        points = [np.array(stroke, dtype=float) * scale for stroke in DIGITS[int(sign)]]
        low, high = (f([f(p[:, 0]) for p in points]) for f in (min, max))
        strokes += [Stroke(p + np.array([left - low, top + 30]), 8) for p in points]
        left += high - low + gap
    return tuple(strokes)


def _sheet(drawing: Drawing, size: tuple[int, int] = (700, 200)) -> Image.Image:
    return paint(drawing, size)


@pytest.mark.parametrize("text", ["2026", "10", "7", "3141", "555", "90817", "11"])
def test_a_number_is_read_from_strokes_and_from_a_picture(text: str, recogniser: Predictor) -> None:
    drawing = _written(text)
    assert numbers.read_drawing(recogniser, drawing).text == text
    assert numbers.read_picture(recogniser, _sheet(drawing)).text == text


@pytest.mark.parametrize("text", ["202612345678", "31415926535897932384"])
def test_a_long_number_is_read_to_its_end(text: str, recogniser: Predictor) -> None:
    drawing = _written(text, gap=10, scale=0.2)
    assert numbers.read_drawing(recogniser, drawing).text == text
    sheet = _sheet(drawing, (36 * len(text), 200))
    assert numbers.read_picture(recogniser, sheet).text == text


def test_more_writing_than_can_be_read_at_once_is_refused_and_not_cut_short(
    recogniser: Predictor,
) -> None:
    lines = [_written("58302714" * 2, gap=10, top=60 * row, scale=0.2) for row in range(9)]
    sheet = _sheet(tuple(stroke for line in lines for stroke in line), (600, 600))
    with pytest.raises(TooMuch, match=r"too much writing to be read as one number"):
        numbers.read_picture(recogniser, sheet)
    assert not numbers.decide(recogniser, sheet).several


@pytest.mark.parametrize("pattern", ["dots", "stripes", "lying stripes", "rings", "combs"])
def test_a_pattern_is_cut_in_bounded_memory_or_refused(pattern: str) -> None:
    down, across = np.indices((512, 512))
    rings = np.minimum(np.minimum(down, 511 - down), np.minimum(across, 511 - across))
    ink = {
        "dots": (down % 3 == 0) & (across % 3 == 0),
        "stripes": across % 8 < 4,
        "lying stripes": down % 4 < 2,
        "rings": rings % 3 == 0,
        "combs": (across % 3 == 0) & (down % 170 < 160) | (down % 170 == 0),
    }[pattern]
    tracemalloc.start()
    try:
        with suppress(TooMuch):
            segmentation.cut_ink(ink.astype(np.float32))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 150 * 2**20


def test_boxes_lie_round_the_digits_from_left_to_right(recogniser: Predictor) -> None:
    drawing = _written("481")
    for found in (
        numbers.read_drawing(recogniser, drawing),
        numbers.read_picture(recogniser, _sheet(drawing)),
    ):
        ink = np.asarray(_sheet(drawing)) < 128
        counted = 0
        for place in found.places:
            left, top, right, bottom = (round(edge) for edge in place.box)
            counted += int(ink[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2].sum())
        assert counted == ink.sum()
        lefts = [place.box[0] for place in found.places]
        assert lefts == sorted(lefts)


def test_each_digit_from_the_canvas_has_its_own_strokes(recogniser: Predictor) -> None:
    drawing = _written("471")
    number = numbers.read_drawing(recogniser, drawing)
    counts = [len(DIGITS[int(sign)]) for sign in number.text]
    assert [len(place.strokes or ()) for place in number.places] == counts
    assert [each for place in number.places for each in place.strokes or ()] == [*drawing]
    pictured = numbers.read_picture(recogniser, _sheet(drawing))
    assert [place.strokes for place in pictured.places] == [None] * 3


def test_a_large_picture_has_its_boxes_in_its_own_pixels(recogniser: Predictor) -> None:
    sheet = _sheet(_written("42"), (300, 200))
    large = sheet.resize((1200, 800))
    small_boxes = [place.box for place in numbers.read_picture(recogniser, sheet).places]
    large_boxes = [place.box for place in numbers.read_picture(recogniser, large).places]
    np.testing.assert_allclose(np.array(large_boxes), 4 * np.array(small_boxes), atol=12)


def test_digits_that_touch_are_cut_apart(recogniser: Predictor) -> None:
    drawing = _written("20", gap=6)
    sheet = _sheet(drawing)
    ink = 1 - np.asarray(sheet, dtype=np.float32) / 255
    assert any(max(each.depths) > 0 for each in of_ink(ink)[0].candidates)
    assert numbers.read_picture(recogniser, sheet).text == "20"


def test_rows_are_read_from_top_to_bottom(recogniser: Predictor) -> None:
    drawing = (*_written("12"), *_written("345", top=150))
    found = numbers.read_picture(recogniser, _sheet(drawing, (400, 330)))
    assert found.text == "12 345"
    assert [len(row) for row in found.rows] == [2, 3]
    assert numbers.read_drawing(recogniser, drawing).text == "12 345"


def test_what_is_no_digit_is_a_question_mark(recogniser: Predictor) -> None:
    star = from_points([[[150, 40], [185, 130], [100, 75], [200, 75], [115, 130], [150, 40]]], 8)
    found = numbers.read_drawing(recogniser, (*_written("3"), *star))
    assert found.text == "3?"
    assert not found.is_several


def test_all_digits_together_are_less_sure_than_each(recogniser: Predictor) -> None:
    found = numbers.read_drawing(recogniser, _written("582"))
    assert 0 < found.confidence <= min(place.prediction.confidence for place in found.places)
    assert found.is_several


def test_a_scaled_number_is_the_same_with_other_boxes(recogniser: Predictor) -> None:
    found = numbers.read_drawing(recogniser, _written("58"))
    half = found.scaled(0.5)
    assert half.text == found.text
    for place, other in zip(found.places, half.places, strict=True):
        assert other.box == pytest.approx([edge / 2 for edge in place.box])


@pytest.mark.parametrize("drawing", [(), (Stroke(np.array([[50.0, 50], [60, 60]]), 90, True),)])
def test_nothing_drawn_is_blank(drawing: Drawing, recogniser: Predictor) -> None:
    with pytest.raises(Blank):
        numbers.read_drawing(recogniser, drawing)


def test_white_paper_is_blank(recogniser: Predictor) -> None:
    with pytest.raises(Blank):
        numbers.read_picture(recogniser, Image.new("L", (300, 100), 255))


@pytest.mark.parametrize("seed", range(6))
def test_noise_is_read_as_something_or_refused(seed: int, recogniser: Predictor) -> None:
    rng = np.random.default_rng(seed)
    noise = Image.fromarray((rng.random((120, 200)) * 255).astype(np.uint8))
    try:
        found = numbers.read_picture(recogniser, noise)
    except (Blank, TooMuch):
        return
    assert set(found.text) <= {*"0123456789? ", *SIGNS}


def test_every_way_to_divide_ink_holds_all_of_it_once() -> None:
    ink = 1 - np.asarray(_sheet(_written("8042", gap=5)), dtype=np.float32) / 255
    (row,) = of_ink(ink)
    rng = np.random.default_rng(0)
    for _ in range(20):
        together, place = np.zeros(ink.shape, dtype=int), 0
        while place < row.cuts - 1:
            ways = [each for each in row.candidates if each.first == place]
            chosen = ways[rng.integers(len(ways))]
            left, top, right, bottom = (int(edge) for edge in chosen.box)
            together[top:bottom, left:right] += chosen.mask
            place = chosen.last
        np.testing.assert_array_equal(together, ink > 0.5)


def test_a_small_part_joins_the_nearest_row() -> None:
    tall, low, bar = (0.0, 0.0, 20.0, 100.0), (0.0, 150.0, 20.0, 250.0), (30.0, 130.0, 60.0, 138.0)
    assert rows([low, bar, tall]) == [[2], [0, 1]]


@pytest.fixture(scope="module")
def put_together() -> list[number_strings.NumberString]:
    return strings(TEN, 80, seed=2)


def test_strings_have_two_to_five_digits_in_every_spacing(
    put_together: list[number_strings.NumberString],
) -> None:
    assert {len(each.text) for each in put_together} == {2, 3, 4, 5}
    assert {each.spacing for each in put_together} == set(SPACINGS)
    assert [each.text for each in strings(TEN, 80, seed=2)] == [each.text for each in put_together]
    assert [each.text for each in strings(TEN, 80, seed=3)] != [each.text for each in put_together]


def test_a_string_lies_inside_its_sheet(put_together: list[number_strings.NumberString]) -> None:
    for each in put_together:
        points = np.concatenate([stroke.points for stroke in each.drawing])
        assert (points >= 0).all()
        assert (points <= each.size).all()


@pytest.mark.parametrize("spacing", SPACINGS)
def test_the_spacing_is_what_it_says(
    spacing: str, put_together: list[number_strings.NumberString]
) -> None:
    """Digits that touch leave fewer connected parts than digits; the others do not."""
    apart = []
    for each in (each for each in put_together if each.spacing == spacing):
        parts = scipy.ndimage.label(np.asarray(paint(each.drawing, each.size)) < 128)[1]
        apart.append(parts >= len(each.text))
    assert np.mean(apart) < 0.5 if spacing == "touching" else all(apart)


def test_a_letter_in_one_piece_is_not_several_digits_however_it_is_cut(
    recogniser: Predictor,
) -> None:
    alpha = [[[230, 60], [170, 150], [100, 200], [60, 150], [70, 90], [110, 75]]]
    alpha[0] += [[160, 120], [200, 190], [235, 205]]
    assert not numbers.decide(recogniser, paint(from_points(alpha, 14))).several


def test_digits_that_stand_apart_are_several(recogniser: Predictor) -> None:
    found = numbers.decide(recogniser, _sheet(_written("307")))
    assert found.several
    assert found.number is not None
    assert (found.number.text, [place.cut for place in found.number.places]) == ("307", [0, 0, 0])


def test_a_crumb_beside_a_digit_does_not_make_it_two(recogniser: Predictor) -> None:
    crumb = Stroke(np.array([[120.0, 130], [120, 140]]), 8)
    assert not numbers.decide(recogniser, _sheet((*_written("6"), crumb), (200, 200))).several


@pytest.mark.parametrize("edge", [(0, 0, 32, 280), (250, 0, 280, 280), (0, 0, 280, 30)])
@pytest.mark.parametrize("grey", [120, 185, 215])
def test_a_pale_digit_beside_a_dark_edge_is_the_number(
    grey: int, edge: tuple[int, ...], recogniser: Predictor
) -> None:
    sheet = paint(from_points(DIGITS[7], 17)).point(
        lambda shade: 255 - (255 - shade) * (255 - grey) // 255
    )
    sheet.paste(0, edge)
    found = numbers.read_picture(recogniser, sheet)
    assert found.text == "7"
    assert found.confidence > 0.5


def test_without_a_digit_there_is_no_number_and_no_confidence(recogniser: Predictor) -> None:
    assert numbers.Number(()).confidence == 0
    with pytest.raises(Blank, match="nothing on this picture that could be a digit"):
        numbers.read_ink(recogniser, np.full((90, 90), 0.3, dtype=np.float32))
