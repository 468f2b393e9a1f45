"""The weights by which `groupings` judges groups of strokes.

They were fitted by maximum likelihood to numbers composed of real digits, some with a sign among
them (writers of four of the six folds; strokes touching, apart, overlapping, completed late).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.marks import UNREAD, Mark
from digitapp.drawing.stroke_groups import GEOMETRY, Group
from digitapp.reading.prediction import Prediction

LEAST = 1e-6  # lowest probability that is counted

# For being a digit at all, for the logarithms of the network's two probabilities, and for GEOMETRY.
DIGIT = np.array([-1.39, 2.21, 1.09, -0.44, -4.8, -2.74, -0.55, -0.31, -0.68, -4.23, -4.52])
SIGN_GEOMETRY = [GEOMETRY.index(name) for name in ("interruptions", "touching", "within")]
# For being a sign at all, for the logarithm of its likeness, and for SIGN_GEOMETRY; of each sign.
SIGN = np.array([0.52, 1.63, -1.0, -3.4, -2.5])
KIND = {
    ".": 0.69,
    ",": -0.29,
    ":": 0.89,
    "-": -1.63,
    "=": 0.32,
    UNREAD: 3.0,
}

UNREAD_CRUMB, UNREAD_AWAY, UNREAD_SLASH = (
    -6.0,
    0.5,
    -1.0,
)  # near a digit or part of a sign, or neither
IMPOSSIBLE = -12.0  # geometry that no answer of the network makes up for


def digit_features(prediction: Prediction, group: Group) -> NDArray[np.float64]:
    """Return what the weights `DIGIT` are multiplied by."""
    shares = prediction.confidence, 1 - prediction.other
    read = [math.log(max(share, LEAST)) for share in shares]
    return np.array([1.0, *read, *group.geometry])


def sign_features(mark: Mark, group: Group) -> NDArray[np.float64]:
    """Return what the weights `SIGN` are multiplied by."""
    return np.array([1.0, math.log(mark.likeness), *group.geometry[SIGN_GEOMETRY]])


def of_digit(prediction: Prediction, group: Group) -> float:
    """Return the score of a group as a digit, in nats."""
    return float(DIGIT @ digit_features(prediction, group))


def of_sign(mark: Mark, group: Group) -> float:
    """Return the score of a group as a sign, in nats."""
    return float(SIGN @ sign_features(mark, group)) + KIND.get(mark.sign, 0.0)


def is_possible(group: Group) -> bool:
    """Whether some answer of the network could make the group a digit, or it may be a sign."""
    return float(DIGIT[-len(GEOMETRY) :] @ group.geometry) > IMPOSSIBLE
