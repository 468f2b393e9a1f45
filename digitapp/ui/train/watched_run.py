"""The run a browser tab watches; what was read of it is kept in the session."""

from __future__ import annotations

from digitapp.runs import Run
from digitapp.runs.watching import Followed
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import FOLLOWED


def followed(run: Run) -> Followed:
    """Return what has been read of a run, after reading what is new.

    Raises:
        StoreProblem: when the store fails.
    """
    found = FOLLOWED.get()
    if found is None or found.run != run.id:
        found = Followed(store(), run.id)
        FOLLOWED.set(found)
    found.look(run.batches)
    return found
