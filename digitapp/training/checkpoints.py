"""Checkpoints: the full state of a training after an epoch, so that it can resume seamlessly.

A checkpoint contains the variables of model and optimizer, including dropout's random state, batch
normalisation's statistics and the learning rate, and the state of early stopping.
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
class EarlyStoppingState:
    """The state of early stopping.

    Attributes:
        wait: epochs without a better validation loss.
        best: the lowest validation loss; NaN before the first epoch.
        best_epoch: its number, counted from 0.
        weights: the model's weights after that epoch.
    """

    wait: int
    best: float
    best_epoch: int
    weights: Arrays


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training after a whole epoch.

    Attributes:
        epoch: number of finished epochs.
        model, optimizer: values of their variables, in Keras's order.
        patience: state of early stopping, if it is on.
    """

    epoch: int
    model: Arrays
    optimizer: Arrays
    patience: EarlyStoppingState | None = None

    def to_bytes(self) -> bytes:
        """Return the checkpoint as the bytes of an `.npz` archive."""
        arrays = {"epoch": np.array(self.epoch)}
        arrays |= numbered("model", self.model) | numbered("optimizer", self.optimizer)
        if self.patience:
            kept = self.patience
            arrays["patience"] = np.array([kept.wait, kept.best, kept.best_epoch], np.float64)
            arrays |= numbered("best", kept.weights)
        return pack(arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Read a checkpoint written by `to_bytes`.

        Raises:
            BadFile: when it is damaged.
        """
        arrays = unpack(data)
        try:
            patience = None
            if "patience" in arrays:
                wait, best, best_epoch = arrays["patience"].tolist()
                kept = listed("best", arrays)
                patience = EarlyStoppingState(int(wait), best, int(best_epoch), kept)
            model, optimizer = listed("model", arrays), listed("optimizer", arrays)
            return cls(int(arrays["epoch"]), model, optimizer, patience)
        except DAMAGE as error:
            raise BadFile(f"The stored checkpoint is damaged ({error}).") from None


def capture(
    model: keras.Model, epoch: int, patience: EarlyStoppingState | None = None
) -> Checkpoint:
    """Make a checkpoint of a compiled model after so many epochs."""
    values, optimizer = (
        [np.array(variable) for variable in each.variables] for each in (model, model.optimizer)
    )
    return Checkpoint(epoch, values, optimizer, patience)


def restore(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Restore a checkpoint into a model built and compiled from the same spec.

    Raises:
        BadFile: when it does not fit the network.
    """
    model.optimizer.build(model.trainable_variables)
    assign(model.variables, checkpoint.model)
    assign(model.optimizer.variables, checkpoint.optimizer)


def inherit(model: keras.Model, base: keras.Model, but_output: bool = False) -> None:
    """Copy the weights of another model, but not the state of its random generators.

    Args:
        but_output: leave the output layer, the last one, as it is.

    Raises:
        BadFile: when the other model has different layers.
    """
    mine, theirs = model.layers, base.layers
    if but_output:
        mine, theirs = mine[:-1], theirs[:-1]
    values = [np.asarray(weight) for layer in theirs for weight in layer.weights]
    assign([weight for layer in mine for weight in layer.weights], values)


def assign(variables: Sequence[Any], values: Sequence[NDArray[Any]]) -> None:
    """Assign each variable its value.

    Raises:
        BadFile: when the number of variables or their shapes differ.
    """
    check_fit(values, [tuple(variable.shape) for variable in variables])
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def check_fit(values: Sequence[NDArray[Any]], shapes: Sequence[tuple[int, ...]]) -> None:
    """Check that values are as many as a network's variables, and of their shapes.

    Raises:
        BadFile: when they are not.
    """
    if [value.shape for value in values] != list(shapes):
        raise BadFile("The stored weights do not fit the network that their settings describe.")


def pack(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Pack named arrays into the bytes of an `.npz` archive."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def pack_model(variables: Sequence[Any]) -> bytes:
    """Pack a model's variables, in Keras's order, as `model-0`, `model-1`, ..."""
    return pack(numbered("model", variables))


def unpack_model(data: bytes) -> Arrays:
    """Return the values that `pack_model` packed, in their order.

    Raises:
        BadFile: when they are damaged.
    """
    return listed("model", unpack(data))


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """Unpack what `pack` made.

    Raises:
        BadFile: when it is damaged.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            return dict(found)
    except DAMAGE as error:
        raise BadFile(f"The stored arrays are damaged ({error}).") from None


def numbered(name: str, values: Sequence[Any]) -> dict[str, NDArray[Any]]:
    """Return the values under numbered names, for `pack`."""
    return {f"{name}-{number}": np.asarray(value) for number, value in enumerate(values)}


def listed(name: str, arrays: dict[str, NDArray[Any]]) -> Arrays:
    """Return the values that `numbered` named, in their order."""
    count = sum(key.startswith(f"{name}-") for key in arrays)
    return [arrays[f"{name}-{number}"] for number in range(count)]
