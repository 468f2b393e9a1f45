"""The run a browser tab watches; what was read of it is kept in the session."""

from __future__ import annotations

import streamlit as st

from digitapp.runs import Run
from digitapp.runs.watching import Followed
from digitapp.ui.shared.resources import store

FOLLOWED = "followed run"


def followed(run: Run) -> Followed:
    """Return what has been read of a run, after reading what is new.

    Raises:
        StoreProblem: when the store fails.
    """
    found: Followed | None = st.session_state.get(FOLLOWED)
    if found is None or found.run != run.id:
        found = st.session_state[FOLLOWED] = Followed(store(), run.id)
    found.look(run.batches)
    return found
