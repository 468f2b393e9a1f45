"""The epochs of several runs, for figures of all of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.runs import Run
from digitapp.training.history import Epoch
from digitapp.ui.shared.resources import store


def histories(runs: Sequence[Run]) -> dict[int, list[Epoch]]:
    """Return the epochs of runs, by run, with epoch 0 if it is known; say which cannot be read.

    Raises:
        StoreProblem: when the store fails.
    """
    found = store().epochs_of([run.id for run in runs], since=0)
    unread = [f"{run.id:d}" for run in runs if run.epoch and run.id not in found]
    if unread:
        st.warning(f"No curves, because the epochs cannot be read: run {', '.join(unread)}.")
    return found
