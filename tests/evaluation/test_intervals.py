"""Intervals: Wilson's, and bootstrapped by writer, beside independent arithmetic."""

import math

import numpy as np
import pytest
from scipy.stats import bootstrap

from digitapp.evaluation.intervals import by_writer


def test_the_interval_by_writer_is_wider_when_writers_differ() -> None:
    writers = [n // 10 for n in range(100)]
    mixed = [n % 10 != 0 for n in range(100)]  # one wrong of each writer's ten
    differing = [n >= 10 for n in range(100)]  # all of one writer's
    assert by_writer(mixed, writers) == (0.9, 0.9)
    low, high = by_writer(differing, writers)
    assert low < 0.8
    assert 0.9 < high <= 1


def test_the_interval_by_writer_is_that_of_single_pictures_when_each_has_a_writer() -> None:
    right = [n % 5 != 0 for n in range(200)]
    low, high = by_writer(right, range(200))
    spread = 1.96 * math.sqrt(0.8 * 0.2 / 200)
    assert (low, high) == pytest.approx((0.8 - spread, 0.8 + spread), abs=0.015)


def _hands(seed: int, writers: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what was read right of writers who differ in how well and how much they wrote."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(5, 60, writers)
    skill = rng.beta(12, 1, writers)
    right = [rng.random(count) < share for count, share in zip(counts, skill, strict=True)]
    return np.concatenate(right), np.repeat(np.arange(writers) * 7 + 3, counts)


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_by_writer_agrees_with_scipys_bootstrap(seed: int) -> None:
    right, writers = _hands(seed, 40)
    _, places = np.unique(writers, return_inverse=True)
    sums, counts = np.bincount(places, right), np.bincount(places)
    expected = bootstrap(
        (sums, counts),
        lambda x, n, axis: x.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=4000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    found = by_writer(right, writers)
    assert found == pytest.approx((expected.low, expected.high), abs=0.006)


def test_the_interval_of_two_writers_counted_by_hand() -> None:
    """Of two writers, each pair of draws is as likely: 1/4 both of one, 1/2 one of each."""
    right = [1, 1, 1, 0, 0, 0]  # the first writer's three are right, the second's are not
    assert by_writer(right, [8, 8, 8, 9, 9, 9]) == (0, 1)
    # With unequal numbers: 4 of 4 and 0 of 1. Drawn together, 4 of 5 are right.
    values = [1, 1, 1, 1, 0]
    low, high = by_writer(values, [1, 1, 1, 1, 2])
    assert (low, high) == (0, 1)


def test_the_order_of_the_digits_and_the_numbers_of_the_writers_do_not_matter() -> None:
    right, writers = _hands(5, 20)
    order = np.random.default_rng(0).permutation(len(right))
    assert by_writer(right[order], writers[order]) == by_writer(right, writers)
    assert by_writer(right, writers + 1000) == by_writer(right, writers)


def test_a_difference_that_all_writers_share_is_certain() -> None:
    values = np.tile([1, 0, 0, 0], 30)
    assert by_writer(values, np.repeat(np.arange(30), 4)) == (0.25, 0.25)
    low, high = by_writer(-values, np.arange(120))
    assert -0.35 < low < -0.25 < high < -0.15


def test_thousands_of_writers_are_resampled_in_little_memory() -> None:
    import tracemalloc

    right = np.arange(9000) % 50 != 0
    tracemalloc.start()
    low, high = by_writer(right, np.arange(9000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    spread = 1.96 * math.sqrt(0.98 * 0.02 / 9000)
    assert (low, high) == pytest.approx((0.98 - spread, 0.98 + spread), abs=0.001)
    assert peak < 100e6
