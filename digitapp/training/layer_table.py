"""The table of a network's layers, its variables and its L2 penalty, without building it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.training.layer_specs import LayerSpec, Shape, Variable, placed


@dataclass(frozen=True)
class LayerRow:
    """A layer of a network, in plain values.

    Attributes:
        name: as Keras names it in a process that has built no other network.
        kind: Keras's class name, such as `Conv2D`.
        shape: of its output for one image.
        parameters: number of parameters.
        trainable: number of those that training changes; batch normalisation's running means and
            variances, for instance, are not trainable.
    """

    name: str
    kind: str
    shape: Shape
    parameters: int
    trainable: int


def rows(layers: Sequence[LayerSpec]) -> list[LayerRow]:
    """Return one row for the input images, and one for each layer of a network.

    Raises:
        InvalidSetting: as `layer_specs.placed`.
    """
    found = [LayerRow("images", "Input", (IMAGE_SIDE, IMAGE_SIDE), 0, 0)]
    for layer in placed(layers):
        parameters = sum(each.parameters for each in layer.variables)
        trainable = sum(each.parameters for each in layer.variables if each.trainable)
        found.append(LayerRow(layer.name, layer.spec.kind, layer.shape, parameters, trainable))
    return found


def parameters(layers: Sequence[LayerSpec]) -> int:
    """Return the number of a network's parameters, as Keras's `model.count_params()`.

    Raises:
        InvalidSetting: as `layer_specs.placed`.
    """
    return sum(each.parameters for each in variables(layers))


def variables(layers: Sequence[LayerSpec]) -> list[Variable]:
    """Return a network's variables in the order of Keras's `model.variables`.

    Raises:
        InvalidSetting: as `layer_specs.placed`.
    """
    return [each for layer in placed(layers) for each in layer.variables]


def penalty(layers: Sequence[LayerSpec], values: Sequence[NDArray[Any]]) -> float:
    """Return what L2 regularisation adds to a network's loss, as Keras's `sum(model.losses)`.

    Args:
        values: of the network's `variables`, in their order.
    """
    pairs = zip(variables(layers), values, strict=True)
    return sum(
        each.l2 * float(np.square(value, dtype=np.float64).sum())
        for each, value in pairs
        if each.l2 and each.trainable
    )
