"""The weights of a network's nodes, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE

MOST_NODES = 48
LARGEST = float(np.finfo(np.float16).max)


def first_layer(variables: Sequence[Any]) -> NDArray[np.float16]:
    """Return the weights of the first layer's nodes as pictures.

    Args:
        variables: of a network whose input is (batch, 28, 28), or their values, in Keras's order:
            it begins with the kernel of the first layer that has one.

    Returns:
        float16 (nodes, height, width) for at most 48 nodes, as `pictures` returns them. Weights
        beyond float16, of a training that has gone wrong, are scaled down together to fit into it:
        what the pictures show is how they compare.
    """
    found = pictures(np.asarray(variables[0]))[:MOST_NODES]
    largest = np.abs(found, where=np.isfinite(found), out=np.zeros_like(found)).max(initial=0)
    if largest > LARGEST:
        found = found / (largest / LARGEST)
    return found.astype(np.float16)


def pictures(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weights of a first layer's nodes as pictures.

    Args:
        kernel: float32 (784, nodes) of a dense layer, or (height, width, 1, filters).

    Returns:
        float32 (nodes, height, width): 28x28 for a dense layer, the filter's own size for a
        convolution.
    """
    if kernel.ndim == 4:
        return np.moveaxis(kernel[:, :, 0], -1, 0)
    return kernel.T.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
