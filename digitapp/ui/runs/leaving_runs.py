"""The runs that will be deleted because the server is short of space."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from digitapp.runs import Run
from digitapp.text.escaping import markdown

MOST_NAMED = 5


def leaving_runs(runs: Sequence[Run]) -> None:
    """Name those of some runs that will be deleted, and say how to keep them; or show nothing.

    Args:
        runs: newest first.
    """
    leaving = [(run, run.leaving) for run in reversed(runs) if run.leaving is not None]
    if not leaving:
        return
    named = [f"run {run.id:d} ({markdown(run.title)})" for run, _ in leaving[:MOST_NAMED]]
    if len(leaving) > MOST_NAMED:
        named.append(f"{len(leaving) - MOST_NAMED:d} more")
    first = min(when for _, when in leaving)
    moment = markdown(time.strftime("%A, %d %B, at %H:%M", time.localtime(first)))
    st.warning(
        f"The server is short of space. From {moment} on, the oldest runs without a star are "
        f"deleted for good; of yours {_listed(named)}. Give a star to what you want to keep, or "
        "take it home.",
        icon=":material/auto_delete:",
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
