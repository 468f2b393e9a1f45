"""Training as lines in a terminal."""

from __future__ import annotations

import sys
import time
from typing import Any

import keras


class EpochLines(keras.callbacks.Callback):
    """Prints a line an epoch, as Keras users know it.

    Args:
        epochs: how many there will be.
    """

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.epochs = epochs
        self._started = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Print the epoch's metrics."""
        seconds = time.perf_counter() - self._started
        metrics = " - ".join(f"{name}: {value:.4f}" for name, value in (logs or {}).items())
        line = f"Epoch {epoch + 1}/{self.epochs} - {seconds:.1f} s - {metrics}"
        print(line, file=sys.stderr, flush=True)
