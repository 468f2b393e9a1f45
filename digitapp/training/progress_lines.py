"""Keras callback that prints training progress to the terminal."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import Any

import keras

from digitapp.training import keras_log
from digitapp.training.history import Epoch, Point

REDRAWN_EVERY = 0.1  # seconds


class ProgressLines(keras.callbacks.Callback):
    """Prints a line per epoch to standard error, updated during the epoch in a terminal.

    Args:
        epochs: planned number of epochs.
    """

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.epochs = epochs
        self._started = self._drawn = 0.0
        self._live = sys.stderr.isatty()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._started = time.perf_counter()
        self._epoch = epoch + 1
        self._print(keras_log.heading(self._epoch, self.epochs))

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Redraw the line now and then, in a terminal only."""
        now = time.perf_counter()
        if self._live and logs and now - self._drawn > REDRAWN_EVERY:
            self._drawn = now
            metrics = float(logs["loss"]), float(logs["accuracy"])
            point = Point(self._epoch, batch + 1, *metrics, now - self._started)
            self._print(keras_log.running(point, self.params["steps"]), end="")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Print the epoch's metrics."""
        seconds = time.perf_counter() - self._started
        done = Epoch.from_logs(epoch + 1, logs or {}, seconds=seconds)
        self._print(keras_log.finished(done, self.params["steps"]))

    def _print(self, line: str, end: str = "\n") -> None:
        start = "\r\033[K" if self._live else ""
        with suppress(OSError):  # failing to print must not end the training
            print(start + line, end=end, file=sys.stderr, flush=True)
