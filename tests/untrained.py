"""Networks that were never trained, as Keras initialises them or as a training might leave them."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.pen_path import CHANNELS, POINTS
from digitapp.reading.combination import Combination
from digitapp.reading.prediction import STROKE_CLASSES, Predictor
from digitapp.reading.stroke_reader import COMBINATION
from digitapp.training import layer_table
from digitapp.training.architectures import build, layers
from digitapp.training.inference_layers import (
    Activation,
    Convolution,
    Dense,
    Flatten,
    InferenceLayer,
    Reshape,
)
from digitapp.training.onnx_model import of_layers, onnx_model
from digitapp.training.spec import TrainingSpec

MOVEMENT_COUNTS = Combination(
    weight=0.3,
    weight_by_strangeness=-0.2,
    weight_by_movement=0.4,
    weight_by_picture=-0.5,
    sharpness=1.3,
    other=-1.0,
    other_by_picture=0.7,
    other_by_movement=0.4,
    other_by_agreement=-2.0,
)


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


def stroke_reader(seed: int = 0, combination: Combination = MOVEMENT_COUNTS) -> bytes:
    """Return a stroke reader with random weights, of the bundled one's kinds of layers: ONNX."""
    rng, found = np.random.default_rng(seed), list[InferenceLayer]([Reshape()])
    for number, shape in enumerate(((5, CHANNELS, 1, 12), (5, 1, 12, 16), (5, 1, 16, 24))):
        kernel, bias = _random_weights(rng, shape)
        stride = 2 if number else 1
        found += [Convolution(kernel, bias, stride, same=number > 0), Activation("relu")]
    points = -(-(POINTS - 4) // 4)  # the first loses four, and each of the others halves them
    found.append(Flatten((points, 1, 24)))
    found += [Dense(*_random_weights(rng, (points * 24, 30))), Activation("relu")]
    found += [Dense(*_random_weights(rng, (30, len(STROKE_CLASSES)))), Activation("softmax")]
    notes = {COMBINATION: combination.to_json()}
    return of_layers(found, STROKE_CLASSES, "paths", (POINTS, CHANNELS), notes)


def _random_weights(
    rng: np.random.Generator, shape: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a kernel and a bias with which outputs differ between inputs."""
    kernel = rng.normal(0, math.sqrt(3 / math.prod(shape[:-1])), shape)
    return kernel.astype(np.float32), rng.normal(0, 0.1, shape[-1]).astype(np.float32)
