"""Answers and loss of a network that is called: without a graph to build, there is no wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras


def answers_and_loss(
    model: keras.Model,
    loss: str,
    images: NDArray[np.float32],
    targets: NDArray[Any],
    at_once: int,
) -> tuple[NDArray[np.float32], float]:
    """Return what a network says of images, and its mean loss, without that of regularisation.

    Nothing of the network changes, random generators included: dropout is off and batch
    normalisation keeps its statistics.

    Args:
        loss: its name in Keras.
        images: (n, 28, 28) with n > 0.
        targets: as the loss wants them.
        at_once: number of images per call.

    Returns:
        probabilities, float32 (n, classes), and the loss.
    """
    import keras

    blocks = range(0, len(images), at_once)
    said = [np.asarray(model(images[at : at + at_once], training=False)) for at in blocks]
    answers = np.concatenate(said)
    return answers, float(np.asarray(keras.losses.get(loss)(targets, answers)).mean())


def regularisation(model: keras.Model) -> float:
    """Return the part of a network's loss that comes of its weights alone."""
    return sum(float(each) for each in model.losses)
