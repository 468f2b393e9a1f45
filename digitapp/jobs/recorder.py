"""Keras callback that records a run in the store and carries out orders such as pause and stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import keras
import numpy as np

from digitapp.errors import StoreProblem
from digitapp.explaining.nodes import first_layer
from digitapp.jobs.heartbeat import Heartbeat
from digitapp.runs import Lease
from digitapp.runs.records import GO_ON, PAUSE, RUNNING, STOP
from digitapp.runs.retrying import retry_while_busy
from digitapp.runs.stored_arrays import pack_pauses
from digitapp.training import phases, snapshots
from digitapp.training.checkpoints import Checkpoint, pack
from digitapp.training.history import Epoch, Point

NOTED_EVERY = 0.2  # seconds
MOST_LAYERS = 30  # snapshots of the first layer per run
LOOKS_EVERY = 0.1  # seconds, while paused


class Recorder(keras.callbacks.Callback):
    """Records points and epochs; pauses, stops and changes the learning rate when asked.

    Args:
        heartbeat: receives the orders to the run.
        epochs: the epochs to train, counted from 0.
        interrupted: whether the process itself was asked to stop.
        turn: takes the run's turn after a pause if it has come, and returns whether it has.

    Attributes:
        stopped: whether the training was stopped before its end.
    """

    def __init__(
        self,
        lease: Lease,
        heartbeat: Heartbeat,
        epochs: range,
        interrupted: Callable[[], bool],
        turn: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.stopped = False
        self._lease, self._heartbeat = lease, heartbeat
        self._interrupted, self._turn = interrupted, turn
        self._layer_every = -(-epochs.stop // MOST_LAYERS)
        self._epochs = epochs
        self._kept: frozenset[int] = frozenset()  # epochs of which all weights are kept
        self._points: list[Point] = []
        self._logs: dict[str, Any] = {}
        self._started = self._noted = 0.0
        self._rate: float | None = None
        self._phase = ""
        self._epoch, self._batch = epochs.start + 1, 0  # the running epoch, and its batches so far
        self._pauses: list[float] = []  # of the running epoch: when they began, in epochs

    def phase(self, name: str) -> None:
        """Record what the training is doing, for the pages; it goes on if the store fails."""
        self._phase = name
        with suppress(StoreProblem):
            self._lease.at(name)

    def begin(self, model: keras.Model, untrained: Mapping[str, float] | None) -> None:
        """Record the network's initial state and, if it is untrained, its scores as epoch 0."""
        self.set_model(model)
        count, begun, layer = model.count_params(), self._epochs.start, self._first_layer()
        self._kept = snapshots.kept_epochs(count, self._epochs.stop)
        weights = snapshots.pack(model.variables) if begun in self._kept else None
        zero = self._epoch_of(0, untrained, 0.0) if untrained else None
        retry_while_busy(lambda: self._lease.built(count, begun, layer, weights, zero))

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Carry out orders given already."""
        self._obey()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the epoch's clock."""
        self._epoch, self._batch, self._started = epoch + 1, 0, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Carry out orders; record a point now and then."""
        if self._phase != phases.EPOCHS:  # the first step is done
            self.phase(phases.EPOCHS)
        # Keras counts whole calls of several steps, even if the epoch ends within a call.
        self._batch = min(batch + 1, self.params["steps"])
        self._obey()
        now = time.monotonic()
        if now - self._noted >= NOTED_EVERY:
            self._note(self._batch, logs or {}, now)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the epoch's metrics for `keep`; pauses from now on belong to the next epoch."""
        self._logs, self._pauses = dict(logs or {}), []

    def keep(self, checkpoint: Checkpoint) -> None:
        """Store the epoch and its checkpoint, unless it was stopped before its end."""
        if self.stopped:
            return
        seconds = time.monotonic() - self._started
        found = self._epoch_of(checkpoint.epoch, self._logs, seconds)
        shown = found.number % self._layer_every == 0
        layer = self._first_layer() if shown else None
        weights = snapshots.pack(checkpoint.model) if found.number in self._kept else None
        data = checkpoint.to_bytes()
        retry_while_busy(self._write)
        retry_while_busy(lambda: self._lease.keep(found, data, layer, weights))

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Write the remaining points, including those of an unfinished epoch."""
        with suppress(StoreProblem):
            retry_while_busy(self._write)

    def _epoch_of(self, number: int, logs: Mapping[str, float], seconds: float) -> Epoch:
        rate = float(self.model.optimizer.learning_rate)
        watched = self._watched()
        return Epoch.from_logs(number, logs, learning_rate=rate, seconds=seconds, watched=watched)

    def _first_layer(self) -> bytes:
        return pack({"weights": first_layer(self.model.variables)})

    def _note(self, batch: int, logs: dict[str, Any], now: float) -> None:
        loss, accuracy = float(logs["loss"]), float(logs["accuracy"])
        if math.isfinite(loss):  # otherwise the divergence guard is about to end the training
            self._points.append(Point(self._epoch, batch, loss, accuracy, now - self._started))
        self._noted = now
        with suppress(StoreProblem):  # the points are then kept for the next time
            self._write()

    def _write(self) -> None:
        self._lease.note(self._points)
        self._points = []

    def _obey(self) -> None:
        orders = self._heartbeat.orders()
        if orders.request == PAUSE and not self._interrupted():
            orders = self._pause()
        if orders.learning_rate is not None and orders.learning_rate != self._rate:
            self._rate = orders.learning_rate
            self.model.optimizer.learning_rate.assign(self._rate)
        if orders.request == STOP or self._interrupted():
            self.stopped = self.model.stop_training = True

    def _pause(self) -> Any:
        """Wait until the run is asked to stop, or to continue and its turn comes.

        Other runs may train meanwhile. The pause does not count as training time.
        """
        began = time.monotonic()
        self._pauses.append(self._epoch - 1 + self._batch / self.params["steps"])
        packed = pack_pauses(self._pauses)
        retry_while_busy(lambda: self._lease.pause(self._epoch, packed))
        while (orders := self._heartbeat.orders()).request != STOP and not self._interrupted():
            if orders.request == GO_ON and self._turn():
                break
            time.sleep(LOOKS_EVERY)
        else:  # stopping: storing the network needs no turn
            retry_while_busy(lambda: self._lease.show(RUNNING))
        self._started += time.monotonic() - began
        return orders

    def _watched(self) -> tuple[float, ...] | None:
        image = self._heartbeat.orders().watched
        if image is None:
            return None
        said = np.asarray(self.model(image[np.newaxis], training=False))[0]
        if not np.isfinite(said).all():
            return None
        return tuple(round(float(share), 6) for share in said)
