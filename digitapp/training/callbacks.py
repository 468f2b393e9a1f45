"""Keras callbacks of every training: resumable early stopping, checkpoints, divergence guard."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras

from digitapp.errors import Diverged
from digitapp.training.checkpoints import Checkpoint, EarlyStoppingState, capture

CHECKED_EVERY = 50  # batches: reading the loss waits for the step to end


class ResumableEarlyStopping(keras.callbacks.EarlyStopping):
    """Keras's early stopping, restoring the best weights, resumable from a checkpoint.

    Args:
        patience: epochs without a better validation loss.
        start: its state in the checkpoint, if any.
    """

    def __init__(self, patience: int, start: EarlyStoppingState | None = None) -> None:
        super().__init__(patience=patience, restore_best_weights=True)
        self._start = start

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start afresh, or with the checkpoint's state."""
        super().on_train_begin(logs)
        if self._start:
            self.wait, self.best_epoch = self._start.wait, self._start.best_epoch
            self.best, self.best_weights = self._start.best, self._start.weights

    @property
    def state(self) -> EarlyStoppingState | None:
        """Its state for a checkpoint; None before the first epoch."""
        if self.best is None or self.best_weights is None:
            return None
        return EarlyStoppingState(self.wait, float(self.best), self.best_epoch, self.best_weights)


class Keeper(keras.callbacks.Callback):
    """Makes a checkpoint after every epoch; must be the last callback.

    Args:
        keep: called with each checkpoint.
        early_stopping: the early stopping whose state is included, if there is one.
    """

    def __init__(
        self, keep: Callable[[Checkpoint], None], early_stopping: ResumableEarlyStopping | None
    ) -> None:
        super().__init__()
        self._keep, self._early_stopping = keep, early_stopping

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Make the checkpoint and pass it to `keep`."""
        patience = self._early_stopping.state if self._early_stopping else None
        self._keep(capture(self.model, epoch + 1, patience))


class DivergenceGuard(keras.callbacks.Callback):
    """Ends the training when the loss is not finite, with a message that says what to try."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the epoch's number."""
        self._epoch, self._batch = epoch + 1, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Check the loss now and then."""
        if batch - self._batch >= CHECKED_EVERY:
            self._batch = batch
            self._check(logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Check the epoch's training and validation loss."""
        self._check(logs)

    def _check(self, logs: dict[str, Any] | None) -> None:
        for name in ("loss", "val_loss"):
            value = float((logs or {}).get(name, 0.0))
            check_loss(value, f"in epoch {self._epoch}", self.model)


def check_loss(loss: float, when: str, model: keras.Model) -> None:
    """Reject a loss that is not finite.

    Args:
        when: when it was measured, as it appears in the message.

    Raises:
        Diverged: saying when it happened, and what to try.
    """
    if not math.isfinite(loss):
        became = "NaN (not a number)" if math.isnan(loss) else "infinite"
        raise Diverged(
            f"{Diverged.BEGINS} {became} {when}: the steps were so large that the weights "
            "grew beyond all bounds. Train again with a smaller learning rate "
            f"(it was {float(model.optimizer.learning_rate):g})."
        )
