"""A trained network as it predicts: plain layers with their weights, without what only trains.

Dropout is left out, and batch normalisation is folded into the convolution before it (Jacob et
al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference", CVPR 2018, section 3.2). Neither TensorFlow nor Keras is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.training.architectures import IMAGE_SHAPE, layers
from digitapp.training.checkpoints import check_fit
from digitapp.training.layer_specs import LayerSpec, Shape, placed
from digitapp.training.spec import TrainingSpec

EPSILON = 1e-3  # Keras's default, added to batch normalisation's variance

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Reshape:
    """Adds the channel: (28, 28) to (28, 28, 1), or (64, 5) of a path to (64, 5, 1)."""


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
    within = placed(layers(spec, classes))
    check_fit(values, [each.shape for layer in within for each in layer.variables])
    found: list[InferenceLayer] = []
    shape: Shape = IMAGE_SHAPE
    left = iter(values)
    for layer in within:
        weights = {each.name: next(left) for each in layer.variables}
        if layer.spec.kind == "BatchNormalization":
            convolution = found[-1]
            assert isinstance(convolution, Convolution)
            found[-1] = normalised(convolution, weights)
        elif layer.spec.kind != "Dropout":
            found.append(_made(layer.spec, shape, weights))
        if layer.spec.options.get("activation"):
            found.append(Activation(str(layer.spec.options["activation"])))
        shape = layer.shape
    return found


def _made(layer: LayerSpec, shape: Shape, weights: dict[str, NDArray[Any]]) -> InferenceLayer:
    """Return the layer to predict with.

    Args:
        shape: of the layer's input.
    """
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
            return Dense(weights["kernel"], weights["bias"])
        case "Conv2D":
            bias = weights.get("bias", np.zeros(arguments[0], np.float32))
            stride: Any = layer.options.get("strides", 1)
            same = layer.options.get("padding") == "same"
            return Convolution(weights["kernel"], bias, stride, same)
    raise NotImplementedError(f"no inference layer for {layer.kind}")


def normalised(layer: Convolution, statistics: dict[str, NDArray[Any]]) -> Convolution:
    """Fold the batch normalisation that follows a convolution into its kernel and bias.

    Args:
        statistics: its variables by name: gamma, beta, moving_mean and moving_variance.
    """
    of = {name: values.astype(np.float64) for name, values in statistics.items()}
    scale = of["gamma"] / np.sqrt(of["moving_variance"] + EPSILON)
    kernel, bias = layer.kernel * scale, of["beta"] + (layer.bias - of["moving_mean"]) * scale
    return replace(layer, kernel=kernel.astype(np.float32), bias=bias.astype(np.float32))
