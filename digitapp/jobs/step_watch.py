"""Watching what one step of a training does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.explaining.nodes import pictures
from digitapp.training.called_network import answers_and_loss, regularisation
from digitapp.training.phases import Batch
from digitapp.training.step_record import MOST_IMAGES, MOST_MOVED, StepRecord

if TYPE_CHECKING:
    import keras

AT_ONCE = 500  # images


class StepWatch:
    """Sees a network before a step, and tells afterwards what the step did.

    It changes neither weights nor random generators.

    Args:
        model: compiled with the loss of its training.
        batch: of the step.
    """

    def __init__(self, model: keras.Model, batch: Batch) -> None:
        self._model, self._batch = model, batch
        self._layers = [layer for layer in model.layers if layer.trainable_weights]
        self._weights, self._kernel = self._all(), self._first()
        self._said, self._loss = self._answers()

    def record(self) -> StepRecord | None:
        """Return what the step did, once it is done; None when something is not finite."""
        (said, loss), weights = self._answers(), self._all()
        if not np.isfinite([self._loss, loss]).all():
            return None
        before, after = pictures(self._kernel), pictures(self._first())
        change = after - before
        furthest = np.square(change, dtype=np.float64).sum(axis=(1, 2))
        nodes = np.argsort(-furthest, kind="stable")[:MOST_MOVED]
        images, labels = self._batch.images[:MOST_IMAGES], self._batch.labels[:MOST_IMAGES]
        return StepRecord(
            size=len(self._batch.images),
            images=np.round(np.clip(images, 0, 1) * 255).astype(np.uint8),
            labels=labels,
            before=self._said[:MOST_IMAGES],
            after=said[:MOST_IMAGES],
            right=(self._right(self._said), self._right(said)),
            loss=(self._loss, loss),
            moved=_shares(self._weights, weights),
            nodes=nodes,
            weights=before[nodes],
            change=change[nodes],
        )

    def _all(self) -> list[list[NDArray[np.float32]]]:
        """Return copies of all trainable weights, by layer."""
        return [[np.array(each) for each in layer.trainable_weights] for layer in self._layers]

    def _first(self) -> NDArray[np.float32]:
        """Return a copy of the kernel of the first layer that has one."""
        return np.array(self._model.variables[0])

    def _answers(self) -> tuple[NDArray[np.float32], float]:
        """Return the probabilities and the loss, with that of the regularisation."""
        model, batch = self._model, self._batch
        said, loss = answers_and_loss(model, model.loss, batch.images, batch.targets, AT_ONCE)
        return said, loss + regularisation(model)

    def _right(self, said: NDArray[np.float32]) -> int:
        return int((said.argmax(axis=1) == self._batch.labels).sum())


def _shares(
    before: list[list[NDArray[np.float32]]], after: list[list[NDArray[np.float32]]]
) -> NDArray[np.float32]:
    """Return for each layer the length of its weights' change, divided by that of the weights."""
    shares = []
    for old, new in zip(before, after, strict=True):
        flat, changed = (np.concatenate([each.ravel() for each in part]) for part in (old, new))
        length = float(np.linalg.norm(flat))
        shares.append(float(np.linalg.norm(changed - flat)) / length if length else 0.0)
    return np.array(shares, np.float32)
