"""How well a network reads before its first step: the scores at epoch 0.

The weights of a new network are random, so it guesses: of ten classes it gets about one in ten
right. A network that goes on from another one begins as well as that one reads.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.training.batching import Split, targets
from digitapp.training.called_network import answers_and_loss, regularisation
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

MOST_IMAGES = 1000  # of each part: enough to tell guessing from reading, and read in no time
AT_ONCE = 250


def scores(
    model: keras.Model, spec: TrainingSpec, parts: Split, classes: int
) -> dict[str, float] | None:
    """Measure loss and accuracy on up to `MOST_IMAGES` images of each part, evenly spread.

    Nothing of the network changes, random generators included: dropout is off and batch
    normalisation keeps its statistics.

    Args:
        model: of any state.

    Returns:
        loss, including that of the regularisation, and accuracy (0 to 1); with validation images
        also val_loss and val_accuracy. None when a loss is not finite.
    """
    extra = regularisation(model)
    loss, accuracy = _scores(model, spec, parts.x_train, parts.y_train, classes)
    found = {"loss": loss + extra, "accuracy": accuracy}
    if len(parts.x_validation):
        loss, accuracy = _scores(model, spec, parts.x_validation, parts.y_validation, classes)
        found |= {"val_loss": loss + extra, "val_accuracy": accuracy}
    return found if all(map(math.isfinite, found.values())) else None


def _scores(
    model: keras.Model,
    spec: TrainingSpec,
    x: NDArray[np.float32],
    y: NDArray[np.uint8],
    classes: int,
) -> tuple[float, float]:
    """Return mean loss and accuracy on images spread evenly over `x`."""
    chosen = np.linspace(0, len(x) - 1, min(len(x), MOST_IMAGES)).round().astype(int)
    x, y = x[chosen], y[chosen]
    said, loss = answers_and_loss(model, spec.loss, x, targets(spec, y, classes), AT_ONCE)
    return loss, float((said.argmax(axis=1) == y).mean())
