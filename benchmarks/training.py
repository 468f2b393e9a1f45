"""Time of one epoch of a preset: our training compared with plain `model.fit` on arrays."""

from __future__ import annotations

import statistics
import time
from importlib.metadata import version
from typing import Any

import keras
import numpy as np

from benchmarks import torch_epochs
from digitapp.data.datasets import Dataset
from digitapp.training.architectures import build
from digitapp.training.batching import as_input
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import compile_model, is_compiled, train

EPOCHS = 4
IMAGES = 60_000
SPECS = {
    "dense-128": PRESETS["dense-128"],
    "dense-512": PRESETS["dense-512"],
    "simple CNN": TrainingSpec(architecture="simple-cnn", validation_split=0, batch_size=128),
}


class Clock(keras.callbacks.Callback):
    """Record the duration of each epoch."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.seconds.append(time.perf_counter() - self._started)

    @property
    def median(self) -> float:
        """The median without the first epoch, in which everything is compiled."""
        return statistics.median(self.seconds[1:])


def made_up(images: int) -> Dataset:
    """Return random images: the duration of an epoch does not depend on their content."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (images, 28, 28), dtype=np.uint8)
    y = rng.integers(0, 10, images, dtype=np.uint8)
    return Dataset("made up", tuple("0123456789"), x, y, x[:1000], y[:1000])


def plain(spec: TrainingSpec, data: Dataset) -> float:
    """Return seconds per epoch of Keras's `fit` on arrays, with default settings."""
    model = build(spec)
    compile_model(model, spec, len(data.x_train))
    model.compile(optimizer=model.optimizer, loss=spec.loss, metrics=["accuracy"])
    one_hot = spec.loss == "categorical_crossentropy"
    targets = np.eye(10, dtype=np.float32)[data.y_train] if one_hot else data.y_train
    clock, x = Clock(), as_input(data.x_train)
    model.fit(x, targets, batch_size=spec.batch_size, epochs=EPOCHS, verbose=0, callbacks=[clock])
    return clock.median


def ours(spec: TrainingSpec, data: Dataset) -> float:
    """Return seconds per epoch of `digitapp.training.trainer.train`."""
    clock = Clock()
    train(spec, data, [clock])
    return clock.median


def report() -> list[str]:
    """Return rows of a Markdown table."""
    data, rows = made_up(IMAGES), []
    for name, preset in SPECS.items():
        spec = preset.changed({"epochs": EPOCHS})
        how = "compiled" if is_compiled(spec) else "Keras's own steps"
        mine = ours(spec, data)
        rows.append(_row(f"an epoch of {name} ({how}), s", mine, plain(spec, data)))
        if torch_epochs.installed():
            other = torch_epochs.seconds(spec, data)
            rows.append(_row(f"the same, compared with PyTorch {version('torch')}, s", mine, other))
    return rows


def _row(name: str, mine: float, other: float) -> str:
    return f"| {name} | {mine:.3g} | {other:.3g} | {mine / other:.2f} |"
