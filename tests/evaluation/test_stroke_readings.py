"""Reading labelled strokes in every way: the same drawings for all readers, folds joined."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digitapp.data.hand_files import BOX
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing import pen_path, preprocessing
from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.errors import InvalidSetting
from digitapp.evaluation import prepared_strokes, stroke_readings
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.stroke_conditions import CONDITIONS, drawn
from digitapp.evaluation.ways import COMBINED, MOVEMENT, PICTURE
from digitapp.reading.combination import combined
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS

TO_BOX = BOX / CANVAS_SIDE
TEN = [
    LabelledStrokes(digit, [[[x * TO_BOX, y * TO_BOX] for x, y in s] for s in strokes], digit % 3)
    for digit, strokes in DIGITS.items()
]
READERS = [COMBINED, PICTURE, MOVEMENT]


@pytest.fixture(scope="module")
def readings(recogniser: Predictor) -> stroke_readings.Readings:
    return stroke_readings.read(recogniser, TEN)


def test_every_condition_is_read_in_every_way_and_every_variation_by_every_reader(
    readings: stroke_readings.Readings,
) -> None:
    assert [*readings] == [*CONDITIONS, *VARIATIONS]
    for name, row in readings.items():
        assert [*row] == [*READERS, *(["pixels", "squeeze"] if name in CONDITIONS else [])]
        for found in row.values():
            assert found.labels.tolist() == list(DIGITS)
            assert found.writers is not None
            assert found.writers.tolist() == [digit % 3 for digit in DIGITS]


def test_clear_digits_are_read_under_every_condition(readings: stroke_readings.Readings) -> None:
    for name, row in readings.items():
        for way, found in row.items():
            if way in (PICTURE, "pixels"):
                assert found.right.mean() >= 0.8, (name, way)
    assert readings["small"]["squeeze"].right.mean() < 0.8  # why pictures are prepared


@pytest.mark.parametrize("name", ["as drawn", "tilted", "reversed", "mouse jitter"])
def test_each_way_is_what_the_reader_says_of_the_drawing(
    name: str, readings: stroke_readings.Readings, recogniser: Predictor
) -> None:
    drawings = [drawn(d, name, np.random.default_rng((0, n))) for n, d in enumerate(TEN)]
    images = [preprocessing.stroke_image(each) for each in drawings]
    paths = [pen_path.of_drawing(each) for each in drawings]
    for place, found in enumerate(recogniser.predict(images, paths)):
        assert found.parts is not None
        said = {COMBINED: found, PICTURE: found.parts.picture, MOVEMENT: found.parts.movement}
        for way, prediction in said.items():
            outcomes = readings[name][way]
            assert outcomes.read[place] == prediction.label
            assert outcomes.confidence[place] == pytest.approx(prediction.confidence, abs=1e-3)
            assert outcomes.other[place] == pytest.approx(prediction.other, abs=1e-3)


def test_a_digit_is_drawn_the_same_way_in_several_processes(
    monkeypatch: pytest.MonkeyPatch, readings: stroke_readings.Readings, recogniser: Predictor
) -> None:
    monkeypatch.setattr(prepared_strokes, "SHARED_FROM", 10)
    monkeypatch.setattr(prepared_strokes, "A_TASK", 3)
    found = stroke_readings.read(recogniser, TEN, names=("small", "split"))
    for name, row in found.items():
        for way, outcomes in row.items():
            np.testing.assert_allclose(
                outcomes.confidence, readings[name][way].confidence, atol=1e-4
            )


def test_the_seed_reaches_the_random_conditions(recogniser: Predictor) -> None:
    found = [
        stroke_readings.read(recogniser, TEN, seed, ("small",))["small"]["pixels"].confidence
        for seed in (0, 1, 0)
    ]
    np.testing.assert_array_equal(found[0], found[2])
    assert (found[0] != found[1]).any()


def test_a_digit_without_strokes_is_refused_in_every_way(recogniser: Predictor) -> None:
    for row in stroke_readings.read(recogniser, [LabelledStrokes(4, [])]).values():
        for found in row.values():
            assert found.refused.tolist() == [True]


def test_a_network_that_reads_pictures_alone_has_only_those_ways(recogniser: Predictor) -> None:
    alone: Any = SimpleNamespace(
        class_names=recogniser.class_names,
        strokes=None,
        answers=lambda images, paths=None: recogniser.answers(images),
    )
    found = stroke_readings.read(alone, TEN, names=("as drawn", "joined"))
    assert [*found["as drawn"]] == [PICTURE, "pixels", "squeeze"]
    assert [*found["joined"]] == [PICTURE]
    assert found["as drawn"][PICTURE].right.all()


def test_images_that_are_the_same_are_read_once(recogniser: Predictor) -> None:
    given = []

    def outputs(images: np.ndarray) -> np.ndarray:
        given.append(len(images))
        return recogniser.outputs(images)

    counting: Any = SimpleNamespace(
        class_names=recogniser.class_names, strokes=recogniser.strokes, outputs=outputs
    )
    counting.answers = recogniser.answers
    found = stroke_readings.read(counting, TEN, names=("reversed", "another order", "mouse jitter"))
    assert given[:2] == [10, 0]
    assert given[2] > 5
    assert [*found] == ["reversed", "another order", "mouse jitter"]


def test_readings_of_folds_are_joined_way_by_way(
    readings: stroke_readings.Readings, recogniser: Predictor
) -> None:
    names = ("as drawn", "split")
    parts = [
        stroke_readings.read(recogniser, [d for d in TEN if d.writer == w], 0, names)
        for w in range(3)
    ]
    found = stroke_readings.joined(parts)
    for name in names:
        for way in READERS:
            ours, whole = found[name][way], readings[name][way]
            assert ours.score.total == 10
            if name == "as drawn":
                assert ours.score.confusion.tolist() == whole.score.confusion.tolist()
                assert ours.worst_writer == whole.worst_writer


def test_readings_of_other_conditions_or_ways_are_not_joined(
    readings: stroke_readings.Readings,
) -> None:
    with pytest.raises(InvalidSetting, match="under the same conditions, in the same ways"):
        stroke_readings.joined([readings, {"as drawn": readings["as drawn"]}])
    with pytest.raises(InvalidSetting, match="there are none"):
        stroke_readings.joined([])


def test_the_two_readers_are_combined_as_the_network_says(recogniser: Predictor) -> None:
    strokes = recogniser.strokes
    assert strokes is not None
    drawings = [drawn(digit, "as drawn", np.random.default_rng(0)) for digit in TEN]
    images = np.stack([preprocessing.stroke_image(each) for each in drawings])
    paths = pen_path.of_drawings(drawings)
    both, _ = combined(strokes.combination, recogniser.outputs(images), strokes.outputs(paths))
    found = stroke_readings.read(recogniser, TEN, names=("as drawn",))["as drawn"][COMBINED]
    np.testing.assert_allclose(found.other, both[:, -1], atol=1e-6)
    assert found.read.tolist() == both[:, :-1].argmax(axis=1).tolist()
