"""How far the runs of an experiment are together, and about how long they still take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitapp.runs.records import Run

BESIDE_EPOCHS = 3.0  # seconds a run takes to begin, and to read the test images at its end; about
ROUNDED = 5.0  # seconds


class Progress(NamedTuple):
    """How far runs are that train one after the other.

    Attributes:
        share: of all their epochs, 0 to 1.
        place: of the run that trains, counted from 1.
        total: number of runs.
        left: seconds that they still take, rounded up to the next five; None before an epoch tells.
    """

    share: float
    place: int
    total: int
    left: float | None


def progress(runs: Sequence[Run | None]) -> Progress:
    """Return how far runs are, in their order; a deleted one is None, and takes no more time."""
    found = [run for run in runs if run]
    planned = sum(run.spec.epochs for run in found)
    to_come = sum(run.spec.epochs - run.epoch for run in found if run.active)
    over = sum(not run.active for run in found)
    trained, seconds = sum(run.epoch for run in found), sum(run.seconds for run in found)
    left = None
    if trained:
        alone = sum(run.active and not run.epoch for run in found)
        left = to_come * seconds / trained + alone * BESIDE_EPOCHS
        left = max(-(-left // ROUNDED), 1) * ROUNDED
    share = 1 - to_come / planned if planned else 1.0
    return Progress(share, min(over + 1, len(found)), len(found), left)
