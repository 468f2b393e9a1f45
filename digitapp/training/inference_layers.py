"""A trained network as it predicts: plain layers with their weights, without what only trains.

Dropout is left out, and batch normalisation is folded into the convolution before it (Jacob et
al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference", CVPR 2018, section 3.2). Neither TensorFlow nor Keras is needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.training.architectures import IMAGE_SHAPE, layers
from digitapp.training.layer_specs import LayerSpec
from digitapp.training.spec import TrainingSpec

EPSILON = 1e-3  # Keras's default, added to batch normalisation's variance
DROPOUT, NORMALISATION = "Dropout", "BatchNormalization"

Weights = NDArray[np.float32]
Shape = tuple[int, ...]  # of one image: height, width, channels


@dataclass(frozen=True)
class Reshape:
    """Adds the channel: (28, 28) to (28, 28, 1)."""


@dataclass(frozen=True)
class Flatten:
    """Turns `shape` (height, width, channels) into a vector, the channels varying fastest."""

    shape: Shape


@dataclass(frozen=True)
class Convolution:
    """A convolution (cross-correlation), without activation.

    Attributes:
        kernel: float32 (height, width, input channels, output channels).
        bias: float32 (output channels,).
        stride: in both directions.
        same: whether the borders are padded with zeros, so that the output has the input's size
            divided by the stride; an odd one goes to the bottom and the right.
    """

    kernel: Weights
    bias: Weights
    stride: int
    same: bool


@dataclass(frozen=True)
class Pooling:
    """The maximum or the average of squares of `side` pixels that do not overlap."""

    side: int
    average: bool


@dataclass(frozen=True)
class Dense:
    """A dense layer, without activation: `kernel` float32 (inputs, outputs), `bias` (outputs,)."""

    kernel: Weights
    bias: Weights


@dataclass(frozen=True)
class Activation:
    """An activation function: one of the spec's `ACTIVATIONS`, or `softmax`."""

    name: str


InferenceLayer = Reshape | Flatten | Convolution | Pooling | Dense | Activation


def inference_layers(
    spec: TrainingSpec, classes: int, values: Sequence[NDArray[Any]]
) -> list[InferenceLayer]:
    """Return the layers with which a trained network predicts, in their order.

    Args:
        classes: number of the network's classes.
        values: of its variables in Keras's order, as `model.variables` lists them.

    Raises:
        BadFile: when the values do not fit the network.
    """
    found: list[InferenceLayer] = []
    shape: Shape = IMAGE_SHAPE
    left = iter(values)
    for layer in layers(spec, classes):
        if layer.kind == NORMALISATION:
            convolution = found[-1]
            assert isinstance(convolution, Convolution)
            found[-1] = _normalised(convolution, left)
            continue
        if layer.kind == DROPOUT:
            _next(left, (2,))  # the state of its random generator
            continue
        made = _layer(layer, shape, left)
        shape = _output_shape(made, shape)
        found.append(made)
        if layer.options.get("activation"):
            found.append(Activation(str(layer.options["activation"])))
    if next(left, None) is not None:
        raise _misfit()
    return found


def _layer(layer: LayerSpec, shape: Shape, left: Iterator[NDArray[Any]]) -> InferenceLayer:
    arguments: Any = layer.arguments
    match layer.kind:
        case "Reshape":
            return Reshape()
        case "Flatten":
            return Flatten(shape)
        case "Activation":
            return Activation(arguments[0])
        case "MaxPooling2D" | "AveragePooling2D":
            return Pooling(arguments[0], average=layer.kind == "AveragePooling2D")
        case "Dense":
            kernel = _next(left, (*shape, arguments[0]))
            return Dense(kernel, _next(left, (arguments[0],)))
        case "Conv2D":
            filters, side = arguments
            kernel = _next(left, (side, side, shape[-1], filters))
            without = layer.options.get("use_bias") is False
            bias = np.zeros(filters, np.float32) if without else _next(left, (filters,))
            stride: Any = layer.options.get("strides", 1)
            return Convolution(kernel, bias, stride, layer.options.get("padding") == "same")
    raise NotImplementedError(f"no inference layer for {layer.kind}")


def _output_shape(layer: InferenceLayer, shape: Shape) -> Shape:
    match layer:
        case Reshape():
            return (*shape, 1)
        case Flatten():
            return (math.prod(shape),)
        case Dense():
            return layer.bias.shape
        case Pooling():
            return (shape[0] // layer.side, shape[1] // layer.side, shape[2])
        case Convolution():
            lost = 0 if layer.same else layer.kernel.shape[0] - 1
            side = -((lost - shape[0]) // layer.stride)
            return (side, side, layer.kernel.shape[3])
        case Activation():
            return shape


def _normalised(layer: Convolution, left: Iterator[NDArray[Any]]) -> Convolution:
    """Fold the batch normalisation that follows a convolution into its kernel and bias."""
    gamma, beta, mean, variance = (
        _next(left, layer.bias.shape).astype(np.float64) for _ in range(4)
    )
    scale = gamma / np.sqrt(variance + EPSILON)
    kernel, bias = layer.kernel * scale, beta + (layer.bias - mean) * scale
    return replace(layer, kernel=kernel.astype(np.float32), bias=bias.astype(np.float32))


def _next(left: Iterator[NDArray[Any]], shape: Shape) -> NDArray[Any]:
    value = next(left, None)
    if value is None or value.shape != shape:
        raise _misfit()
    return value


def _misfit() -> BadFile:
    return BadFile("The stored weights do not fit the network that their settings describe.")
