"""A run's network as the store has it, to be read here or sent to the process with TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digitapp.library import models
from digitapp.runs import Run, RunStore, stored_arrays
from digitapp.training import checkpoints, layer_table
from digitapp.training.architectures import build, layers
from digitapp.training.checkpoints import Arrays
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class StoredNetwork:
    """A trained network in plain values.

    Attributes:
        name: of its files, such as `run-12`.
        class_names: of its outputs.
        weights: its variables, packed by `checkpoints.pack_model`.
    """

    name: str
    spec: TrainingSpec
    class_names: tuple[str, ...]
    weights: bytes

    @property
    def values(self) -> Arrays:
        """The values of its variables in Keras's order.

        Raises:
            BadFile: if they are damaged or do not fit the settings.
        """
        values = checkpoints.unpack_model(self.weights)
        wanted = layer_table.variables(layers(self.spec, len(self.class_names)))
        checkpoints.check_fit(values, [each.shape for each in wanted])
        return values

    def built(self) -> keras.Model:
        """Build it, not compiled; only in a process that has TensorFlow.

        Raises:
            BadFile: if the weights are damaged or do not fit the settings.
        """
        model = build(self.spec, len(self.class_names))
        checkpoints.assign(model.variables, self.values)
        return model


def stored_network(store: RunStore, run: Run) -> StoredNetwork:
    """Return the network that a run has left.

    Raises:
        UnknownName: if it has left none.
        StoreProblem: if the store fails.
    """
    weights = stored_arrays.network(store, run)
    names = models.class_names_of(store, run)
    return StoredNetwork(models.of_run(run.id), run.spec, names, weights)
