"""A store in which everything that has a name has a hostile one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.runs import RunStore, corrected_drawings, tables
from digitapp.training import checkpoints
from tests.hostile import MARKUP
from tests.takehome.bundle import run_files

SPEC = replace(run_files.SPEC, dataset="mnist", hidden=(), base="recogniser")
NAMES = (*DIGIT_NAMES, *MARKUP)
TESTED = 50  # images in the toy's test split
EVERYTHING = "\n".join(MARKUP)  # each at the start of a line, where some take effect
OF_EVERYTHING = len(MARKUP) + 2  # the run that `add_everything` adds


def filled(store: RunStore, tested: int = TESTED) -> None:
    """Add runs with hostile classes, names, notes and tags, and corrections.

    Each network reads everything as another of the classes. The last run is only queued, with a
    dataset and a base that do not exist.
    """
    for place, name in enumerate(MARKUP):
        label = len(DIGIT_NAMES) + place
        learned = _learned(NAMES, [label] * tested, label, (label + 1) % len(NAMES))
        more = {"name": name, "note": f"{name}\n\n{name}", **learned}
        run = run_files.added(store, replace(SPEC, batch_size=20 + place), NAMES, **more)
        store.tag(run.id, [name[:30], "common"])
        corrected_drawings.add(store, np.eye(28, dtype=np.float32), place % 10, name, name)
    nowhere = replace(run_files.SPEC, dataset=MARKUP[0], base=MARKUP[1])
    store.annotate(store.create(nowhere, "", MARKUP[2]), MARKUP[3])


def add_everything(store: RunStore, tested: int = TESTED) -> None:
    """Add a run that has all hostile texts in its name, note and tags, and one that is only queued.

    The first one's network reads a drawing as a class named with all hostile texts, and the test
    images as one hostile class after another. The queued run's dataset and base do not exist.
    """
    names = (*NAMES, EVERYTHING)
    hostile = range(len(DIGIT_NAMES), len(names))
    labels = [hostile[image % len(hostile)] for image in range(tested)]
    more = {"note": "\n\n".join(MARKUP), **_learned(names, labels, hostile[-1], hostile[0])}
    one = run_files.added(store, replace(SPEC, batch_size=10), names, **more).id
    other = store.create(replace(run_files.SPEC, dataset=EVERYTHING, base=EVERYTHING), "", "")
    store.annotate(other, EVERYTHING)
    # Names longer and tags more numerous than the app allows.
    with store.database.begin() as connection:
        both = tables.runs.update().where(tables.runs.c.id.in_((one, other)))
        connection.execute(both.values(name=EVERYTHING, tags=json.dumps(MARKUP)))


def _learned(
    names: Sequence[str], labels: Sequence[int], first: int, second: int
) -> dict[str, object]:
    """Return the stored results of a network that reads any drawing as one of two classes.

    Args:
        labels: the class it read each test image as.
    """
    weights, bias = np.zeros((784, len(names)), np.float32), np.zeros(len(names), np.float32)
    bias[first], bias[second] = 3, 2.5
    shares = np.full((len(labels), len(names)), 0.5 / len(names), np.float32)
    shares[np.arange(len(labels)), labels] += 0.5
    return {
        "model": checkpoints.pack_model([weights, bias]),
        "parameters": weights.size + bias.size,
        "test": checkpoints.pack({"probabilities": shares}),
    }
