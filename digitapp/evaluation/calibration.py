"""How far a network's probabilities can be trusted, and how to make them honest.

A temperature divides the logits, fitted on images that the network has not learned (Guo, Pleiss,
Sun & Weinberger, "On Calibration of Modern Neural Networks", ICML 2017). It is written into the
last layer's weights, so that the model says honest probabilities wherever it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

TEMPERATURES = (0.2, 5.0)
BINS = 15
TINY = 1e-30


@dataclass(frozen=True)
class Calibration:
    """What was found, and written into a model.

    Attributes:
        temperature: what the logits were divided by; above 1 the network had been too sure.
        threshold: the probability of being no digit, after the temperature, that is now 0.5.
        refused: the share of held-back digits that are refused.
    """

    temperature: float
    threshold: float
    refused: float


@dataclass(frozen=True)
class Reliability:
    """How often answers of each confidence are right: a reliability diagram.

    Attributes:
        counts: int64 (bins,), how many answers are of a confidence in each of the equal parts of
            the range from 0 to 1.
        confidence: float64 (bins,), their mean confidence; 0 where there are none.
        accuracy: float64 (bins,), the share of them that is right; 0 where there are none.
    """

    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error: the mean gap, weighted by the counts; 0 to 1."""
        gaps = np.abs(self.confidence - self.accuracy)
        return float((gaps * self.counts).sum() / max(1, self.counts.sum()))


def reliability(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], bins: int = BINS
) -> Reliability:
    """Count how often each confidence is right.

    Args:
        probabilities: (n, classes).
        labels: (n,).
    """
    sure = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    places = np.minimum((sure * bins).astype(int), bins - 1)
    counts = np.bincount(places, minlength=bins)
    some = np.maximum(counts, 1)
    return Reliability(
        counts,
        np.bincount(places, sure, bins) / some,
        np.bincount(places, right, bins) / some,
    )


def calibrate(
    model: keras.Model,
    images: NDArray[np.float32],
    labels: NDArray[np.integer],
    refuse: float = 0.0,
    other: int | None = None,
) -> Calibration:
    """Make a model's probabilities honest by changing its last layer's weights.

    Args:
        model: its last layer is Dense with a softmax.
        images: float32 (n, 28, 28), which the model has not learned.
        labels: (n,), digits alone.
        refuse: the share of these images that is to be refused from now on; 0 leaves that be.
        other: the class of what is no digit; by default the last one, if no label is of it.
    """
    logits = np.log(np.maximum(model.predict(images, batch_size=500, verbose=0), TINY))
    if other is None and logits.shape[1] > int(labels.max()) + 1:
        other = logits.shape[1] - 1
    digits, meant = logits, labels
    if other is not None:
        digits, meant = np.delete(logits, other, axis=1), labels - (labels > other)
    temperature = best_temperature(digits, meant)
    threshold, shift = 0.5, 0.0
    if refuse and other is not None:
        shift = float(np.quantile(_odds(logits / temperature, other), 1 - refuse))
        threshold = float(1 / (1 + np.exp(-shift)))
    kernel, bias = model.layers[-1].get_weights()
    bias = bias / np.float32(temperature)
    if other is not None:
        bias[other] -= np.float32(shift)
    model.layers[-1].set_weights([kernel / np.float32(temperature), bias])
    return Calibration(temperature, threshold, refuse if shift else 0.0)


def best_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """The temperature under which the labels are the most probable.

    Args:
        logits: (n, classes), up to a constant for each image.
        labels: (n,).
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(log_temperature: float) -> float:
        shares = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(shares[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=tuple(np.log(TEMPERATURES)), method="bounded")
    return float(np.exp(found.x))


def _odds(logits: NDArray[np.floating], place: int) -> NDArray[np.float64]:
    """The logarithm of the odds of one class against all others: (n,)."""
    from scipy.special import logsumexp

    return np.asarray(logits[:, place] - logsumexp(np.delete(logits, place, axis=1), axis=1))
