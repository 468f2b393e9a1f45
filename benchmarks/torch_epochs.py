"""The same networks in a plain PyTorch loop, if PyTorch is installed; it is not a dependency."""

from __future__ import annotations

import statistics
import time
from importlib.util import find_spec

import numpy as np

from digitapp.data.datasets import Dataset
from digitapp.training.batching import as_input
from digitapp.training.spec import TrainingSpec

EPOCHS = 4


def installed() -> bool:
    """Return whether PyTorch can be imported."""
    return find_spec("torch") is not None


def seconds(spec: TrainingSpec, data: Dataset) -> float:
    """Return the median seconds per epoch, without the first.

    The data are shuffled tensors in memory; loss and accuracy are accumulated.
    """
    import torch

    model = _network(spec)
    optimizer = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}[spec.optimizer](
        model.parameters(), lr=spec.learning_rate
    )
    x = torch.from_numpy(as_input(data.x_train))
    y = torch.from_numpy(data.y_train.astype(np.int64))
    times = []
    for _ in range(EPOCHS):
        started = time.perf_counter()
        _epoch(model, optimizer, x, y, spec.batch_size)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def _network(spec: TrainingSpec):  # type: ignore[no-untyped-def]
    from torch import nn

    if spec.architecture == "simple-cnn":
        return nn.Sequential(
            nn.Unflatten(1, (1, 28)),
            *(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(800, 64), nn.ReLU(), nn.Linear(64, 10)),
        )
    (width,) = spec.hidden
    return nn.Sequential(nn.Flatten(), nn.Linear(784, width), nn.ReLU(), nn.Linear(width, 10))


def _epoch(model, optimizer, x, y, batch_size: int) -> None:  # type: ignore[no-untyped-def]
    import torch

    total, right = torch.zeros(()), torch.zeros(())
    for places in torch.randperm(len(x)).split(batch_size):
        said, wanted = model(x[places]), y[places]
        loss = torch.nn.functional.cross_entropy(said, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(places)
        right += (said.detach().argmax(1) == wanted).sum()
