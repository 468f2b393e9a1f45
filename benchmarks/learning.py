"""Test accuracy of compiled training, compared with plain `fit`: `python -m benchmarks.learning`.

Prints means over five seeds of the test accuracy on MNIST, in percent.
"""

from __future__ import annotations

import statistics

import numpy as np
import tensorflow as tf

from digitapp.data.datasets import Dataset, load
from digitapp.training.architectures import build
from digitapp.training.batching import as_input
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import make_optimizer, train

SEEDS = range(5)


def plain(spec: TrainingSpec, data: Dataset) -> float:
    """Return the test accuracy, 0 to 1, after Keras's `fit` on arrays, with its own shuffling."""
    model = build(spec)
    tf.random.set_seed(None)  # with a seed, `fit` uses the same order in every epoch
    optimizer = make_optimizer(spec.optimizer, spec.learning_rate, spec.momentum)
    model.compile(optimizer=optimizer, loss=spec.loss, metrics=["accuracy"])
    one_hot = spec.loss == "categorical_crossentropy"
    y, y_test = (
        np.eye(10, dtype=np.float32)[labels] if one_hot else labels
        for labels in (data.y_train, data.y_test)
    )
    x, x_test = as_input(data.x_train), as_input(data.x_test)
    model.fit(x, y, batch_size=spec.batch_size, epochs=spec.epochs, verbose=0)
    return float(model.evaluate(x_test, y_test, verbose=0, return_dict=True)["accuracy"])


def row(name: str) -> str:
    """Return the table row of a preset."""
    data = load("mnist")
    specs = [PRESETS[name].changed({"seed": seed}) for seed in SEEDS]
    fast = [100 * train(spec, data).test_accuracy for spec in specs]
    slow = [100 * plain(spec, data) for spec in specs]
    gap = statistics.mean(fast) - statistics.mean(slow)
    return f"| `{name}` | {_summary(fast)} | {_summary(slow)} | {gap:+.3f} |"


def _summary(values: list[float]) -> str:
    return f"{statistics.mean(values):.3f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    print("| preset | compiled | plain `fit` | difference |\n| --- | --- | --- | --- |")
    for preset in ("dense-128", "dense-512"):
        print(row(preset), flush=True)
