"""Snapshots: all weights of a network after an epoch, as float16 values, to look at later.

Training is resumed from a checkpoint, which is exact; a snapshot takes a sixth of its space.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.training import checkpoints
from digitapp.training.checkpoints import Arrays
from digitapp.training.layer_specs import Variable

MOST_SNAPSHOTS = 31  # of a run: before the first epoch, and after 30
MOST_BYTES = 16_000_000  # of all snapshots of a run

Weights = NDArray[np.floating[Any]]  # float16 or float32


def kept_epochs(parameters: int, epochs: int) -> frozenset[int]:
    """Return the epochs after which a training of so many epochs keeps a snapshot.

    0 is before the first epoch. They are evenly spaced, and the last one is among them. Of a
    network that is too large for two snapshots none is kept.

    Args:
        parameters: number of the network's parameters.
    """
    fitting = min(MOST_SNAPSHOTS, MOST_BYTES // (2 * parameters))
    if fitting < 2:
        return frozenset()
    every = next(n for n in range(1, epochs + 2) if -(-epochs // n) < fitting)
    return frozenset((*range(0, epochs, every), epochs))


def flat(values: Sequence[Any]) -> Weights:
    """Return a network's weights one after the other.

    Args:
        values: of its variables in Keras's order. Those that are not floating-point numbers, the
            states of random generators, are left out.

    Returns:
        float16 (parameters,), or float32 if a weight is too large for float16.
    """
    arrays = [np.asarray(value) for value in values]
    found = np.concatenate([each.ravel() for each in arrays if each.dtype.kind == "f"])
    fits = np.abs(found).max(initial=0) <= np.finfo(np.float16).max
    weights: Weights = found.astype(np.float16 if fits else np.float32)
    return weights


def unflattened(weights: Weights, variables: Sequence[Variable]) -> Arrays:
    """Return the values of a network's variables: weights as float32, and zeros for the rest.

    Raises:
        BadFile: when the weights are not as many as the network has.
    """
    if weights.shape != (sum(each.parameters for each in variables),):
        raise BadFile("The stored weights do not fit the network that their settings describe.")
    found: Arrays = []
    at = 0
    for each in variables:
        values = np.zeros(each.shape, each.dtype)
        if each.parameters:
            values[...] = weights[at : at + each.parameters].reshape(each.shape)
        found.append(values)
        at += each.parameters
    return found


def pack(values: Sequence[Any]) -> bytes:
    """Pack the values of a network's variables for the store."""
    return packed(flat(values))


def packed(weights: Weights) -> bytes:
    """Pack weights that `flat` returned."""
    return checkpoints.pack({"weights": weights})


def unpack(data: bytes) -> Weights:
    """Return the weights that `pack` packed.

    Raises:
        BadFile: when they are damaged.
    """
    found = checkpoints.unpack(data).get("weights")
    if found is None or found.dtype not in (np.float16, np.float32):
        raise BadFile("The stored weights of an epoch are damaged.")
    return found
