"""Network architectures: from a spec and the number of classes to an uncompiled Keras model.

An architecture lists its hidden layers as plain values. `build` makes the network from them,
`layer_table` describes it without building it, and `takehome.code` prints it as Keras code. Every
model takes float32 images (batch, 28, 28) from 0 to 1 and returns class probabilities.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from digitapp import backend
from digitapp.errors import InvalidSetting
from digitapp.registry import lookup
from digitapp.training import layer_table
from digitapp.training.layer_specs import LayerSpec
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

IMAGE_SHAPE = (28, 28)
MOST_PARAMETERS = 20_000_000  # a checkpoint of 240 MB with the optimizer's variables

_SEEDING = threading.Lock()


def build(spec: TrainingSpec, classes: int = 10) -> keras.Model:
    """Build the model that `spec` describes, with initial weights from its seed.

    Raises:
        UnknownName, InvalidSetting: as `layers`.
    """
    *hidden, last = layers(spec, classes)
    backend.start()
    import keras

    with _seeded(spec.seed):
        output = make_layer(last)  # first: the order decides which seeds the layers draw
        return keras.Sequential([keras.Input(IMAGE_SHAPE), *map(make_layer, hidden), output])


def layers(spec: TrainingSpec, classes: int = 10) -> list[LayerSpec]:
    """Return all layers of the network that `spec` describes, the output layer last.

    Raises:
        UnknownName: when the architecture is not in `ARCHITECTURES`.
        InvalidSetting: when the network would be too large.
    """
    output = {"activation": "softmax", "name": "probabilities"}
    found = [*hidden_layers(spec), LayerSpec("Dense", (classes,), output)]
    weights = layer_table.parameters(found)
    if weights > MOST_PARAMETERS:
        raise InvalidSetting(
            f"This network would have {weights:,} weights; at most {MOST_PARAMETERS:,} are "
            "allowed. Make its layers smaller.",
            "hidden",
        )
    return found


def hidden_layers(spec: TrainingSpec) -> list[LayerSpec]:
    """Return the layers before the output layer; those that the spec freezes are not trainable.

    Raises:
        UnknownName: when the architecture is not in `ARCHITECTURES`.
        InvalidSetting: when more layers are to be frozen than there are.
    """
    hidden = lookup(ARCHITECTURES, "architecture", spec.architecture)(spec)
    return _frozen(hidden, spec.frozen) if spec.frozen else hidden


def _frozen(hidden: list[LayerSpec], count: int) -> list[LayerSpec]:
    """Return layers of which the first `count` convolutions or dense layers are not trained.

    Raises:
        InvalidSetting: when there are fewer.
    """
    weighted = [place for place, each in enumerate(hidden) if each.kind in ("Conv2D", "Dense")]
    if count > len(weighted):
        raise InvalidSetting(
            f"frozen is {count}, but this network has {len(weighted)} layers with weights before "
            "its output layer; no more can stay as they are.",
            "frozen",
        )
    fixed = {"trainable": False}
    return [
        replace(each, options={**each.options, **fixed}) if place in weighted[:count] else each
        for place, each in enumerate(hidden)
    ]


def make_layer(layer: LayerSpec) -> keras.Layer:
    """Make a Keras layer as described."""
    import keras

    regularizer = {"kernel_regularizer": keras.regularizers.L2(layer.l2)} if layer.l2 else {}
    return getattr(keras.layers, layer.kind)(*layer.arguments, **layer.options, **regularizer)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let Keras draw the seeds of layers from `seed`, as after `keras.utils.set_random_seed`.

    It draws them from Python's own generator, which belongs to the whole process: afterwards that
    goes on as before.
    """
    with _SEEDING:
        before = random.getstate()
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(before)


def dense(spec: TrainingSpec) -> list[LayerSpec]:
    """Flattening, then the spec's hidden layers."""
    return [LayerSpec("Flatten"), *_dense_block(spec, spec.hidden)]


def simple_cnn(spec: TrainingSpec) -> list[LayerSpec]:
    """Two convolutions with pooling, then one dense layer."""
    found = [_ONE_CHANNEL]
    for filters in (16, 32):
        found.append(_convolution(spec, filters, 3, activation=spec.activation))
        found.append(LayerSpec("MaxPooling2D", (2,)))
    return [*found, LayerSpec("Flatten"), *_dense_block(spec, (64,))]


def lenet5(spec: TrainingSpec) -> list[LayerSpec]:
    """LeNet-5's layers (LeCun et al., 1998), with the spec's activation and average pooling."""
    return [
        _ONE_CHANNEL,
        _convolution(spec, 6, 5, padding="same", activation=spec.activation),
        LayerSpec("AveragePooling2D", (2,)),
        _convolution(spec, 16, 5, activation=spec.activation),
        LayerSpec("AveragePooling2D", (2,)),
        LayerSpec("Flatten"),
        *_dense_block(spec, (120, 84)),
    ]


def deep_cnn(spec: TrainingSpec) -> list[LayerSpec]:
    """Four convolutions with batch normalisation; strides of two instead of pooling."""
    return _normalised_convolutions(spec, (32, 32, 64, 64))


def deeper_cnn(spec: TrainingSpec) -> list[LayerSpec]:
    """Like `deep_cnn`, with six convolutions and more filters."""
    return _normalised_convolutions(spec, (32, 48, 64, 96, 128, 160))


def _normalised_convolutions(spec: TrainingSpec, widths: tuple[int, ...]) -> list[LayerSpec]:
    """Return convolutions of which every second one halves the image's sides."""
    found = [_ONE_CHANNEL]
    frozen = {"trainable": False} if spec.base else {}
    for number, filters in enumerate(widths):
        strides = {"strides": 2} if number % 2 else {}
        found += [
            _convolution(spec, filters, 3, **strides, padding="same", use_bias=False),
            LayerSpec("BatchNormalization", options=frozen),
            LayerSpec("Activation", (spec.activation,)),
        ]
    return [*found, LayerSpec("Flatten"), *_dense_block(spec, (128,))]


def _convolution(spec: TrainingSpec, filters: int, side: int, **options: object) -> LayerSpec:
    return LayerSpec("Conv2D", (filters, side), options, spec.l2)


def _dense_block(spec: TrainingSpec, widths: tuple[int, ...]) -> list[LayerSpec]:
    found = []
    for width in widths:
        found.append(LayerSpec("Dense", (width,), {"activation": spec.activation}, spec.l2))
        if spec.dropout:
            found.append(LayerSpec("Dropout", (spec.dropout,)))
    return found


_ONE_CHANNEL = LayerSpec("Reshape", ((*IMAGE_SHAPE, 1),))

ARCHITECTURES: dict[str, Callable[[TrainingSpec], list[LayerSpec]]] = {
    "dense": dense,
    "simple-cnn": simple_cnn,
    "lenet-5": lenet5,
    "deep-cnn": deep_cnn,
    "deeper-cnn": deeper_cnn,
}
