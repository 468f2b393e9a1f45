"""How far the runs of an experiment are together, and about how long they still take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitapp.runs.records import RUNNING, Run

BESIDE_EPOCHS = 3.0  # seconds a run takes to begin, and to read the test images at its end; about
ROUNDED = 5.0  # seconds


class Progress(NamedTuple):
    """How far runs are that train one after the other, or side by side.

    Attributes:
        share: of all their batches, 0 to 1.
        over: number of runs that train no more.
        training: number of runs that train now.
        total: number of runs.
        left: seconds that they still take, rounded up to the next five; None before an epoch tells.
    """

    share: float
    over: int
    training: int
    total: int
    left: float | None


def progress(runs: Sequence[Run | None]) -> Progress:
    """Return how far runs are, in their order; a deleted one is None, and takes no more time."""
    found = [run for run in runs if run]
    planned = sum(run.spec.epochs * _batches(run) for run in found)
    to_come = sum(_to_come(run) for run in found)
    training = sum(run.status == RUNNING for run in found)
    over = sum(not run.active for run in found)
    share = 1 - to_come / planned if planned else 1.0
    return Progress(share, over, training, len(found), _left(found, max(training, 1)))


def _left(runs: Sequence[Run], at_once: int) -> float | None:
    """Return the seconds that runs still take if so many of them train side by side.

    A run that has trained an epoch goes on at its own pace; one that has not is expected to take as
    long for a batch as the others did.
    """
    trained = sum(run.epoch * _batches(run) for run in runs)
    if not trained:
        return None
    seconds_each = sum(run.seconds for run in runs) / trained
    each = [
        _to_come(run) * run.seconds / (run.epoch * _batches(run))
        if run.epoch
        else _to_come(run) * seconds_each + BESIDE_EPOCHS
        for run in runs
        if run.active
    ]
    left = max(sum(each) / at_once, *each, 0.0)
    return max(-(-left // ROUNDED), 1) * ROUNDED


def _to_come(run: Run) -> int:
    """Return the number of batches that a run has still to train on."""
    return (run.spec.epochs - run.epoch) * _batches(run) if run.active else 0


def _batches(run: Run) -> int:
    """Return a run's batches in an epoch: before it has begun, those of the images asked for."""
    return run.batches or -(-(run.spec.train_size or 1) // run.spec.batch_size)
