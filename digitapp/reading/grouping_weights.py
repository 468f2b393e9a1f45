"""The weights by which `groupings` judges groups of strokes (`number_weights`), and their features.

They are fitted by maximum likelihood to numbers composed of real digits, some with a sign among
them (`evaluation.number_fitting`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.marks import SIGNS, UNREAD, Mark
from digitapp.drawing.stroke_groups import GEOMETRY, Group
from digitapp.reading.number_layout import log_shares
from digitapp.reading.number_weights import SIGN_GEOMETRY, bundled
from digitapp.reading.prediction import Prediction

OF_SIGN = [GEOMETRY.index(name) for name in SIGN_GEOMETRY]

# For being a sign that is not read, such as a ÷; and for being neither digit nor sign: one small
# stroke; away from all digits; and leaning as no digit does.
UNREAD_SIGN, UNREAD_CRUMB, UNREAD_AWAY, UNREAD_SLASH = 3.0, -6.0, 0.5, -1.0
IMPOSSIBLE = -12.0  # geometry that no answer of the network makes up for


def digit_features(prediction: Prediction, group: Group) -> NDArray[np.float64]:
    """Return what the weights `drawn_digit` are multiplied by."""
    return np.array([1.0, *log_shares(prediction), *group.geometry])


def sign_features(mark: Mark, group: Group) -> NDArray[np.float64]:
    """Return what the weights `drawn_sign` are multiplied by."""
    return np.array([1.0, math.log(mark.likeness), *group.geometry[OF_SIGN]])


def of_digit(prediction: Prediction, group: Group) -> float:
    """Return the score of a group as a digit, in nats."""
    return float(bundled().drawn_digit @ digit_features(prediction, group))


def of_sign(mark: Mark, group: Group) -> float:
    """Return the score of a group as a sign, in nats."""
    weights = bundled()
    kind = UNREAD_SIGN if mark.sign == UNREAD else weights.sign_kind[SIGNS.index(mark.sign)]
    return float(weights.drawn_sign @ sign_features(mark, group) + kind)


def is_possible(group: Group) -> bool:
    """Whether some answer of the network could make the group a digit, or it may be a sign."""
    return float(bundled().drawn_digit[-len(GEOMETRY) :] @ group.geometry) > IMPOSSIBLE
