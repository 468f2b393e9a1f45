"""Networks that were never trained, as Keras initialises them or as a training might leave them."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitapp.reading.prediction import Predictor
from digitapp.training import layer_table
from digitapp.training.architectures import build, layers
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec


def of_spec(spec: TrainingSpec, class_names: Sequence[str]) -> Predictor:
    """Return a reader of the network that a training would begin with."""
    return Predictor(
        onnx_model(spec, class_names, values(build(spec, len(class_names)))), class_names
    )


def as_if_trained(spec: TrainingSpec, classes: int) -> keras.Model:
    """Return a network whose biases are not zero and whose variances are not 1, as if trained."""
    model, rng = build(spec, classes), np.random.default_rng(1)
    size = 0.1 if spec.activation == "sigmoid" else 0.03  # else its outputs hardly differ
    for variable in model.variables:
        noise = rng.normal(0, size, variable.shape)
        if variable.name in ("gamma", "moving_variance"):
            variable.assign(np.abs(1 + 10 * noise))
        elif variable.name != "seed_generator_state":
            variable.assign(np.asarray(variable) + noise)
    return model


def random_values(spec: TrainingSpec, classes: int) -> list[NDArray[Any]]:
    """Return values that the variables of a trained network might have, without Keras."""
    rng, found = np.random.default_rng(0), []
    gain = 2 if spec.activation == "sigmoid" else 1  # else its outputs hardly differ
    for each in layer_table.variables(layers(spec, classes)):
        size = gain * math.sqrt(2 / math.prod(each.shape[:-1])) if each.name == "kernel" else 0.1
        drawn = rng.normal(each.name in ("gamma", "moving_variance"), size, each.shape)
        found.append(drawn.astype(each.dtype))
    return found


def values(model: keras.Model) -> list[NDArray[np.float32]]:
    """Return the values of a network's variables."""
    return [np.asarray(variable) for variable in model.variables]
