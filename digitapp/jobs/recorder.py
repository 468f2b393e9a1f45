"""Keras callback that records a run in the store, and carries out orders and keeps its pace."""

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
from digitapp.jobs.pacing import Pacing
from digitapp.jobs.present_moment import PresentMoment
from digitapp.runs import Lease
from digitapp.runs.retrying import retry_while_busy
from digitapp.runs.stored_arrays import pack_new_rates
from digitapp.training import phases, snapshots
from digitapp.training.checkpoints import Checkpoint, pack
from digitapp.training.history import Epoch, Point
from digitapp.training.moments import NewRate, same_rate
from digitapp.training.phases import Batches, Metrics

NOTED_EVERY = 0.2  # seconds
LARGE = 4 * 2**20  # bytes of a checkpoint
LARGE_EVERY = 2.0  # seconds from one that large to the next
MOST_LAYERS = 30  # snapshots of the first layer per run


class Recorder(keras.callbacks.Callback):
    """Records points and epochs; stops, changes the learning rate and keeps the pace when asked.

    Args:
        heartbeat: receives the orders to the run.
        epochs: the epochs to train, counted from 0.
        pacing: lets the batches through.
        tell: records what the training is doing.

    Attributes:
        stopped: whether the training was stopped before its end.
    """

    def __init__(
        self,
        lease: Lease,
        heartbeat: Heartbeat,
        epochs: range,
        pacing: Pacing,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.stopped = False
        self._lease, self._heartbeat = lease, heartbeat
        self._pacing, self._tell = pacing, tell
        self._present: PresentMoment | None = None  # from `begin` on
        self._layer_every = -(-epochs.stop // MOST_LAYERS)
        self._epochs = epochs
        self._kept: frozenset[int] = frozenset()  # epochs of which all weights are kept
        self._points: list[Point] = []
        self._logs: dict[str, Any] = {}
        self._started = self._noted = 0.0
        self._rate: float | None = None
        self._new_rates: tuple[int, list[NewRate]] = 0, []  # an epoch, and those set in it
        self._phase = ""
        self._epoch, self._batch = epochs.start + 1, 0  # the running epoch, and its batches so far
        self._waited = 0.0  # seconds, when the running epoch began
        self._last = (0, 0)  # epoch and batch of the last point
        self._stored = -math.inf  # when a checkpoint was stored last
        self._left: Checkpoint | None = None  # the last one, if it was not stored

    def phase(self, name: str) -> None:
        """Record what the training is doing, for the pages."""
        self._phase = name
        self._tell(name)

    def begin(
        self, model: keras.Model, batches: Batches, untrained: Mapping[str, float] | None
    ) -> None:
        """Record the network's initial state and, if it is untrained, its scores as epoch 0."""
        self.set_model(model)
        self._present = PresentMoment(self._lease, model, batches)
        count, begun, layer = model.count_params(), self._epochs.start, self._first_layer()
        self._kept = snapshots.kept_epochs(count, self._epochs.stop)
        weights = snapshots.pack(model.variables) if begun in self._kept else None
        zero = self._epoch_of(0, untrained, 0.0) if untrained else None
        retry_while_busy(lambda: self._lease.built(count, begun, layer, weights, zero))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the epoch's clock."""
        self._epoch, self._batch = epoch + 1, 0
        self._started, self._waited = time.monotonic(), self._pacing.waited

    def may_take(self, most: int) -> int:
        """Wait until batches are wanted, carry out orders, return how many are wanted."""
        count = self._pacing.may_take(most, self._epoch, self._batch / self.params["steps"])
        self._obey()
        if not count or self.stopped:
            return 0
        if self._pacing.slow and self._present:
            with self._pacing.aside():
                self._present.before(self._done(), self._pacing.alone)
        return count

    def took(self, count: int, metrics: Metrics) -> None:
        """Count the batches, and record them if they are shown one by one."""
        if self._phase != phases.EPOCHS:  # the first step is done
            self.phase(phases.EPOCHS)
        self._batch += count
        with self._pacing.aside():
            if self._pacing.slow:
                self._note(metrics(), slow=True)
            if self._present:
                self._present.after(self._done(), self._pacing.slow)
            self._pacing.stepped()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Carry out orders that do not wait; record a point now and then."""
        self._obey()
        if self._batch and time.monotonic() - self._noted >= NOTED_EVERY:
            self._note(logs or {})

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the epoch's metrics for `keep`."""
        self._logs = dict(logs or {})

    def keep(self, checkpoint: Checkpoint) -> None:
        """Store the epoch and its checkpoint, unless it was stopped before its end."""
        if self.stopped:
            return
        seconds = self._seconds()
        found = self._epoch_of(checkpoint.epoch, self._logs, seconds)
        shown = found.number % self._layer_every == 0
        layer = self._first_layer() if shown else None
        weights = snapshots.pack(checkpoint.model) if found.number in self._kept else None
        data = checkpoint.to_bytes() if self._is_due(checkpoint) else None
        retry_while_busy(self._write)
        retry_while_busy(lambda: self._lease.keep(found, data, layer, weights))
        self._left = checkpoint if data is None else None
        if data is not None:
            self._stored = time.monotonic()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Write what remains: points, also of an unfinished epoch, and the checkpoint to resume."""
        with suppress(StoreProblem):
            retry_while_busy(self._write)
            if self.stopped and self._left:
                left, data = self._left.epoch, self._left.to_bytes()
                retry_while_busy(lambda: self._lease.keep_checkpoint(left, data))

    def _is_due(self, checkpoint: Checkpoint) -> bool:
        """Whether to store it now: a large one not at once after another one.

        Short epochs of a large network would take longer to store than to train. Of a process that
        is killed, the seconds since its last checkpoint are trained again.
        """
        size = sum(each.nbytes for each in (*checkpoint.model, *checkpoint.optimizer))
        return size <= LARGE or time.monotonic() - self._stored >= LARGE_EVERY

    def _epoch_of(self, number: int, logs: Mapping[str, float], seconds: float) -> Epoch:
        rate = float(self.model.optimizer.learning_rate)
        watched = self._watched()
        return Epoch.from_logs(number, logs, learning_rate=rate, seconds=seconds, watched=watched)

    def _first_layer(self) -> bytes:
        return pack({"weights": first_layer(self.model.variables)})

    def _seconds(self) -> float:
        """Return how long the epoch has been training, without waiting."""
        return time.monotonic() - self._started - (self._pacing.waited - self._waited)

    def _done(self) -> int:
        """Return the number of batches so far, over all epochs."""
        return (self._epoch - 1) * int(self.params["steps"]) + self._batch

    def _obey(self) -> None:
        """Change the learning rate, or stop, if asked to."""
        orders = self._heartbeat.orders()
        if orders.learning_rate is not None and orders.learning_rate != self._rate:
            self._set_rate(orders.learning_rate)
        if self._pacing.stops(orders):
            self.stopped = self.model.stop_training = True

    def _set_rate(self, rate: float) -> None:
        """Train with a new learning rate, and note from which batch on, if it is another one."""
        old = float(self.model.optimizer.learning_rate)
        self._rate = rate
        self.model.optimizer.learning_rate.assign(rate)
        if same_rate(old, rate):  # a resumed run's, for instance
            return
        new = NewRate(self._epoch - 1 + self._batch / self.params["steps"], old, rate)
        of_epoch = [*self._new_rates[1], new] if self._new_rates[0] == self._epoch else [new]
        self._new_rates = self._epoch, of_epoch
        packed = pack_new_rates(of_epoch)
        retry_while_busy(lambda: self._lease.keep_new_rates(self._epoch, packed))

    def _note(self, logs: Mapping[str, Any], slow: bool = False) -> None:
        place = self._epoch, self._batch
        if place == self._last:  # in slow motion, it is recorded already
            return
        loss, accuracy = float(logs["loss"]), float(logs["accuracy"])
        if math.isfinite(loss):  # otherwise the divergence guard is about to end the training
            self._points.append(Point(*place, loss, accuracy, self._seconds(), slow))
        self._noted, self._last = time.monotonic(), place
        with suppress(StoreProblem):  # the points are then kept for the next time
            self._write()

    def _write(self) -> None:
        self._lease.note(self._points)
        self._points = []

    def _watched(self) -> tuple[float, ...] | None:
        image = self._heartbeat.orders().watched
        if image is None:
            return None
        said = np.asarray(self.model(image[np.newaxis], training=False))[0]
        if not np.isfinite(said).all():
            return None
        return tuple(round(float(share), 6) for share in said)
