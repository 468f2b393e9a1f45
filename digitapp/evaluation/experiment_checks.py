"""What experiments measure of networks beside scores: tilted images, and how sure they are."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.reading.prediction import Predictor
from digitapp.training.experiment_results import Certainty

TILT = 30.0  # degrees, clockwise, as on the Stress test page
MOST_IMAGES = 2000
VERY_SURE = 0.9


def some(images: NDArray[np.uint8], most: int = MOST_IMAGES) -> NDArray[np.intp]:
    """Return the indices of at most `most` images, evenly spread."""
    return np.linspace(0, len(images) - 1, min(most, len(images))).round().astype(np.intp)


def tilted(images: NDArray[np.uint8], degrees: float) -> NDArray[np.float32]:
    """Turn images clockwise about their centre, as network input.

    Args:
        images: uint8 (n, 28, 28), 0 paper to 255 ink.

    Returns:
        float32 (n, 28, 28), 0 to 1; interpolated linearly, paper beyond the edges.
    """
    inked = images.astype(np.float32) / 255
    turned = scipy.ndimage.rotate(inked, -degrees, axes=(1, 2), reshape=False, order=1)
    return np.clip(turned, 0, 1).astype(np.float32)


def right(network: Predictor, images: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Return the share of images that a network reads right, 0 to 1.

    Args:
        images: float32 (n, 28, 28), 0 to 1.
        labels: (n,), their indices in the network's class names.
    """
    return float(np.mean(network.probabilities(images).argmax(axis=1) == labels))


def certainty(network: Predictor, images: NDArray[np.float32]) -> Certainty:
    """Return how sure a network is of its answers to images, whatever they show.

    Args:
        images: float32 (n, 28, 28), 0 to 1.
    """
    probabilities = network.probabilities(images)
    answers, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    shares = np.bincount(answers, minlength=len(network.class_names)) / len(images)
    called = dict(zip(network.class_names, map(float, shares), strict=True))
    return Certainty(float(sure.mean()), float((sure >= VERY_SURE).mean()), called, len(images))
