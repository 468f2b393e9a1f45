"""All that a training is at the end of an epoch, so that it can go on from there as if never left.

Model and optimizer variables, those of dropout's random numbers, of batch normalisation and of
the learning rate among them, and what early stopping remembers.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile

if TYPE_CHECKING:
    import keras

Arrays = list[NDArray[Any]]


@dataclass(frozen=True)
class Patience:
    """What early stopping remembers.

    Attributes:
        wait: epochs without a better validation loss.
        best: the lowest validation loss; NaN before the first epoch.
        best_epoch: its number, counted from 0.
        weights: the best ones.
    """

    wait: int
    best: float
    best_epoch: int
    weights: Arrays


@dataclass(frozen=True)
class Checkpoint:
    """A training after so many whole epochs.

    Attributes:
        epoch: how many are done.
        model, optimizer: their variables' values, in Keras's order.
        patience: of early stopping, if it is on.
    """

    epoch: int
    model: Arrays
    optimizer: Arrays
    patience: Patience | None = None

    def to_bytes(self) -> bytes:
        """As an archive of NumPy arrays."""
        arrays = {"epoch": np.array(self.epoch)}
        arrays |= numbered("model", self.model) | numbered("optimizer", self.optimizer)
        if self.patience:
            kept = self.patience
            arrays["patience"] = np.array([kept.wait, kept.best, kept.best_epoch], np.float64)
            arrays |= numbered("best", kept.weights)
        return pack(arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """What `to_bytes` wrote.

        Raises:
            BadFile: when it is damaged.
        """
        arrays = unpack(data)
        try:
            model, optimizer = listed("model", arrays), listed("optimizer", arrays)
            return cls(int(arrays["epoch"]), model, optimizer, _patience(arrays))
        except DAMAGE as error:
            raise BadFile(f"The stored checkpoint is damaged ({error}).") from None


def capture(model: keras.Model, epoch: int, patience: Patience | None = None) -> Checkpoint:
    """The state of a compiled model after so many epochs."""
    return Checkpoint(epoch, _values(model.variables), _values(model.optimizer.variables), patience)


def restore(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Put a checkpoint's values into a model built and compiled from the same spec.

    Raises:
        BadFile: when it is of another network.
    """
    model.optimizer.build(model.trainable_variables)
    assign(model.variables, checkpoint.model)
    assign(model.optimizer.variables, checkpoint.optimizer)


def inherit(model: keras.Model, base: keras.Model) -> None:
    """Give a model the weights of another one; its random numbers stay its own.

    Raises:
        BadFile: when the other has other layers.
    """
    assign(model.weights, base.get_weights())


def assign(variables: Sequence[Any], values: Sequence[NDArray[Any]]) -> None:
    """Give each variable its value.

    Raises:
        BadFile: when their number or shapes differ.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [value.shape for value in values]:
        raise BadFile("The stored weights do not fit the network that their settings describe.")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def pack(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Named arrays as the bytes of an `.npz` archive."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """What `pack` made.

    Raises:
        BadFile: when it is damaged.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            return dict(found)
    except DAMAGE as error:
        raise BadFile(f"The stored arrays are damaged ({error}).") from None


def _patience(arrays: dict[str, NDArray[Any]]) -> Patience | None:
    if "patience" not in arrays:
        return None
    wait, best, best_epoch = arrays["patience"].tolist()
    return Patience(int(wait), best, int(best_epoch), listed("best", arrays))


def _values(variables: Sequence[Any]) -> Arrays:
    return [np.array(variable) for variable in variables]


def numbered(name: str, values: Sequence[Any]) -> dict[str, NDArray[Any]]:
    """Values under a name each, for `pack`."""
    return {f"{name}-{number}": np.asarray(value) for number, value in enumerate(values)}


def listed(name: str, arrays: dict[str, NDArray[Any]]) -> Arrays:
    """The values that `numbered` named, in their order."""
    count = sum(key.startswith(f"{name}-") for key in arrays)
    return [arrays[f"{name}-{number}"] for number in range(count)]
