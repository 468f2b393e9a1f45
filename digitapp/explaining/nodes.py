"""The weights of a network's nodes, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE

MOST_NODES = 48


def first_layer(variables: Sequence[Any]) -> NDArray[np.float16]:
    """Return the weights of the first layer's nodes as pictures.

    Args:
        variables: of a network whose input is (batch, 28, 28), or their values, in Keras's order:
            it begins with the kernel of the first layer that has one.

    Returns:
        float16 (nodes, height, width) for at most 48 nodes: 28x28 for a dense layer, the filter's
        own size for a convolution.
    """
    kernel = np.asarray(variables[0])
    if kernel.ndim == 4:  # height, width, one channel, filters
        pictures = np.moveaxis(kernel[:, :, 0], -1, 0)
    else:
        pictures = kernel.T.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    return pictures[:MOST_NODES].astype(np.float16)
