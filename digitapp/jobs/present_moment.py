"""What pages show of a training at this moment: its last batch, its first layer, its network."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from digitapp.errors import StoreProblem
from digitapp.explaining.nodes import first_layer
from digitapp.jobs.step_watch import StepWatch
from digitapp.runs import Lease
from digitapp.runs.records import FIRST_LAYER_NOW, NETWORK_NOW, STEP
from digitapp.training import snapshots
from digitapp.training.checkpoints import pack
from digitapp.training.phases import Batches

if TYPE_CHECKING:
    import keras

STEP_EVERY = 0.5  # seconds, in slow motion
LAYER_EVERY = 1.0  # seconds, at full speed
MOST_PARAMETERS = 1_000_000  # of a network that is kept: 2 MB


class PresentMoment:
    """Keeps it in the store, now and then; the training goes on if the store fails.

    Args:
        batches: returns the batch of a number, counted from 0 over all epochs.
    """

    def __init__(self, lease: Lease, model: keras.Model, batches: Batches) -> None:
        self._lease, self._model, self._batches = lease, model, batches
        self._small = model.count_params() <= MOST_PARAMETERS
        self._watch: StepWatch | None = None
        self._step_at = -float("inf")
        self._layer_at = time.monotonic()  # it is kept before the first step, too

    def before(self, number: int, alone: bool) -> None:
        """See the network before the batch of this number.

        Args:
            alone: whether the batch was asked for on its own; such a batch is always kept.
        """
        if alone or time.monotonic() - self._step_at >= STEP_EVERY:
            self._watch = StepWatch(self._model, self._batches(number))

    def after(self, done: int, slow: bool) -> None:
        """Keep what is to be kept after so many batches, over all epochs."""
        watch, self._watch, now = self._watch, None, time.monotonic()
        if watch and (record := watch.record()):
            self._step_at = now
            self._keep(STEP, done, record.pack())
        if watch or (not slow and now - self._layer_at >= LAYER_EVERY):
            self._layer_at = now
            weights = first_layer(self._model.variables)
            self._keep(FIRST_LAYER_NOW, done, pack({"weights": weights}))
            if self._small:
                self._keep(NETWORK_NOW, done, snapshots.pack(self._model.variables))

    def _keep(self, kind: str, done: int, data: bytes) -> None:
        with suppress(StoreProblem):
            self._lease.keep_now(kind, done, data)
