"""Outcomes of readers: counted by hand, joined over folds, compared digit by digit."""

import math

import numpy as np
import pytest

from digitapp.errors import InvalidSetting
from digitapp.evaluation import outcomes
from digitapp.evaluation.intervals import by_writer
from digitapp.evaluation.outcomes import Outcomes, Writer
from digitapp.evaluation.scores import counted

LABELS = np.array([0, 1, 2, 0, 1, 2])
WRITERS = np.array([4, 4, 4, 9, 9, 9])


def _answers(read: list[int], other: list[float]) -> tuple[np.ndarray, np.ndarray]:
    shares = np.full((len(read), 3), 0.1, np.float32)
    shares[np.arange(len(read)), read] = 0.8
    return shares, np.array(other, np.float32)


def _some(count: int, seed: int, writers: int) -> tuple[Outcomes, np.ndarray]:
    """Return the outcomes of random answers, and the probabilities."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(10, 0.2), count)
    labels = np.where(rng.random(count) < 0.9, shares.argmax(axis=1), rng.integers(10, size=count))
    whose = rng.integers(writers, size=count)
    answers = shares, rng.random(count) * 0.55
    return outcomes.of_answers(labels, answers, whose), shares


def test_outcomes_counted_by_hand() -> None:
    answers = _answers([0, 1, 1, 0, 1, 2], [0, 0, 0, 0.9, 0, 0.5])
    found = outcomes.of_answers(LABELS, answers, WRITERS)
    assert found.right.tolist() == [True, True, False, False, True, False]
    assert found.refused.tolist() == [False, False, False, True, False, True]
    score = found.score
    assert (score.right, score.refused, score.wrong, score.total) == (3, 2, 1, 6)
    assert score.confusion.tolist() == [[1, 0, 0], [0, 2, 0], [0, 1, 0]]
    assert found.each_writer == [Writer(9, 3, 1 / 3), Writer(4, 3, 2 / 3)]
    assert found.worst_writer == Writer(9, 3, 1 / 3)
    # All say 80 %; five of the six are right, those refused counting with what they are like.
    assert found.reliability.error == pytest.approx(abs(0.8 - 5 / 6), abs=1e-6)


def test_the_score_is_that_of_the_probabilities() -> None:
    found, shares = _some(500, 1, 20)
    expected = counted(shares, found.labels, found.refused)
    np.testing.assert_array_equal(found.score.confusion, expected.confusion)
    np.testing.assert_array_equal(found.score.refusals, expected.refusals)
    assert expected.reliability is not None
    assert found.reliability.error == pytest.approx(expected.reliability.error)


def test_of_writers_who_are_read_equally_badly_the_one_with_more_digits_is_the_worst() -> None:
    labels, writers = np.zeros(7, np.int64), np.array([1, 1, 2, 2, 2, 2, 3])
    answers = _answers([0, 1, 0, 1, 0, 1, 0], [0.0] * 7)
    assert outcomes.of_answers(labels, answers, writers).worst_writer == Writer(2, 4, 0.5)


def test_without_writers_or_with_one_the_interval_is_wilsons() -> None:
    answers = _answers([0, 1, 1, 0, 1, 2], [0.0] * 6)
    for writers in (None, np.zeros(6, np.int64)):
        found = outcomes.of_answers(LABELS, answers, writers)
        assert found.known_writers is None
        assert found.interval == found.score.interval
        assert found.worst_writer is None
    several = outcomes.of_answers(LABELS, answers, WRITERS)
    assert several.interval == by_writer(several.right, WRITERS)


def test_where_all_are_right_the_interval_does_not_claim_to_be_certain() -> None:
    found = outcomes.of_answers(LABELS, _answers(LABELS.tolist(), [0.0] * 6), WRITERS)
    assert found.right.all()
    low, high = found.interval
    assert (low, high) == found.score.interval
    assert low < 0.7
    assert high == pytest.approx(1)


def test_writers_are_known_only_if_all_are() -> None:
    assert outcomes.numbers([3, None, 4]) is None
    assert outcomes.numbers([]) is None
    numbers = outcomes.numbers([3, 0, 3])
    assert numbers is not None
    assert numbers.tolist() == [3, 0, 3]


def test_six_folds_joined_are_scored_as_one_reader() -> None:
    whole, _ = _some(600, 2, 30)
    assert whole.writers is not None
    folds = [np.flatnonzero(whole.writers % 6 == fold) for fold in range(6)]
    parts = [
        Outcomes(
            whole.labels[own],
            whole.read[own],
            whole.confidence[own],
            whole.other[own],
            10,
            whole.writers[own],
        )
        for own in folds
    ]
    found = outcomes.joined(parts)
    assert found.score.confusion.tolist() == whole.score.confusion.tolist()
    assert found.interval == whole.interval
    assert found.worst_writer == whole.worst_writer
    assert found.reliability.error == pytest.approx(whole.reliability.error)
    assert sum(len(part) for part in parts) == len(found) == 600


def test_outcomes_of_other_classes_or_of_none_are_not_joined() -> None:
    three = outcomes.of_answers(LABELS, _answers([0] * 6, [0.0] * 6))
    ten, _ = _some(5, 0, 2)
    with pytest.raises(InvalidSetting, match="these have 3, 10"):
        outcomes.joined([three, ten])
    with pytest.raises(InvalidSetting, match="these have none"):
        outcomes.joined([])


def test_writers_are_lost_when_some_parts_have_none() -> None:
    known = outcomes.of_answers(LABELS, _answers([0] * 6, [0.0] * 6), WRITERS)
    unknown = outcomes.of_answers(LABELS, _answers([0] * 6, [0.0] * 6))
    assert outcomes.joined([known, known]).writers is not None
    assert outcomes.joined([known, unknown]).writers is None


def test_a_paired_difference_counted_by_hand() -> None:
    ours = outcomes.of_answers(LABELS, _answers([0, 1, 2, 0, 1, 2], [0.0] * 6), WRITERS)
    theirs = outcomes.of_answers(LABELS, _answers([0, 1, 2, 1, 2, 2], [0.0] * 6), WRITERS)
    found = outcomes.difference(ours, theirs)
    assert found.share == pytest.approx(2 / 6)
    # Writer 4 gains nothing and writer 9 two of three: drawn twice, the one or the other.
    assert found.interval == pytest.approx((0, 2 / 3))
    assert outcomes.difference(theirs, ours).share == pytest.approx(-2 / 6)
    assert outcomes.difference(ours, ours).interval == (0, 0)


def test_a_difference_is_closer_than_the_two_intervals_since_it_is_paired() -> None:
    rng = np.random.default_rng(0)
    hard = rng.random(2000) < 0.1  # both readers misread these
    better = hard & (rng.random(2000) < 0.1)  # but one of them not all
    labels = np.zeros(2000, np.int64)
    ours, theirs = (
        outcomes.of_answers(labels, _answers(wrong.astype(int).tolist(), [0.0] * 2000))
        for wrong in (hard & ~better, hard)
    )
    low, high = outcomes.difference(ours, theirs).interval
    assert low > 0
    assert high - low < (ours.interval[1] - ours.interval[0]) / 2


def test_readers_are_compared_on_the_same_digits_only() -> None:
    some = outcomes.of_answers(LABELS, _answers([0] * 6, [0.0] * 6))
    fewer = outcomes.of_answers(LABELS[:5], _answers([0] * 5, [0.0] * 5))
    with pytest.raises(InvalidSetting, match="these are 6 and 5"):
        outcomes.difference(some, fewer)


def test_of_no_digits_nothing_is_known() -> None:
    none = outcomes.of_answers(np.zeros(0, np.int64), (np.zeros((0, 3)), np.zeros(0)))
    assert none.score.total == 0
    assert math.isnan(outcomes.difference(none, none).share)
    assert none.reliability.error == 0
