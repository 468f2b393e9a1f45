"""Reading end to end: from drawings and pictures to the bundled network's answers."""

import gc
import weakref
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy
from PIL import Image, ImageOps

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing import pen_path, preprocessing
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, Stroke, from_points, paint
from digitapp.errors import Blank
from digitapp.library import models
from digitapp.reading import reader
from digitapp.reading.prediction import Predictor
from digitapp.reading.reader import TIMELINE_LENGTH, read_drawing, read_picture
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.digits import DIGITS

ERASE_ALL = Stroke(np.array([[0.0, 140.0], [280.0, 140.0]]), 600, eraser=True)


def _drawing(digit: int) -> Drawing:
    return from_points(DIGITS[digit], 20)


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawn_digit_is_read_right(digit: int, recogniser: Predictor) -> None:
    found = read_drawing(recogniser, _drawing(digit)).prediction
    assert (found.label, found.unsure) == (digit, False)


@pytest.mark.parametrize("digit", DIGITS)
def test_a_painted_digit_is_read_right(digit: int, recogniser: Predictor) -> None:
    found = read_picture(recogniser, paint(_drawing(digit))).prediction
    assert (found.label, found.unsure) == (digit, False)


@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_in_chalk_is_read_right(digit: int, recogniser: Predictor) -> None:
    board = ImageOps.colorize(paint(_drawing(digit)), "#f0f0e8", "#205038")
    assert read_picture(recogniser, board).prediction.label == digit


@pytest.mark.parametrize("digit", DIGITS)
def test_a_small_digit_in_a_corner_is_read_right(digit: int, recogniser: Predictor) -> None:
    strokes = [[[x * 0.3 + 180, y * 0.3 + 10] for x, y in stroke] for stroke in DIGITS[digit]]
    assert read_drawing(recogniser, from_points(strokes, 8)).prediction.label == digit


@pytest.mark.parametrize("digit", DIGITS)
def test_the_timeline_has_an_entry_a_stroke_and_ends_with_the_whole(
    digit: int, recogniser: Predictor
) -> None:
    found = read_drawing(recogniser, _drawing(digit))
    assert [number for number, _ in found.timeline] == list(range(1, len(DIGITS[digit]) + 1))
    assert found.timeline[-1][1].label == found.prediction.label


def test_the_timeline_tells_what_was_read_after_each_stroke(recogniser: Predictor) -> None:
    drawing = (*_drawing(7), *_drawing(4))
    for number, stage in read_drawing(recogniser, drawing).timeline:
        then = read_drawing(recogniser, drawing[:number]).prediction
        np.testing.assert_allclose(stage.probabilities, then.probabilities, atol=1e-5)


def test_a_long_timeline_keeps_the_last_strokes(recogniser: Predictor) -> None:
    drawing = from_points([[[10.0 * n, 20], [10.0 * n, 250]] for n in range(1, 16)], 20)
    numbers = [number for number, _ in read_drawing(recogniser, drawing).timeline]
    assert numbers == list(range(16 - TIMELINE_LENGTH, 16))


def test_the_timeline_leaves_out_the_moments_without_ink(recogniser: Predictor) -> None:
    drawing = (*_drawing(1), ERASE_ALL, *_drawing(0))
    found = read_drawing(recogniser, drawing)
    assert [(number, then.label) for number, then in found.timeline] == [(1, 1), (3, 0)]
    assert found.prediction.label == 0


def test_the_reading_holds_the_image_that_was_read(recogniser: Predictor) -> None:
    found = read_drawing(recogniser, _drawing(5))
    np.testing.assert_array_equal(found.digit.image, preprocessing.stroke_image(_drawing(5)))
    again = recogniser.predict([found.digit.image])[0]
    picture = found.prediction.parts.picture if found.prediction.parts else found.prediction
    np.testing.assert_allclose(picture.probabilities, again.probabilities, atol=1e-5)


@pytest.mark.parametrize("drawn", [True, False])
def test_beside_it_stands_the_whole_picture_just_squeezed(
    drawn: bool, recogniser: Predictor
) -> None:
    picture = paint(_drawing(5))
    read = read_drawing(recogniser, _drawing(5)) if drawn else read_picture(recogniser, picture)
    by_hand = np.asarray(ImageOps.invert(picture).resize((28, 28), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(read.squeezed, by_hand / 255, atol=1e-6)
    again = recogniser.predict([read.squeezed])[0]
    np.testing.assert_allclose(
        read.squeezed_prediction.probabilities, again.probabilities, atol=1e-5
    )


@pytest.mark.parametrize("drawing", [(), (ERASE_ALL,), (*_drawing(3), ERASE_ALL)])
def test_a_canvas_without_ink_is_blank_and_not_a_guess(
    drawing: Drawing, recogniser: Predictor
) -> None:
    with pytest.raises(Blank, match="Nothing is drawn yet"):
        read_drawing(recogniser, drawing)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_picture_without_ink_is_blank_and_not_a_guess(shade: int, recogniser: Predictor) -> None:
    with pytest.raises(Blank, match="nothing on this picture"):
        read_picture(recogniser, Image.new("L", (CANVAS_SIDE, CANVAS_SIDE), shade))


def test_a_picture_has_no_timeline(recogniser: Predictor) -> None:
    assert read_picture(recogniser, paint(_drawing(2))).timeline == ()


def _strokes(count: int) -> Drawing:
    """A new drawing of that many strokes, as each answer of a canvas is."""
    every = [stroke for digit in (4, 5, 7, 8, 4, 5, 7, 0) for stroke in DIGITS[digit]]
    moved = [[(x, y + number) for x, y in stroke] for number, stroke in enumerate(every)]
    return from_points(moved[:count], 20)


def test_a_stroke_takes_no_more_work_the_more_were_drawn_before_it(
    recogniser: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = {"painted": 0, "prepared": 0, "read": 0}

    def painted(
        drawing: Drawing, size: tuple[int, int] = (CANVAS_SIDE, CANVAS_SIDE)
    ) -> Image.Image:
        counted["painted"] += size == (CANVAS_SIDE, CANVAS_SIDE)
        return paint(drawing, size)

    def prepared(*arguments: Any) -> Any:
        counted["prepared"] += 1
        return redrawn(*arguments)

    def predict(images: Any, paths: Any = None) -> Any:
        counted["read"] += len(images)
        return predicted(images, paths)

    redrawn, predicted = preprocessing.redrawn, recogniser.predict
    for module in (preprocessing, reader):
        monkeypatch.setattr(module, "paint", painted)
    monkeypatch.setattr(preprocessing, "redrawn", prepared)
    monkeypatch.setattr(recogniser, "predict", predict)
    work = []
    for count in range(1, 13):
        counted.update(dict.fromkeys(counted, 0))
        assert len(read_drawing(recogniser, _strokes(count)).timeline) == count
        work.append({**counted})
    assert all(work[0].values())
    assert work == [work[0]] * 12


def _pictures_alone() -> Predictor:
    """A network without a stroke reader, which has read nothing yet."""
    blank = [np.zeros((784, 10), np.float32), np.zeros(10, np.float32)]
    return Predictor(onnx_model(TrainingSpec(hidden=()), DIGIT_NAMES, blank), DIGIT_NAMES)


@pytest.mark.parametrize("movement", [True, False])
def test_the_eraser_is_applied_once_to_each_drawing_and_a_path_is_made_if_it_is_read(
    movement: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = {"queries": 0, "paths": 0}

    class Counting(scipy.spatial.cKDTree):
        """Finds where the eraser passed; the only tree needed to read a drawing."""

        def query(self, *arguments: Any, **named: Any) -> Any:
            counted["queries"] += 1
            return super().query(*arguments, **named)

    def path(drawing: Drawing) -> pen_path.Path:
        counted["paths"] += 1
        return made(drawing)

    made = pen_path.of_drawing
    monkeypatch.setattr(scipy.spatial, "cKDTree", Counting)
    monkeypatch.setattr(pen_path, "of_drawing", path)
    network = models.load("recogniser") if movement else _pictures_alone()
    around = np.array([[1.0, 1.0], [279.0, 1.0], [279.0, 279.0]])  # near enough to be compared
    drawing = (*_drawing(4), Stroke(around, 20, eraser=True))
    read_drawing(network, drawing)
    assert counted == {"queries": len(drawing) - 1, "paths": len(drawing) if movement else 0}
    read_drawing(network, (*drawing, Stroke(np.array([[9.0, 9.0]]), 20)))
    assert counted["queries"] == 2 * (len(drawing) - 1)
    assert counted["paths"] == (len(drawing) + 1 if movement else 0)


def test_a_timeline_is_the_same_whether_its_stages_were_read_before_or_not() -> None:
    drawing = (*_strokes(5), ERASE_ALL, *_strokes(2))
    before = models.load("recogniser")
    for count in range(1, len(drawing) + 1):
        with suppress(Blank):
            step_by_step = read_drawing(before, drawing[:count])
    at_once = read_drawing(models.load("recogniser"), drawing)
    assert [number for number, _ in at_once.timeline] == [1, 2, 3, 4, 5, 7, 8]
    for (number, one), (other, another) in zip(
        step_by_step.timeline, at_once.timeline, strict=True
    ):
        assert (number, one.order, one.other) == (other, another.order, another.other)
        np.testing.assert_array_equal(one.probabilities, another.probabilities)


def _confidences(predictor: Predictor, drawing: Drawing) -> list[float]:
    return [each.confidence for _, each in read_drawing(predictor, drawing).timeline]


def test_a_timeline_is_of_the_network_that_reads_and_of_the_strokes_as_they_are() -> None:
    first, second = models.load("recogniser"), _pictures_alone()
    drawing = _strokes(3)
    sure = _confidences(first, drawing)
    assert _confidences(second, drawing) == pytest.approx([0.1] * 3, abs=1e-3)
    thinner = tuple(replace(stroke, width=4) for stroke in drawing)
    erased = (*drawing[:2], replace(drawing[2], eraser=True))
    fresh = models.load("recogniser")
    for other in (thinner, erased):
        assert _confidences(first, other) == _confidences(fresh, other)
    assert _confidences(first, drawing) == sure


def test_what_is_remembered_of_strokes_is_bounded_and_goes_with_its_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MOST_STAGES", 5)
    network = models.load("recogniser")
    stages = [weakref.ref(stage) for _, stage in read_drawing(network, _strokes(9)).timeline]
    gc.collect()
    assert sum(stage() is not None for stage in stages) == 5
    assert len(read_drawing(network, _strokes(9)).timeline) == 9
    gone = weakref.ref(network)
    del network
    gc.collect()
    assert gone() is None
    assert not any(stage() for stage in stages)
