"""Numbers by their strokes: which belong together, whenever they were written."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from digitapp.drawing.strokes import Drawing, Stroke
from digitapp.errors import TooMuch
from digitapp.reading import groupings, numbers
from digitapp.reading.groupings import Choice
from digitapp.reading.prediction import Predictor
from tests.digits import line
from tests.writing import written


@pytest.mark.parametrize(
    "text", ["7.5", "12:30", "-5", "2+1", "3×4", "1=1", "50%", "1,000", "9-4", "1+1=2", "11", "111"]
)
@pytest.mark.parametrize(("height", "pen"), [(68, 8), (120, 20), (90, 5)])
def test_a_number_with_signs_is_read(
    text: str, height: float, pen: float, recogniser: Predictor
) -> None:
    found = numbers.read_drawing(recogniser, written(text, height, pen))
    assert found.text == text


@pytest.mark.parametrize("text", ["4751", "54", "7475"])
def test_strokes_that_were_added_at_the_end_belong_to_their_digits(
    text: str, recogniser: Predictor
) -> None:
    drawing = written(text, gap=0.1)
    counts = [len(written(digit)) for digit in text]
    ends = set(np.cumsum(counts) - 1)
    late = [n for n in ends if n and n - 1 not in ends]
    assert late
    order = [n for n in range(len(drawing)) if n not in late] + late[::-1]
    found = numbers.read_drawing(recogniser, tuple(drawing[n] for n in order))
    assert found.text == text
    assert [len(place.strokes or ()) for place in found.places] == counts


def test_digits_whose_boxes_overlap_are_kept_apart(recogniser: Predictor) -> None:
    apart = written("74", height=100, gap=0.1)
    seven = len(written("7"))
    closer = (*apart[:seven], *(_moved(each, -22) for each in apart[seven:]))
    left = max(float(each.points[:, 0].max()) for each in closer[:seven])
    assert left > min(float(each.points[:, 0].min()) for each in closer[seven:])
    assert numbers.read_drawing(recogniser, closer).text == "74"


def _moved(stroke: Stroke, by: float) -> Stroke:
    return Stroke(stroke.points + np.array([by, 0]), stroke.width)


@pytest.mark.parametrize("text", ["4751", "12:30", "50%", "1+1=2"])
def test_every_stroke_is_in_one_place(text: str, recogniser: Predictor) -> None:
    drawing = written(text)
    places = numbers.read_drawing(recogniser, drawing).places
    used = [id(each.points) for place in places for each in place.strokes or ()]
    assert sorted(used) == sorted(id(each.points) for each in drawing)


def _scribble(rng: np.random.Generator, count: int) -> Drawing:
    return tuple(
        Stroke(rng.uniform(0, 280, 2) + rng.uniform(-40, 40, (5, 2)), 8.0) for _ in range(count)
    )


def test_a_large_scribble_is_too_much(recogniser: Predictor) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(TooMuch, match="about 20 digits"):
        numbers.read_drawing(recogniser, _scribble(rng, 400))
    with pytest.raises(TooMuch, match="at most 400"):
        numbers.read_drawing(recogniser, _scribble(rng, 401))


def test_a_doubtful_grouping_makes_the_number_unsure(recogniser: Predictor) -> None:
    """A bar between 1 and 1 is a minus; the nearer it comes to a 1, the less sure."""
    pair = tuple(Stroke(np.array(line((x, 60), (x, 160))), 8) for x in (60, 180))
    sure = []
    for right in (150, 185, 200):
        bar = Stroke(np.array(line((right - 45, 110), (right, 110))), 8)
        sure.append(numbers.read_drawing(recogniser, (*pair, bar)).confidence)
    assert sure[0] > sure[1]
    assert sure[0] > sure[2]


def test_the_best_partition_and_its_probability_are_those_of_all_partitions() -> None:
    rng = np.random.default_rng(3)
    count = 5
    subsets = [
        parts
        for size in range(1, count + 1)
        for parts in itertools.combinations(range(count), size)
    ]
    choices = [Choice(parts, float(rng.normal()), n) for n, parts in enumerate(subsets)]
    weights = {}
    for size in range(1, count + 1):
        for some in itertools.combinations(choices, size):
            if sorted(n for each in some for n in each.parts) == list(range(count)):
                weights[frozenset(each.item for each in some)] = sum(each.score for each in some)
    items, probability = groupings.best(count, choices)
    expected = max(weights, key=lambda each: weights[each])
    total = sum(map(math.exp, weights.values()))
    assert frozenset(items) == expected
    assert probability == pytest.approx(math.exp(weights[expected]) / total)


def test_a_row_of_noughts_in_one_movement_is_not_read_as_something_else(
    recogniser: Predictor,
) -> None:
    apart = written("00", height=90, gap=0.3)
    joined = Stroke(np.concatenate([each.points for each in apart]), 8)
    found = numbers.read_drawing(recogniser, (joined,))
    assert found.text in ("00", "?")
    assert found.confidence < numbers.read_drawing(recogniser, apart).confidence


@pytest.mark.parametrize("text", ["10", "26", "84"])
def test_digits_written_in_one_movement_are_read_but_not_as_surely(
    text: str, recogniser: Predictor
) -> None:
    apart = written(text, height=90, gap=0.3)
    joined = Stroke(np.concatenate([each.points for each in apart]), 8)
    found = numbers.read_drawing(recogniser, (joined,))
    assert found.text == text
    assert found.confidence < numbers.read_drawing(recogniser, apart).confidence
    assert not found.is_several


def test_a_digit_that_is_read_whole_is_not_cut(recogniser: Predictor) -> None:
    for digit in "0235689":
        found = numbers.read_drawing(recogniser, written(digit))
        assert (found.text, found.places[0].cut) == (digit, 0)
