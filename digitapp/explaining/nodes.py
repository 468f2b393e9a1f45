"""The weights of a network's nodes, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE

if TYPE_CHECKING:
    import keras

MOST_NODES = 48


def first_layer(model: keras.Model) -> NDArray[np.float16]:
    """Return the weights of the first layer's nodes as pictures.

    Args:
        model: a network whose input is (batch, 28, 28).

    Returns:
        float16 (nodes, height, width) for at most 48 nodes: 28x28 for a dense layer, the filter's
        own size for a convolution.
    """
    layer = next(layer for layer in model.layers if layer.trainable_weights)
    kernel = np.asarray(layer.kernel)
    if kernel.ndim == 4:  # height, width, one channel, filters
        pictures = np.moveaxis(kernel[:, :, 0], -1, 0)
    else:
        pictures = kernel.T.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    return pictures[:MOST_NODES].astype(np.float16)
