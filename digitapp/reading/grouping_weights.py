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
from digitapp.reading.number_layout import log_shares
from digitapp.reading.prediction import Prediction

# For being a digit at all, for the logarithms of the network's two probabilities, and for GEOMETRY.
DIGIT = np.array([-1.36, 3.08, 3.35, -0.72, -5.12, -3.36, -0.67, -0.55, -0.52, -3.87, -4.96])
SIGN_GEOMETRY = [GEOMETRY.index(name) for name in ("interruptions", "touching", "within")]
# For being a sign at all, for the logarithm of its likeness, and for SIGN_GEOMETRY; of each sign.
SIGN = np.array([0.54, 1.84, -1.0, -3.76, -2.79])
KIND = {".": 0.76, ",": -0.9, ":": 1.01, "-": -2.7, "=": 0.35, UNREAD: 3.0}

# For being neither, one small stroke; away from all digits; and leaning as no digit does.
UNREAD_CRUMB, UNREAD_AWAY, UNREAD_SLASH = -6.0, 0.5, -1.0
IMPOSSIBLE = -12.0  # geometry that no answer of the network makes up for


def digit_features(prediction: Prediction, group: Group) -> NDArray[np.float64]:
    """Return what the weights `DIGIT` are multiplied by."""
    return np.array([1.0, *log_shares(prediction), *group.geometry])


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
