"""The stroke reader's network: it is built, trained, and converted to ONNX and back.

A convolution along the 64 points of the pen's path, then two that halve their number, and two dense
layers: about 190,000 weights. It is small because it reads along with every movement of the pen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp import backend
from digitapp.data import stroke_examples
from digitapp.data.datasets import DIGITS_AND_OTHER
from digitapp.data.hand_files import WrittenDigit
from digitapp.data.non_digits import KEPT_ASIDE
from digitapp.drawing.pen_path import CHANNELS, POINTS, Path
from digitapp.training import onnx_model
from digitapp.training.inference_layers import (
    EPSILON,
    Activation,
    Convolution,
    Dense,
    Flatten,
    InferenceLayer,
    Reshape,
    normalised,
)
from digitapp.training.onnx_layers import layers_of

if TYPE_CHECKING:
    import keras

CLASS_NAMES = DIGITS_AND_OTHER
FILTERS, REACH, UNITS, DROPOUT = (48, 64, 96), 5, 96, 0.3
INPUT = "paths"
LEARNING_RATE, BATCH_SIZE, EPOCHS = 0.002, 256, 16
SETS = 4  # of examples, used in turn: to make one takes longer than an epoch

Labels = NDArray[np.integer]


def build(seed: int) -> keras.Model:
    """Build the network, with initial weights from the seed."""
    backend.start()
    import keras

    keras.utils.set_random_seed(seed)
    layers: list[keras.Layer] = []
    for number, filters in enumerate(FILTERS):
        along = {"strides": 2, "padding": "same"} if number else {}
        layers += [
            keras.layers.Conv1D(filters, REACH, use_bias=False, **along),
            keras.layers.BatchNormalization(epsilon=EPSILON),
            keras.layers.ReLU(),
        ]
    layers += [
        keras.layers.Flatten(),
        keras.layers.Dropout(DROPOUT),
        keras.layers.Dense(UNITS, activation="relu"),
        keras.layers.Dropout(DROPOUT),
        keras.layers.Dense(len(CLASS_NAMES), activation="softmax"),
    ]
    return keras.Sequential([keras.Input((POINTS, CHANNELS)), *layers])


def trained(
    digits: Sequence[WrittenDigit], seed: int, aside: Collection[str] = KEPT_ASIDE
) -> keras.Model:
    """Build the network and train it from scratch, in about two minutes.

    Args:
        digits: by real hands.
        seed: of the weights and of the examples.
        aside: the names of the letters and shapes to be held out, as for `stroke_examples`.
    """
    sets = [stroke_examples.examples(digits, seed * SETS + n, aside) for n in range(SETS)]
    model = build(seed)
    train(model, lambda epoch: sets[epoch % SETS], EPOCHS)
    return model


def train(
    model: keras.Model,
    examples: Callable[[int], tuple[Path, Labels]],
    epochs: int,
    learning_rate: float = LEARNING_RATE,
    batch_size: int = BATCH_SIZE,
) -> None:
    """Train the network, lowering the learning rate along half a cosine to zero.

    Args:
        examples: returns the paths float32 (n, 64, 5) and the labels (n,), 0 to 10, of an epoch,
            as many for each.
    """
    import keras

    paths, labels = examples(0)
    steps = epochs * -(-len(labels) // batch_size)
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    for epoch in range(epochs):
        if epoch:
            paths, labels = examples(epoch)
        model.fit(paths, labels.astype(np.int32), batch_size, epochs=1, verbose=0)


def train_on(
    model: keras.Model,
    paths: Path,
    wanted: NDArray[np.float32],
    batch_size: int,
    learning_rate: float,
) -> None:
    """Train the network once on paths, in their order, lowering the learning rate to zero.

    Args:
        paths: float32 (n, 64, 5).
        wanted: float32 (n, 11), the probabilities that it is to give.
        learning_rate: of the first step.
    """
    import keras

    rate = keras.optimizers.schedules.CosineDecay(learning_rate, -(-len(paths) // batch_size))
    model.compile(keras.optimizers.Adam(rate), "categorical_crossentropy")
    model.fit(paths, wanted, batch_size, epochs=1, shuffle=False, verbose=0)


def outputs(model: keras.Model, paths: Path) -> NDArray[np.float32]:
    """Return the probabilities (n, 11) of the `CLASS_NAMES` for paths (n, 64, 5)."""
    found: NDArray[np.float32] = model.predict(paths, batch_size=1000, verbose=0)
    return found


def to_onnx(model: keras.Model, notes: Mapping[str, str]) -> bytes:
    """Return the network as the bytes of an ONNX file.

    Args:
        notes: for its metadata.
    """
    found = [Reshape(), *_layers(model.layers)]
    return onnx_model.of_layers(found, CLASS_NAMES, INPUT, (POINTS, CHANNELS), notes)


def from_onnx(network: bytes) -> keras.Model:
    """Return a network to train on, from its ONNX file: without batch normalisation or dropout.

    Raises:
        BadFile: when the file is damaged.
    """
    backend.start()
    import keras

    model = keras.Sequential([keras.Input((POINTS, CHANNELS))])
    for layer in layers_of(network):
        match layer:
            case Convolution():
                along, across, given, filters = layer.kernel.shape
                padding = "same" if layer.same else "valid"
                kernel = layer.kernel.reshape(along, across * given, filters)
                made = keras.layers.Conv1D(filters, along, layer.stride, padding)
                _add(model, made, [kernel, layer.bias])
            case Dense():
                made = keras.layers.Dense(len(layer.bias))
                _add(model, made, [layer.kernel, layer.bias])
            case Activation():
                model.add(keras.layers.Activation(layer.name))
            case Flatten():
                model.add(keras.layers.Flatten())
    return model


def _add(model: keras.Model, layer: keras.Layer, weights: Sequence[NDArray[np.float32]]) -> None:
    model.add(layer)
    layer.set_weights(list(weights))


def _layers(layers: Sequence[keras.Layer]) -> list[InferenceLayer]:
    """Return the layers with which it predicts: as two-dimensional ones, on one column."""
    found: list[InferenceLayer] = []
    points, channels = POINTS, CHANNELS
    for layer in layers:
        match type(layer).__name__:
            case "Conv1D":
                found.append(_convolution(layer, first=not found))
                points, channels = layer.output.shape[1:]
            case "BatchNormalization":
                statistics = {each.name: np.asarray(each) for each in layer.variables}
                convolution = found[-1]
                assert isinstance(convolution, Convolution)
                found[-1] = normalised(convolution, statistics)
            case "Flatten":
                found.append(Flatten((points, 1, channels)))
            case "ReLU":
                found.append(Activation("relu"))
            case "Activation":
                found.append(Activation(layer.activation.__name__))
            case "Dense":
                kernel, bias = layer.get_weights()
                found.append(Dense(kernel, bias))
                if layer.activation.__name__ != "linear":
                    found.append(Activation(layer.activation.__name__))
    return found


def _convolution(layer: keras.layers.Conv1D, first: bool) -> Convolution:
    """Return a convolution along a path as one over an image of one column.

    The first one covers all five channels, as if they were the columns of the image.
    """
    kernel, *bias = layer.get_weights()
    along, channels, filters = kernel.shape
    shape = (along, channels, 1, filters) if first else (along, 1, channels, filters)
    zero = np.zeros(filters, np.float32)
    same = layer.padding == "same"
    return Convolution(kernel.reshape(shape), bias[0] if bias else zero, layer.strides[0], same)
