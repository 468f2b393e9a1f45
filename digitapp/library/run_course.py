"""The course of a stored run, for the sentences about it."""

from __future__ import annotations

from collections.abc import Sequence

from digitapp.errors import UnknownName
from digitapp.library import dataset_sizes, models
from digitapp.runs import Run, RunStore
from digitapp.runs.records import DONE
from digitapp.training.course import Course
from digitapp.training.history import Epoch, trained

UNKNOWN_COUNT = 10  # as of digits


def course(store: RunStore, run: Run, history: Sequence[Epoch]) -> Course:
    """Return the course of a run.

    Args:
        history: its epochs, after epoch 0 if that is known.

    Raises:
        StoreProblem: when the database fails.
    """
    return Course(
        run.spec,
        trained(history),
        next((epoch for epoch in history if not epoch.number), None),
        classes=class_count(store, run),
        images=run.images,
        held_back=dataset_sizes.held_back(store, run.spec),
        finished=run.status == DONE,
    )


def class_count(store: RunStore, run: Run) -> int:
    """Return a network's number of classes: ten, if that of its base network is gone.

    Raises:
        StoreProblem: when the database fails.
    """
    try:
        return len(models.class_names_of(store, run))
    except UnknownName:
        return UNKNOWN_COUNT
