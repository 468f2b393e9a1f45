"""A rehearsal: whatever TensorFlow loads and compiles at its first training is there afterwards."""

from __future__ import annotations

import numpy as np

from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import train

IMAGES = 64
SPEC = TrainingSpec(hidden=(4,), batch_size=8, epochs=1, validation_split=0.25)


def rehearse() -> None:
    """Train a small network on made-up images, and forget it.

    Later trainings are the same to the last bit as without it.
    """
    import keras

    x = np.zeros((IMAGES, 28, 28), np.uint8)
    y = np.arange(IMAGES, dtype=np.uint8) % len(DIGIT_NAMES)
    train(SPEC, Dataset("rehearsal", DIGIT_NAMES, x, y, x, y))
    keras.utils.clear_session()
