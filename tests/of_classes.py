"""Datasets of two, three and twenty-six classes, and a store of runs trained on them."""

import string
from pathlib import Path

import numpy as np
import pytest

from digitapp.data.datasets import DATASETS, Arrays, Source
from digitapp.jobs import worker
from digitapp.runs import RunStore
from tests.tiny_runs import TINY

LONG = "as long as the name of a class may be, !"  # 40 characters, as in an imported run
NAMES = {
    "answers": ("yes", "no"),
    "creatures": ("<script>alert(1)</script>", "狐 🦊 _ü_ $x$ :joy:", LONG),
    "letters": tuple(string.ascii_uppercase),
}
RUNS = {name: number for number, name in enumerate(NAMES, 1)}  # the run trained on each dataset
PER_CLASS = 8, 2  # images for training, and for the test
SEEN = {name: len(names) * PER_CLASS[1] for name, names in NAMES.items()}  # images of the test


def registered(patched: pytest.MonkeyPatch) -> None:
    """Enter the datasets into the registry, as a developer would add some."""
    for name, names in NAMES.items():
        patched.setitem(DATASETS, name, _source(name.title(), names))


def _source(title: str, names: tuple[str, ...]) -> Source:
    sizes = len(names) * PER_CLASS[0], len(names) * PER_CLASS[1]
    return Source(
        title=title,
        about="For the tests.",
        class_names=names,
        preparation="mnist",
        read=lambda folder: _arrays(len(names)),
        count=lambda folder: sizes,
    )


def trained(file: Path) -> None:
    """Train a network on each dataset, watching a digit, into a store in this file."""
    with pytest.MonkeyPatch.context() as patched:
        registered(patched)
        store, watched = RunStore(f"sqlite:///{file}"), _images(np.zeros(1, np.uint8))[0] / 255
        for name, number in RUNS.items():
            spec = TINY.changed({"dataset": name, "batch_size": 4, "validation_split": 4})
            run = store.create(spec, name=f"On {name}", watched=watched.astype(np.float32))
            assert run == number
            assert worker.execute(store, run).status == "done"


def _arrays(classes: int) -> Arrays:
    train, test = (np.tile(np.arange(classes, dtype=np.uint8), times) for times in PER_CLASS)
    return _images(train), train, _images(test), test


def _images(labels: np.ndarray) -> np.ndarray:
    """Each class has its own bright patch on a noisy background."""
    rng = np.random.default_rng(len(labels))
    images = rng.integers(0, 60, (len(labels), 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        top, left = 2 + 4 * (label // 6), 2 + 4 * (label % 6)
        image[top : top + 4, left : left + 4] = 220
    return images
