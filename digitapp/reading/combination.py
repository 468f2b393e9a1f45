"""One answer from two readers: of the picture, and of the way in which the pen moved.

The log-probabilities of the digits are added with weights that add up to one (a logarithmic opinion
pool: Heskes, "Selecting Weighting Factors in Logarithmic Opinion Pools", NIPS 1997). How much the
movement counts depends on how certain each reader is, and on how much the path looks like writing
that the stroke reader knows; the probability of no digit has a logistic regression of its own. The
parameters are fitted on people whose writing neither reader has learned (`evaluation.combining`).
`digitapp/live/js/combination.js` does the same arithmetic.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile

Outputs = NDArray[np.float32]

LEAST = 1e-9  # probabilities below it count as this
MOST_LOG_ODDS = 12.0


@dataclass(frozen=True)
class Combination:
    """The parameters of the combination.

    Attributes:
        weight: of the movement, as log odds, where all of the following are 0.
        weight_by_strangeness: change with the log odds that the path is not a digit.
        weight_by_movement: change with the log-probability of the movement's best digit.
        weight_by_picture: change with the log-probability of the picture's best digit.
        sharpness: factor of the pooled log-probabilities; 1 / temperature.
        other: log odds of no digit, where all of the following are 0.
        other_by_picture, other_by_movement: change with each reader's own log odds of no digit.
        other_by_agreement: change with the probability, 0 to 1, that both mean the same digit.
    """

    weight: float = 0.0
    weight_by_strangeness: float = 0.0
    weight_by_movement: float = 0.0
    weight_by_picture: float = 0.0
    sharpness: float = 1.0
    other: float = 0.0
    other_by_picture: float = 0.5
    other_by_movement: float = 0.5
    other_by_agreement: float = 0.0

    def to_json(self) -> str:
        """Return the parameters as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Combination:
        """Parse parameters written by `to_json`.

        Raises:
            BadFile: when the text is something else.
        """
        try:
            values = json.loads(text)
            if {*values} != {field.name for field in fields(cls)}:
                raise ValueError(f"it has {', '.join(values)}")
            return cls(**{name: float(value) for name, value in values.items()})
        except (TypeError, ValueError, AttributeError) as error:
            raise BadFile(f"It does not say how to combine two readers ({error}).") from None


def combined(
    how: Combination, picture: Outputs, movement: Outputs
) -> tuple[Outputs, NDArray[np.float32]]:
    """Combine the outputs of the two readers.

    Args:
        picture, movement: float32 (n, 11), probabilities of the ten digits and, last, of no digit.

    Returns:
        probabilities float32 (n, 11) of the same classes, and how much the movement counted
        for the digit, float32 (n,), 0 to 1.
    """
    seen, moved = _digits(picture), _digits(movement)
    unlike, strange = _log_odds(picture[:, -1]), _log_odds(movement[:, -1])
    weight = _logistic(
        how.weight
        + how.weight_by_strangeness * strange
        + how.weight_by_movement * moved.max(axis=1)
        + how.weight_by_picture * seen.max(axis=1)
    )
    shares = weight[:, np.newaxis]
    digits = _softmax(how.sharpness * ((1 - shares) * seen + shares * moved))
    agreement = (np.exp(seen) * np.exp(moved)).sum(axis=1)
    other = _logistic(
        how.other
        + how.other_by_picture * unlike
        + how.other_by_movement * strange
        + how.other_by_agreement * agreement
    )
    found = np.column_stack([digits * (1 - other)[:, np.newaxis], other])
    return found.astype(np.float32), weight.astype(np.float32)


def _digits(outputs: Outputs) -> NDArray[np.float64]:
    """Return the log-probabilities of the digits, given that it is one: (n, 10)."""
    shares = np.maximum(outputs[:, :-1].astype(np.float64), LEAST)
    return np.log(shares / shares.sum(axis=1, keepdims=True))


def _log_odds(shares: NDArray[np.float32]) -> NDArray[np.float64]:
    least = np.maximum(np.stack([shares, 1 - shares]).astype(np.float64), LEAST)
    return np.clip(np.log(least[0] / least[1]), -MOST_LOG_ODDS, MOST_LOG_ODDS)


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-values)))


def _softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
