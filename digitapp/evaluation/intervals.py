"""95 % intervals of shares that were counted: Wilson's, and bootstrapped by writer."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bounds = tuple[float, float]

LEVEL = 0.95
RESAMPLINGS = 2000
DRAWN_AT_ONCE = 1_000_000  # numbers, so that thousands of writers take a few megabytes


def wilson(right: float, total: int) -> Bounds:
    """Return the 95 % Wilson score interval of a proportion.

    Args:
        right: the proportion, 0 to 1.
        total: sample size; for 0 the result is NaN.
    """
    n, p, z = total, right, 1.96
    if not n:
        return math.nan, math.nan
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def by_writer(values: ArrayLike, writers: ArrayLike, seed: int = 0) -> Bounds:
    """Return the 95 % interval of a mean over digits, bootstrapped by writer.

    Digits by one writer resemble each other, so writers, not digits, are resampled with
    replacement (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993); the interval is the
    middle 95 % of the means.

    Args:
        values: one per digit: 1 if it was read right and 0 if not, or for two readers the
            difference of the two, -1 to 1.
        writers: the writer of each digit, by number or name.
    """
    _, places = np.unique(np.asarray(writers), return_inverse=True)
    counts = np.bincount(places)
    sums = np.bincount(places, np.asarray(values, dtype=float))
    means = [
        sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
        for drawn in _drawn(len(counts), np.random.default_rng(seed))
    ]
    low, high = np.quantile(np.concatenate(means), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _drawn(count: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield indices of `count` writers drawn with replacement, `RESAMPLINGS` rows in all."""
    rows = max(1, DRAWN_AT_ONCE // count)
    for start in range(0, RESAMPLINGS, rows):
        yield rng.integers(count, size=(min(rows, RESAMPLINGS - start), count))
