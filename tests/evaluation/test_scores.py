"""Scores from probabilities and true labels."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from digitapp.evaluation.scores import ReadImage, Score, cell, counted, mistakes
from digitapp.text.percent import counted_percent, percent

# Five images of three classes; the second class is confidently read as the first once.
PROBABILITIES = np.array(
    [[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.2, 0.7, 0.1], [0.5, 0.2, 0.3], [0.0, 0.4, 0.6]]
)
LABELS = np.array([0, 1, 1, 2, 2], np.uint8)


def _score(confusion: list[list[int]]) -> Score:
    return Score(np.array(confusion), np.zeros(len(confusion), np.int64))


def test_rows_are_what_it_is_and_columns_what_was_read() -> None:
    found = counted(PROBABILITIES, LABELS).confusion
    assert found.tolist() == [[1, 0, 0], [1, 1, 0], [1, 0, 1]]
    assert found.dtype == np.int64


def test_many_images_of_one_cell_are_all_counted() -> None:
    probabilities = np.tile([0.0, 1.0], (1000, 1))
    assert counted(probabilities, np.zeros(1000, np.uint8)).confusion.tolist() == [
        [0, 1000],
        [0, 0],
    ]


def test_accuracy_recall_and_precision() -> None:
    score = counted(PROBABILITIES, LABELS)
    assert score.total == 5
    assert score.accuracy == pytest.approx(3 / 5)
    assert score.per_class == pytest.approx([1, 1 / 2, 1 / 2])
    assert score.precision == pytest.approx([1 / 3, 1, 1])


def test_what_is_refused_is_neither_right_nor_wrong() -> None:
    refused = np.array([False, True, True, False, False])  # a wrong one and a right one
    score = counted(PROBABILITIES, LABELS, refused)
    assert (score.right, score.refused, score.wrong, score.total) == (2, 2, 1, 5)
    assert score.accuracy == pytest.approx(2 / 5)
    assert score.confusion.tolist() == [[1, 0, 0], [0, 0, 0], [1, 0, 1]]
    assert score.refusals.tolist() == [0, 2, 0]
    assert score.counts.tolist() == [1, 2, 2]
    assert score.per_class == pytest.approx([1, 0, 1 / 2])
    assert score.precision[0] == pytest.approx(1 / 2)
    assert math.isnan(score.precision[1])


def test_all_may_be_refused() -> None:
    score = counted(PROBABILITIES, LABELS, np.ones(5, dtype=bool))
    assert (score.right, score.refused, score.wrong) == (0, 5, 0)
    assert score.accuracy == 0


def test_what_nothing_was_counted_of_has_no_share() -> None:
    score = _score([[2, 0], [0, 0]])
    assert score.per_class[0] == score.precision[0] == 1
    assert math.isnan(score.per_class[1])
    assert math.isnan(score.precision[1])
    empty = counted(np.zeros((0, 3)), np.zeros(0, np.uint8))
    assert empty.total == 0
    assert math.isnan(empty.accuracy)
    assert all(map(math.isnan, empty.interval))


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(9, 10, 0.596, 0.982), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (9800, 10000, 0.977, 0.983)],
)
def test_the_interval_is_wilsons(right: int, total: int, low: float, high: float) -> None:
    score = _score([[right, total - right], [0, 0]])
    assert score.interval == pytest.approx((low, high), abs=5e-4)
    assert 0 <= score.interval[0] <= score.accuracy <= score.interval[1] <= 1


def test_mistakes_come_the_surest_first() -> None:
    assert mistakes(PROBABILITIES, LABELS) == [ReadImage(1, 1, 0, 0.8), ReadImage(3, 2, 0, 0.5)]
    assert mistakes(PROBABILITIES[[0, 2]], LABELS[[0, 2]]) == []


def test_equally_sure_mistakes_keep_their_order() -> None:
    found = mistakes(np.tile([0.3, 0.7], (4, 1)), np.array([0, 1, 0, 0]))
    assert [read.number for read in found] == [0, 2, 3]


def test_a_cell_has_its_images_the_surest_first() -> None:
    assert cell(PROBABILITIES, LABELS, 1, 0) == [ReadImage(1, 1, 0, 0.8)]
    assert cell(PROBABILITIES, LABELS, 0, 2) == []
    twice = cell(PROBABILITIES[[4, 2, 0]], np.array([1, 1, 0]), 1, 1)
    assert twice == [ReadImage(1, 1, 1, 0.7)]
    both = cell(np.array([[0.6, 0.4], [0.9, 0.1]]), np.array([0, 0]), 0, 0)
    assert [read.number for read in both] == [1, 0]


def test_every_image_is_in_the_cell_that_counts_it() -> None:
    rng = np.random.default_rng(0)
    probabilities, labels = rng.dirichlet(np.ones(4), 200), rng.integers(0, 4, 200)
    confusion = counted(probabilities, labels).confusion
    for true in range(4):
        for read in range(4):
            assert len(cell(probabilities, labels, true, read)) == confusion[true, read]
    assert len(mistakes(probabilities, labels)) == 200 - np.trace(confusion)


def test_values_are_plain_numbers() -> None:
    (read, *_) = mistakes(PROBABILITIES.astype(np.float32), LABELS)
    assert [type(value) for value in (read.number, read.true, read.read)] == [int] * 3
    assert type(read.confidence) is float


@pytest.mark.parametrize(
    ("right", "total", "decimals", "told"),
    [
        (4, 4, 2, "100.00 %"),
        (4, 4, 1, "100.0 %"),
        (4, 4, 0, "100 %"),
        (4, 4, None, "100.00 %"),
        (9_999, 10_000, 2, "99.99 %"),
        (989, 1_000, None, "98.9 %"),
        (995, 1_000, None, "99.50 %"),
        (0, 4, 2, "0.00 %"),
        (1, 3, 1, "33.3 %"),
    ],
)
def test_all_that_was_counted_is_100_percent(
    right: int, total: int, decimals: int | None, told: str
) -> None:
    assert counted_percent(right / total, decimals) == told
    assert counted_percent(float(np.float32(right / total)), decimals) == told


def test_of_nothing_no_share_is_told() -> None:
    assert counted_percent(math.nan) == counted_percent(None) == "-"


def test_a_network_is_never_certain_but_a_count_may_be() -> None:
    assert percent(1.0) == "99.99 %"
    assert counted_percent(1.0) == "100.00 %"


def test_shares_are_told_in_percent_by_two_functions_alone() -> None:
    package = Path(__file__).resolve().parent.parent.parent / "digitapp"
    by_hand = re.compile(r"100 \* [^\n]*f\} %\"|\* 100[^\n]*f\} %\"")
    modules = (path for path in package.rglob("*.py") if "code" not in path.name)
    found = {path.name for path in modules if by_hand.search(path.read_text("utf-8"))}
    # Besides `percent`, which shares its bound with `in_percent`, two are allowed: the function for
    # counts, and one that writes such a line in Keras code.
    assert found == {"percent.py", "scripts.py"}
