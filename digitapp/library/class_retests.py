"""Testing the networks of a race again, all with the same images: those of their dataset now.

A class dataset grows while the class trains on it, so each run was tested with other images. This
is done in the background, as in `class_matrix`, and remembered. While the class goes on drawing, it
is not done anew more than once a minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from digitapp.data.datasets import Dataset
from digitapp.errors import DigitappError
from digitapp.library import drawn_datasets, models
from digitapp.library.class_matrix import THREADS
from digitapp.reading.prediction import REFUSED_FROM, Predictor
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import Run, RunStore, drawn_examples

MOST_KEPT, MOST_DATASETS = 5_000, 20  # scores; datasets with the images that were used last
APART = 60.0  # seconds between two tests of the same networks

Key = tuple[str, int, str, str]  # the store's URL, a run, what it has learned, and the dataset's


@dataclass(frozen=True)
class Retested:
    """The share of test images that networks read right, as far as it is known.

    Attributes:
        scores: by run; a network that cannot be read has none.
        waiting: how many networks have not been tested yet.
    """

    scores: Mapping[int, float]
    waiting: int


class Retests:
    """Tests the networks of runs, in the thread of the matrix."""

    def __init__(self) -> None:
        self._scores = RecentlyUsed[Key, float | None](MOST_KEPT)
        self._used = RecentlyUsed[tuple[str, str], tuple[Dataset, str, float]](MOST_DATASETS)
        self._going: set[Key] = set()
        self._access = threading.Lock()

    def images(self, store: RunStore, name: str) -> tuple[Dataset, str]:
        """Return a dataset that is made in the page, and its version: of now, or of just before.

        Raises:
            UnknownName, InvalidSetting, StoreProblem: as `drawn_datasets.dataset`, when there is
                none of that name for who asks, or it has too few examples.
        """
        # Of a dataset that who asks may not read, there are no facts.
        version = drawn_datasets.version(drawn_examples.facts(store, name))
        key = store.database.url, name
        known = self._used.of([key]).get(key)
        now = time.monotonic()
        if known is None or (known[1] != version and now - known[2] >= APART):
            known = drawn_datasets.dataset(store, name), version, now
            self._used.keep({key: known})
        return known[0], known[1]

    def of(self, store: RunStore, runs: Sequence[Run], data: Dataset, version: str) -> Retested:
        """Return what is known, and begin to find out the rest.

        Args:
            store: as who asks sees it; she may read these runs.
            data, version: as `images` returns them.
        """
        about = f"{data.name} {version}"
        keys = {run.id: (store.database.url, run.id, run.learned, about) for run in runs}
        known = self._scores.of(keys.values())
        missing = {run: key for run, key in keys.items() if key not in known}
        for run, key in missing.items():
            self._begin(store, run, key, data)
        scores = {key[1]: score for key, score in known.items() if score is not None}
        return Retested(scores, len(missing))

    def _begin(self, store: RunStore, run: int, key: Key, data: Dataset) -> None:
        with self._access:
            if key in self._going:
                return
            self._going.add(key)
        THREADS.submit(self._find_out, store, run, key, data)

    def _find_out(self, store: RunStore, run: int, key: Key, data: Dataset) -> None:
        try:
            score: float | None = None
            with suppress(DigitappError):  # it has no score then
                score = right_share(models.load(models.of_run(run), store), data)
            self._scores.keep({key: score})
        finally:
            with self._access:
                self._going.discard(key)


def right_share(network: Predictor, data: Dataset) -> float:
    """Return the share of a dataset's test images that a network reads right, 0 to 1.

    An image of a class that the network does not know, or that it refuses, is read wrong.
    """
    found, others = network.answers((data.x_test / 255).astype(np.float32))
    names = [network.class_names[place] for place in found.argmax(axis=1)]
    true = [data.class_names[label] for label in data.y_test]
    right = [
        name == meant and other < REFUSED_FROM
        for name, meant, other in zip(names, true, others, strict=True)
    ]
    return float(np.mean(right)) if right else 0.0


RETESTS = Retests()
