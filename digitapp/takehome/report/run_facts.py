"""Gather everything that a report shows about a run; missing parts are None."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import Dataset
from digitapp.errors import UnknownName
from digitapp.evaluation.scores import Score, counted
from digitapp.library import catalogue, models, test_sets
from digitapp.library.stored_networks import StoredNetwork, stored_network
from digitapp.runs import Run, RunStore, stored_arrays
from digitapp.runs.records import MODEL, RESUMED
from digitapp.training.guess import Guess
from digitapp.training.history import Epoch, Point, trained
from digitapp.training.moments import NewRate


@dataclass(frozen=True)
class Facts:
    """A run and everything that belongs to it.

    Attributes:
        history: its epochs, after epoch 0 if the untrained network's scores are known.
        network: that it has left; None if there is none.
        answers: probabilities for the test images, float32 (n, classes); None if unknown.
        tested: the dataset with those test images; None if it is missing or has changed.
        pauses: when they began, in epochs.
        new_rates: its learning rates set by hand.
        resumed: the epochs after which it was resumed.
        guess: the curve that was drawn before it; None if there is none, or it is damaged.
    """

    run: Run
    class_names: tuple[str, ...]
    history: list[Epoch]
    points: list[Point]
    network: StoredNetwork | None
    answers: NDArray[np.float32] | None
    tested: Dataset | None
    pauses: list[float]
    new_rates: list[NewRate]
    resumed: list[int]
    guess: Guess | None

    @property
    def epochs(self) -> list[Epoch]:
        """Its finished epochs, counted from 1."""
        return trained(self.history)

    @property
    def file(self) -> str:
        """The name of the network's exported file."""
        return f"run-{self.run.id}.keras"

    @cached_property
    def score(self) -> Score | None:
        """Score on the test images; None if the answers or the images are missing."""
        if self.answers is None or self.tested is None:
            return None
        return counted(self.answers, self.tested.y_test.astype(np.int64))


def gather(store: RunStore, run: Run) -> Facts:
    """Load everything that the store has about a run.

    Raises:
        BadFile: if some of it is damaged.
        StoreProblem: if the store fails.
    """
    names = _class_names(store, run)
    found = test_sets.answers(store, run.id)
    return Facts(
        run=run,
        class_names=names,
        history=store.epochs(run.id, since=0),
        points=store.points(run.id),
        network=stored_network(store, run) if store.blob(run.id, MODEL) else None,
        answers=found.probabilities if found else None,
        tested=_tested(store, run, names, found) if found else None,
        pauses=stored_arrays.pauses(store, run.id),
        new_rates=stored_arrays.new_rates(store, run.id),
        resumed=store.blob_epochs(run.id, RESUMED),
        guess=stored_arrays.undamaged_guess(store, run.id),
    )


def _class_names(store: RunStore, run: Run) -> tuple[str, ...]:
    try:
        return models.class_names_of(store, run)
    except UnknownName:  # the run never began, and its base network is gone
        return catalogue.class_names(store, run.spec.dataset)


def _tested(
    store: RunStore, run: Run, names: tuple[str, ...], found: test_sets.Answers
) -> Dataset | None:
    """Return the dataset that the run was tested on, if it is kept, or here and unchanged."""
    if kept := found.tested(run.spec.dataset, names):
        return kept
    data = test_sets.here(store, run.spec.dataset, names, run.fingerprint)
    return data if data and found.belong_to(data) else None
