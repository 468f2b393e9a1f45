"""The weights by which `picture_numbers` judges candidate digits cut out of a picture.

Those of digits (`number_weights`) are fitted by maximum likelihood to numbers composed of real
digits with all spacings (`evaluation.number_fitting`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.candidates import Candidate, Frame
from digitapp.reading.number_layout import UNREAD_FROM, log_shares
from digitapp.reading.number_weights import bundled
from digitapp.reading.prediction import Prediction

SIGN, CRUMB = -0.3, -6.0  # of a mark, and of a part too small to be a digit that is left unread
LOW, WIDE, BROAD = 0.85, 0.9, 0.7  # of the row's height


def features(candidate: Candidate, prediction: Prediction, frame: Frame) -> NDArray[np.float64]:
    """Return what the weights `cut_digit` are multiplied by."""
    read = log_shares(prediction)
    height, width = candidate.height / frame.height, candidate.width / frame.height
    cuts = [depth for depth in candidate.depths if depth > 0]
    return np.array(
        [
            1.0,
            *read,
            len(cuts) / 2,
            sum(cuts) / 2,
            max(0.0, LOW - height),
            max(0.0, width - WIDE),
            float(prediction.other >= UNREAD_FROM),
            float(len(cuts) / 2 if prediction.name == "1" else 0),
            float(len(cuts) / 2 if prediction.name == "7" else 0),
            max(0.0, width - BROAD),
            width if cuts else 0.0,
            read[1] if cuts else 0.0,
        ]
    )


def score(candidate: Candidate, prediction: Prediction, frame: Frame) -> float:
    """Return the logarithm of the weight of a candidate: as a mark, unread, or as a digit."""
    if candidate.mark:
        return SIGN
    if candidate.small:
        return CRUMB
    return float(bundled().cut_digit @ features(candidate, prediction, frame))
