"""A store in which everything that can be named has a hostile name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from digitapp import checkpoints
from digitapp.datasets import DIGIT_NAMES
from digitapp.runs import RunStore, handwriting
from tests.bundles import made
from tests.hostile import MARKUP

SPEC = replace(made.SPEC, dataset="mnist", hidden=(), base="recogniser")
NAMES = (*DIGIT_NAMES, *MARKUP)
TESTED = 50  # images in the toy's test part


def filled(store: RunStore, tested: int = TESTED) -> None:
    """Runs with networks whose classes, names, notes and tags are hostile, and corrections.

    Each network reads everything as another of the classes. The last run is only waiting, with a
    dataset and a base that are nowhere.
    """
    for place, name in enumerate(MARKUP):
        model, test = _reading(len(DIGIT_NAMES) + place, tested)
        more = {"name": name, "note": f"{name}\n\n{name}", "model": model, "test": test}
        run = made.added(store, replace(SPEC, batch_size=20 + place), NAMES, **more)
        store.tag(run.id, [name[:30], "common"])
        handwriting.add(store, np.eye(28, dtype=np.float32), place % 10, name, name)
    nowhere = replace(made.SPEC, dataset=MARKUP[0], base=MARKUP[1])
    store.annotate(store.create(nowhere, "", MARKUP[2]), MARKUP[3])


def _reading(label: int, tested: int) -> tuple[bytes, bytes]:
    """The weights of a network that reads everything as this class, and what it read so."""
    bias = np.zeros(len(NAMES), np.float32)
    bias[label], bias[(label + 1) % len(NAMES)] = 3, 2.5
    model = made.learned(SPEC, len(NAMES))
    model.layers[-1].set_weights([np.zeros((784, len(NAMES)), np.float32), bias])
    shares = np.full((tested, len(NAMES)), 0.5 / len(NAMES), np.float32)
    shares[:, label] += 0.5
    weights = checkpoints.pack(checkpoints.numbered("model", model.variables))
    return weights, checkpoints.pack({"probabilities": shares})
