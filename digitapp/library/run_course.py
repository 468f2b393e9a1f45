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
    held_back = dataset_sizes.held_back(store, run.spec)
    return course_of(run, history, class_count(store, run), held_back)


def course_of(run: Run, history: Sequence[Epoch], classes: int, held_back: int | None) -> Course:
    """Return the course of a run of which the numbers are known.

    Args:
        history: as for `course`.
        classes: the network's number of classes.
        held_back: number of validation images; None if unknown.
    """
    return Course(
        run.spec,
        trained(history),
        next((epoch for epoch in history if not epoch.number), None),
        classes=classes,
        images=run.images,
        held_back=held_back,
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
