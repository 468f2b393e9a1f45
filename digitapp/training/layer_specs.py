"""`LayerSpec`, a layer in plain values, and what Keras makes of it: name, output shape, variables.

Everything here is computed; nothing is built, and neither TensorFlow nor Keras is needed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from digitapp.drawing import IMAGE_SIDE
from digitapp.errors import InvalidSetting

SEED_STATE = "seed_generator_state"
UNTRAINED = ("moving_mean", "moving_variance", SEED_STATE)
# Options that change neither a layer's output shape nor which variables it has.
INCONSEQUENTIAL = ("activation", "name", "trainable")

Shape = tuple[int, ...]  # of one image, without the batch
Shapes = tuple[Shape, dict[str, Shape]]  # of a layer's output, and of its variables by name


@dataclass(frozen=True)
class LayerSpec:
    """A layer, in plain values.

    Attributes:
        kind: Keras's class name, such as `Conv2D`.
        arguments: its positional arguments.
        options: its keyword arguments.
        l2: the strength of its kernel's L2 regularisation; 0 for none.
    """

    kind: str
    arguments: tuple[object, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    l2: float = 0.0


@dataclass(frozen=True)
class Variable:
    """A variable of a layer: a weight, a running statistic, or the state of a random generator.

    Attributes:
        layer: the name of its layer.
        name: Keras's name for it within the layer, such as `kernel`.
        dtype: NumPy's name of its type.
        trainable: whether training by gradients changes it.
        l2: the strength of its L2 regularisation; 0 for none.
    """

    layer: str
    name: str
    shape: Shape
    dtype: str
    trainable: bool
    l2: float = 0.0

    @property
    def parameters(self) -> int:
        """How many of the network's parameters it holds; the state of a generator holds none."""
        return 0 if self.name == SEED_STATE else math.prod(self.shape)


@dataclass(frozen=True)
class PlacedLayer:
    """A layer in its place within a network.

    Attributes:
        name: as Keras names it in a process that has built no other network.
        shape: of its output for one image.
        variables: in Keras's order.
    """

    name: str
    spec: LayerSpec
    shape: Shape
    variables: tuple[Variable, ...]


def placed(layers: Sequence[LayerSpec]) -> list[PlacedLayer]:
    """Return what Keras would make of the layers of a network, for images of 28x28 pixels.

    Raises:
        InvalidSetting: when a convolution or a pooling is larger than what it is applied to.
    """
    shape: Shape = (IMAGE_SIDE, IMAGE_SIDE)
    found, named = [], Counter[str]()
    for layer in layers:
        name = str(layer.options.get("name") or _numbered(layer.kind, named))
        options = {key: value for key, value in layer.options.items() if key not in INCONSEQUENTIAL}
        shape, shapes = KINDS[layer.kind](shape, *layer.arguments, **options)
        variables = tuple(_variable(layer, name, *each) for each in shapes.items())
        found.append(PlacedLayer(name, layer, shape, variables))
    return found


def _numbered(kind: str, named: Counter[str]) -> str:
    """Return Keras's name for a layer without one: `dense`, then `dense_1`, and so on."""
    words = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()
    earlier = named[words]
    named[words] += 1
    return f"{words}_{earlier}" if earlier else words


def _variable(layer: LayerSpec, layer_name: str, name: str, shape: Shape) -> Variable:
    dtype = "int64" if name == SEED_STATE else "float32"
    trainable = name not in UNTRAINED and layer.options.get("trainable") is not False
    l2 = layer.l2 if name == "kernel" else 0.0
    return Variable(layer_name, name, shape, dtype, trainable, l2)


def _reshape(shape: Shape, target: Shape) -> Shapes:
    return target, {}


def _flatten(shape: Shape) -> Shapes:
    return (math.prod(shape),), {}


def _activation(shape: Shape, function: str) -> Shapes:
    return shape, {}


def _dropout(shape: Shape, share: float) -> Shapes:
    return shape, {SEED_STATE: (2,)}


def _dense(shape: Shape, units: int, use_bias: bool = True) -> Shapes:
    bias = {"bias": (units,)} if use_bias else {}
    return (*shape[:-1], units), {"kernel": (shape[-1], units), **bias}


def _convolution(
    shape: Shape,
    filters: int,
    side: int,
    strides: int = 1,
    padding: str = "valid",
    use_bias: bool = True,
) -> Shapes:
    *sides, channels = shape
    bias = {"bias": (filters,)} if use_bias else {}
    output = *(_windows(each, side, strides, padding) for each in sides), filters
    return output, {"kernel": (side, side, channels, filters), **bias}


def _pooling(shape: Shape, side: int, strides: int | None = None, padding: str = "valid") -> Shapes:
    *sides, channels = shape
    return (*(_windows(each, side, strides or side, padding) for each in sides), channels), {}


def _normalisation(shape: Shape) -> Shapes:
    return shape, dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), shape[-1:])


def _windows(pixels: int, side: int, stride: int, padding: str) -> int:
    """Return how many windows are placed along so many pixels.

    Raises:
        InvalidSetting: when none fits, as in Keras.
    """
    if padding == "same":
        return math.ceil(pixels / stride)
    if pixels < side:
        raise InvalidSetting(
            f"A convolution or pooling of {side} x {side} pixels is applied to what is only "
            f"{pixels} pixels wide; it must be at least as wide as that."
        )
    return (pixels - side) // stride + 1


KINDS: dict[str, Callable[..., Shapes]] = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Activation": _activation,
    "Dropout": _dropout,
    "Dense": _dense,
    "Conv2D": _convolution,
    "MaxPooling2D": _pooling,
    "AveragePooling2D": _pooling,
    "BatchNormalization": _normalisation,
}
