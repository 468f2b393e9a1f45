"""Fit how the two readers are combined, on drawings that neither of them learned from."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.reading.combination import LEAST, Combination, Outputs, combined

HOLD = 1e-3  # weight of the squared distance from where the search begins
START = Combination(weight=0.0, sharpness=1.5, other=-1.0, other_by_agreement=-2.0)


def fitted(
    picture: Outputs, movement: Outputs, labels: NDArray[np.integer], refuse: float
) -> Combination:
    """Return the parameters that make the labels most likely.

    As their number is small, they can be fitted on a few thousand drawings; they stay near
    `START` where the drawings say little.

    Args:
        picture, movement: float32 (n, 11), the outputs of both readers.
        labels: (n,), 0 to 9, or 10 for what is not a digit; some of each.
        refuse: the share of these digits to be refused, 0 to 1: the log odds of no digit are
            shifted until so many are.
    """
    start = np.array(astuple(START))
    rows = np.arange(len(labels))

    def loss(values: NDArray[np.float64]) -> float:
        found, _ = combined(Combination(*values), picture, movement)
        likely = np.log(np.maximum(found[rows, labels].astype(np.float64), LEAST))
        return -float(likely.mean()) + HOLD * float(((values - start) ** 2).sum())

    found = scipy.optimize.minimize(loss, start, method="Powell").x
    return _refusing(Combination(*map(float, found)), picture, movement, labels, refuse)


def _refusing(
    how: Combination,
    picture: Outputs,
    movement: Outputs,
    labels: NDArray[np.integer],
    refuse: float,
) -> Combination:
    digits = labels < picture.shape[1] - 1
    shares = combined(how, picture[digits], movement[digits])[0][:, -1].astype(np.float64)
    odds = np.log(np.maximum(shares, LEAST) / np.maximum(1 - shares, LEAST))
    return replace(how, other=how.other - float(np.quantile(odds, 1 - refuse)))
