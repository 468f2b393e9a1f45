"""What one step did: its batch, what the network said before and after, how its weights moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.training import checkpoints

MOST_IMAGES = 64  # of a batch that are kept
MOST_MOVED = 6  # nodes of the first layer that are kept


@dataclass(frozen=True)
class StepRecord:
    """One step of a training. The network answers with dropout off, as it does when it reads.

    Attributes:
        size: number of images in the batch.
        images: uint8 (n, 28, 28), its first ones as the network gets them, 0 (paper) to 255.
        labels: uint8 (n,), what it is told that they are.
        before, after: float32 (n, classes), its probabilities before and after the step.
        right: number of the batch's images that it reads correctly before and after.
        loss: on the batch, before and after.
        moved: float32 (layers,), for each layer that learns the length of the change of all its
            weights, divided by that of the weights.
        nodes: int (k,), the first layer's nodes that moved most, counted from 0, the first one
            most.
        weights: float32 (k, height, width), theirs before the step.
        change: float32 (k, height, width), by how much the step changed them.
    """

    size: int
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    right: tuple[int, int]
    loss: tuple[float, float]
    moved: NDArray[np.float32]
    nodes: NDArray[np.int64]
    weights: NDArray[np.float32]
    change: NDArray[np.float32]

    def pack(self) -> bytes:
        """Pack it for the store; `unpack` reads it."""
        return checkpoints.pack({name: np.asarray(getattr(self, name)) for name in _FIELDS})


_FIELDS = tuple(StepRecord.__dataclass_fields__)


def unpack(data: bytes) -> StepRecord:
    """Return the step that `StepRecord.pack` packed.

    Raises:
        BadFile: when it is damaged.
    """
    arrays = checkpoints.unpack(data)
    try:
        found: dict[str, Any] = {name: arrays[name] for name in _FIELDS}
        found |= {name: tuple(found[name].tolist()) for name in ("right", "loss")}
        return StepRecord(**found | {"size": int(found["size"])})
    except (KeyError, TypeError, ValueError):
        raise BadFile("What the last batch did cannot be read: it is damaged.") from None
