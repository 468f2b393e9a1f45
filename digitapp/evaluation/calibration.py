"""Calibration of a network's probabilities: temperature scaling and reliability diagrams.

The logits are divided by a temperature fitted on images that the network was not trained on (Guo,
Pleiss, Sun & Weinberger, "On Calibration of Modern Neural Networks", ICML 2017). It is folded into
the last layer's weights, so that the model returns calibrated probabilities wherever it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

TEMPERATURES = (0.2, 5.0)
BINS = 15
TINY = 1e-30


@dataclass(frozen=True)
class Calibration:
    """The result of calibrating a model.

    Attributes:
        temperature: divisor of the logits; above 1 the network was overconfident.
        threshold: the probability of being no digit, after temperature scaling, that was shifted
            to 0.5.
        refused: the share of held-out digits that are refused.
    """

    temperature: float
    threshold: float
    refused: float


@dataclass(frozen=True)
class Reliability:
    """Accuracy by confidence: the data of a reliability diagram.

    Attributes:
        counts: int64 (bins,), number of answers in each of the equal confidence bins from 0 to 1.
        confidence: float64 (bins,), their mean confidence; 0 for an empty bin.
        accuracy: float64 (bins,), the share of correct ones; 0 for an empty bin.
    """

    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error, 0 to 1: the mean gap, weighted by the counts."""
        gaps = np.abs(self.confidence - self.accuracy)
        return float((gaps * self.counts).sum() / max(1, self.counts.sum()))


def reliability(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], bins: int = BINS
) -> Reliability:
    """Measure accuracy by confidence, of probabilities (n, classes) against labels (n,)."""
    sure = probabilities.max(axis=1) if len(probabilities) else np.zeros(0)
    return reliability_of(sure, probabilities.argmax(axis=1) == labels, bins)


def reliability_of(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS
) -> Reliability:
    """Measure accuracy by confidence.

    Args:
        confidence: (n,), of each answer, 0 to 1.
        right: (n,), whether each answer was right.
    """
    sure = np.asarray(confidence, dtype=np.float64)
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
    """Calibrate a model's probabilities by changing its last layer's weights.

    Args:
        model: its last layer must be Dense with a softmax.
        images: float32 (n, 28, 28), not used in training.
        labels: (n,), digits only.
        refuse: the share of these images to be refused from now on; 0 leaves the threshold alone.
        other: the class for non-digits; by default the last one, if no label has it.
    """
    outputs = model.predict(images, batch_size=500, verbose=0)
    if other is None and outputs.shape[1] > int(labels.max()) + 1:
        other = outputs.shape[1] - 1
    found = fitted(outputs, labels, refuse, other)
    build_in(model, found, other)
    return found


def fitted(
    outputs: NDArray[np.floating],
    labels: NDArray[np.integer],
    refuse: float = 0.0,
    other: int | None = None,
) -> Calibration:
    """Fit temperature and threshold to a network's outputs for images it was not trained on.

    Args:
        outputs: probabilities (n, classes) of digits.
        labels, refuse: as for `calibrate`.
        other: the class for non-digits, if there is one.
    """
    logits = np.log(np.maximum(outputs, TINY))
    digits, meant = logits, labels
    if other is not None:
        digits, meant = np.delete(logits, other, axis=1), labels - (labels > other)
    temperature = best_temperature(digits, meant)
    if not refuse or other is None:
        return Calibration(temperature, 0.5, 0.0)
    scaled = logits / temperature
    # The log odds of a non-digit against all digits.
    odds = scaled[:, other] - scipy.special.logsumexp(np.delete(scaled, other, axis=1), axis=1)
    threshold = float(scipy.special.expit(np.quantile(odds, 1 - refuse)))
    return Calibration(temperature, threshold, refuse)


def build_in(model: keras.Model, how: Calibration, other: int | None = None) -> None:
    """Change a model's last layer, so that its probabilities are calibrated.

    Args:
        model: its last layer must be Dense with a softmax.
        other: the class for non-digits, whose threshold becomes 0.5.
    """
    kernel, bias = model.layers[-1].get_weights()
    bias = bias / np.float32(how.temperature)
    if other is not None:
        bias[other] -= np.float32(scipy.special.logit(how.threshold))
    model.layers[-1].set_weights([kernel / np.float32(how.temperature), bias])


def applied(outputs: NDArray[np.floating], how: Calibration, other: int) -> NDArray[np.floating]:
    """Return the outputs (n, classes) that a network gives once a calibration is built in."""
    logits = np.log(np.maximum(outputs, TINY)) / how.temperature
    logits[:, other] -= scipy.special.logit(how.threshold)
    return np.asarray(scipy.special.softmax(logits, axis=1), dtype=outputs.dtype)


def best_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Return the temperature that maximises the likelihood of the labels (n,).

    The logits (n, classes) may be shifted by a constant for each image.
    """

    def loss(log_temperature: float) -> float:
        shares = scipy.special.log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(shares[np.arange(len(labels)), labels].mean())

    found = scipy.optimize.minimize_scalar(
        loss, bounds=tuple(np.log(TEMPERATURES)), method="bounded"
    )
    return float(np.exp(found.x))
