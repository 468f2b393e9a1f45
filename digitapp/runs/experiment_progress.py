"""How far the runs of an experiment are together, and about how long they still take.

A run's first epoch takes much longer than the others, since TensorFlow prepares the training in it.
It tells how long the next run will take to begin, and how busy the computer is, but nothing about
the epochs to come: these are expected to take as long as those after a first one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from digitapp.runs.records import DONE, RUNNING, Run
from digitapp.training.history import Epoch, trained

# An epoch also checks the validation images and stores the weights, which takes about as long as so
# many batches of a small network; measured with 10, 32, 94, 125 and 157 batches an epoch.
EPOCH_ITSELF = 200
# Beside its epochs, a run fetches images and builds a network, then reads the test images and is
# stored: measured in all, and at its end, in times of its first epoch.
BESIDE_EPOCHS, AT_THE_END = 0.6, 0.3
# From the start of the first run to the end of the last, in times of all their epochs; measured in
# seven experiments: 1.3 to 1.8, one after the other. What takes longer has waited, or paused.
LONGEST = 2.5
RECENT = 10  # epochs; a computer may become busy
ROUNDED = 5.0  # seconds


class Progress(NamedTuple):
    """How far runs are that train one after the other, or side by side.

    Attributes:
        share: of all their batches, 0 to 1.
        current: the place of the first one that is not over, from 1; that of the last if all are.
        over: number of runs that train no more.
        training: number of runs that train now.
        total: number of runs.
        left: seconds that they still take, rounded up to the next five; None before two epochs of
            one of them tell.
    """

    share: float
    current: int
    over: int
    training: int
    total: int
    left: float | None


class Pace(NamedTuple):
    """What the epochs of a run took, in seconds.

    Attributes:
        first: its first epoch.
        batch: a batch of the others, of which an epoch itself is `EPOCH_ITSELF`.
    """

    first: float
    batch: float


def progress(runs: Sequence[Run | None], epochs: Mapping[int, Sequence[Epoch]]) -> Progress:
    """Return how far runs are, in their order; a deleted one is None, and takes no more time.

    Args:
        epochs: the finished ones of each run, by its id.
    """
    found = [run for run in runs if run]
    planned = sum(_batches(run) * (run.spec.epochs if run.active else run.epoch) for run in found)
    to_come = sum(_batches(run) * _epochs_to_come(run) for run in found)
    training = sum(run.status == RUNNING for run in found)
    over = [not run.active for run in found]
    current = min([*over, False].index(False) + 1, len(found))
    share = 1 - to_come / planned if planned else 1.0
    left = _left(found, epochs, max(training, 1))
    return Progress(share, current, sum(over), training, len(found), left)


def took(runs: Sequence[Run | None], heard: Mapping[int, float]) -> float | None:
    """Return how many seconds went by from the start of runs to their end, rounded.

    None unless all are done, at full speed and without waiting for other runs.

    Args:
        heard: when each run was last heard of, by its id, in seconds since 1970.
    """
    done = [run for run in runs if run and run.status == DONE and run.pace is None]
    if not done or len(done) < len(runs) or not all(run.id in heard for run in done):
        return None
    seconds = max(heard[run.id] for run in done) - min(run.created for run in done)
    longest_run, all_runs = max(run.seconds for run in done), sum(run.seconds for run in done)
    return _rounded_up(seconds) if longest_run <= seconds <= LONGEST * all_runs else None


def _left(runs: Sequence[Run], epochs: Mapping[int, Sequence[Epoch]], at_once: int) -> float | None:
    """Return the seconds that runs still take if so many of them train side by side.

    A run goes on at its own pace as soon as that is known, and else at that of the last one before.
    """
    paces = [pace for run in runs if (pace := _pace(run, epochs.get(run.id, ())))]
    if not paces:
        return None
    each = [
        _run_left(run, _pace(run, epochs.get(run.id, ())) or paces[-1])
        for run in runs
        if run.active
    ]
    return _rounded_up(max(sum(each) / at_once, *each, 0.0))


def _rounded_up(seconds: float) -> float:
    return max(-(-seconds // ROUNDED), 1) * ROUNDED


def _pace(run: Run, epochs: Sequence[Epoch]) -> Pace | None:
    first, *others = [each.seconds for each in trained(epochs)] or [0.0]
    if not others:
        return None
    return Pace(first, median(others[-RECENT:]) / (_batches(run) + EPOCH_ITSELF))


def _run_left(run: Run, pace: Pace) -> float:
    epoch = pace.batch * (_batches(run) + EPOCH_ITSELF)
    if run.pace:
        epoch = max(epoch, _batches(run) / run.pace)
    if run.epoch:
        return _epochs_to_come(run) * epoch + AT_THE_END * pace.first
    return (run.spec.epochs - 1) * epoch + (1 + BESIDE_EPOCHS) * pace.first


def _epochs_to_come(run: Run) -> int:
    return run.spec.epochs - run.epoch if run.active else 0


def _batches(run: Run) -> int:
    """Return a run's batches in an epoch: before it has begun, those of the images asked for."""
    return run.batches or -(-(run.spec.train_size or 1) // run.spec.batch_size)
