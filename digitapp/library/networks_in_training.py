"""The network of a run as it is while it trains, and as it was after its epochs, to read with."""

from __future__ import annotations

from typing import NamedTuple

from digitapp.errors import BadFile
from digitapp.library import catalogue, models
from digitapp.reading.prediction import Predictor
from digitapp.runs import Run, RunStore
from digitapp.runs.records import CHECKPOINT, NETWORK_NOW, SNAPSHOT
from digitapp.runs.watching import Followed
from digitapp.training import layer_table, snapshots
from digitapp.training.architectures import layers
from digitapp.training.checkpoints import Arrays, Checkpoint
from digitapp.training.onnx_model import onnx_model


class Kept(NamedTuple):
    """Weights of a run's network that are in the store.

    Attributes:
        kind: of the blob: `SNAPSHOT`, `CHECKPOINT` or `NETWORK_NOW`.
        number: finished epochs; of `NETWORK_NOW`, finished batches over all epochs.
    """

    kind: str
    number: int

    def when(self, batches: int) -> tuple[int, int]:
        """Return the number of finished epochs, and of batches of the one after them.

        Args:
            batches: per epoch.
        """
        return divmod(self.number, batches) if self.kind == NETWORK_NOW else (self.number, 0)


def after_epochs(run: Run, seen: Followed) -> list[Kept]:
    """Return what is kept of a run's epochs, in order; epoch 0 is before the first step."""
    return [Kept(SNAPSHOT, epoch) for epoch in seen.kept(SNAPSHOT) if epoch <= run.epoch]


def latest(run: Run, seen: Followed) -> Kept | None:
    """Return the latest weights that are kept; None before the network is built."""
    now = seen.kept(NETWORK_NOW)
    if now and run.batches and now[-1] > run.epoch * run.batches:
        return Kept(NETWORK_NOW, now[-1])
    whole = [Kept(CHECKPOINT, epoch) for epoch in seen.kept(CHECKPOINT)]
    found = [*after_epochs(run, seen), *(each for each in whole if each.number <= run.epoch)]
    return max(found, key=lambda kept: kept.number, default=None)


def load(store: RunStore, run: Run, kept: Kept) -> Predictor | None:
    """Load a network to read with; None if newer weights have taken the place of these just now.

    It reads the picture alone.

    Raises:
        BadFile: when the weights are damaged, or do not fit the network.
        UnknownName: when the network's classes are gone with the run that it began with.
        StoreProblem: when the store fails.
    """
    data = store.blob(run.id, kept.kind, kept.number)
    if data is None:
        return None
    names = models.class_names_of(store, run)
    try:
        network = onnx_model(run.spec, names, _values(run, len(names), kept.kind, data))
    except BadFile as error:
        raise BadFile(f"Run {run.id}: its network cannot be read. {error}") from None
    return Predictor(network, names, catalogue.preparation_of(run))


def _values(run: Run, classes: int, kind: str, data: bytes) -> Arrays:
    if kind == CHECKPOINT:
        return Checkpoint.from_bytes(data).model
    variables = layer_table.variables(layers(run.spec, classes))
    return snapshots.unflattened(snapshots.unpack(data), variables)
