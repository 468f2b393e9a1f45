"""A packed network's forward pass in NumPy alone, to hold JavaScript's arithmetic to."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.live.packing import Packed

Values = NDArray[np.float64]


class NumpyNetwork:
    """Plain float64 arithmetic on what `digitapp.live.packing` packed.

    Attributes:
        layers: as described; of those with weights, `kernel` and `bias` are arrays.
    """

    def __init__(self, packed: Packed) -> None:
        weights = np.frombuffer(packed.weights, "<f4").astype(np.float64)
        self.layers: list[dict[str, Any]] = json.loads(packed.description)["layers"]
        for layer in self.layers:
            for part in {"kernel", "bias"} & layer.keys():
                shape, start = layer[part]["shape"], layer[part]["offset"]
                layer[part] = weights[start : start + math.prod(shape)].reshape(shape)

    def changed(self, edits: Mapping[str, Sequence[Mapping[str, Any]]]) -> NumpyNetwork:
        """Return a copy with the weights of a JavaScript `Edits`."""
        found = copy.copy(self)
        found.layers = copy.deepcopy(self.layers)
        for each in edits["weights"]:
            part = found.layers[each["layer"]][each["part"]]
            part.reshape(-1)[each["index"]] = each["value"]
        return found

    def outputs(self, images: NDArray[Any], off: Sequence[Mapping[str, int]] = ()) -> list[Values]:
        """Return what each layer gives for images (n, 28, 28), channels last.

        Args:
            off: of a JavaScript `Edits`: units whose values are 0.
        """
        x, found = images.astype(np.float64), []
        for number, layer in enumerate(self.layers):
            units = [each["unit"] for each in off if each["layer"] == number]
            if layer.get("name") == "softmax":
                x = x.copy()
                x[:, units] = -np.inf
            x = forward(layer, x)
            x[..., units] = 0
            found.append(x)
        return found


def forward(layer: Mapping[str, Any], x: Values) -> Values:
    """Return what one layer makes of a batch."""
    match layer["kind"]:
        case "Reshape":
            return x[..., None]
        case "Flatten":
            return x.reshape(len(x), -1)
        case "Dense":
            found: Values = x @ layer["kernel"] + layer["bias"]
            return found
        case "Convolution":
            return _convolved(layer, x)
        case "Pooling":
            return _pooled(layer, x)
        case _:
            return activated(layer["name"], x)


def activated(name: str, x: Values) -> Values:
    """Return the values of an activation function; of softmax, along the last axis."""
    match name:
        case "relu":
            return np.maximum(x, 0)
        case "tanh":
            return np.tanh(x)
        case "sigmoid":
            return 1 / (1 + np.exp(-x))
        case "elu":
            return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
        case "gelu":
            return x / 2 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
        case "softmax":
            powers = np.exp(x - x.max(axis=-1, keepdims=True))
            found: Values = powers / powers.sum(axis=-1, keepdims=True)
            return found
    raise ValueError(name)


def _convolved(layer: Mapping[str, Any], x: Values) -> Values:
    kernel, bias, stride = layer["kernel"], layer["bias"], layer["stride"]
    sides = kernel.shape[:2]
    if layer["same"]:
        x = np.pad(
            x, [(0, 0), *(_padding(x.shape[n + 1], sides[n], stride) for n in (0, 1)), (0, 0)]
        )
    windows = np.lib.stride_tricks.sliding_window_view(x, sides, axis=(1, 2))
    found: Values = np.einsum("nrcihw,hwio->nrco", windows[:, ::stride, ::stride], kernel) + bias
    return found


def _padding(side: int, size: int, stride: int) -> tuple[int, int]:
    """Return the zeros before and after: an odd one goes to the end."""
    missing = max(0, (math.ceil(side / stride) - 1) * stride + size - side)
    return missing // 2, missing - missing // 2


def _pooled(layer: Mapping[str, Any], x: Values) -> Values:
    side = layer["side"]
    count, height, width, channels = x.shape
    rows, columns = height // side, width // side
    x = x[:, : rows * side, : columns * side]
    squares = x.reshape(count, rows, side, columns, side, channels)
    found: Values = squares.mean((2, 4)) if layer["average"] else squares.max((2, 4))
    return found
