"""The names of the classes of the network that is shown, read once from the store."""

from __future__ import annotations

from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.library import models
from digitapp.reading.refusals import NONE_OF_THESE
from digitapp.runs import Run
from digitapp.ui.shared import caching
from digitapp.ui.shared.resources import store


def class_names(run: Run) -> tuple[str, ...]:
    """Return the names of the classes of a run's network.

    Raises:
        UnknownName, StoreProblem: as `models.class_names_of`.
    """
    return _class_names(run.id, run.batches)


def spoken_class_names(run: Run) -> tuple[str, ...]:
    """Return the names of its classes as they are shown.

    Raises:
        UnknownName, StoreProblem: as `class_names`.
    """
    return tuple(NONE_OF_THESE if name == NOT_A_DIGIT else name for name in class_names(run))


@caching.data(max_entries=100, show_spinner=False)
def _class_names(run: int, batches: int) -> tuple[str, ...]:
    """Cached until the run begins, and `batches` is known."""
    return models.class_names_of(store(), store().get(run))
