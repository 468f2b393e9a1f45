"""Ticked runs, kept in the session and in the URL of the Runs page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.ui.shared.address import parameters, run_number, tell
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import TICKED_RUNS

ADDRESS = "runs"
MOST_IN_ADDRESS = 100


def read_ticks() -> None:
    """Tick the runs named in the page's URL, if none were ticked in this visit.

    Raises:
        StoreProblem: when the store fails.
    """
    if TICKED_RUNS.is_set:
        return
    texts = [text for text in ",".join(parameters().get(ADDRESS, [])).split(",") if text]
    known = {run.id for run in store().all()} if texts else set()
    found, problems = [], []
    for text in texts:
        number = run_number(text)
        if number in known:
            found.append(number)
        elif number is None:
            problems.append(f"runs names {text!r}; it must list run numbers, such as 3,5.")
        else:
            problems.append(f"There is no run {number}.")
    choose(found)
    if problems:
        tell("runs", problems)


def chosen_ids() -> list[int]:
    """Return the ids of the ticked runs, in order of ticking."""
    return list(TICKED_RUNS.get())


def tick(run: int) -> None:
    """Tick a run, or untick it if it is ticked."""
    chosen = chosen_ids()
    if run in chosen:
        forget(run)
    else:
        choose([*chosen, run])


def forget(run: int) -> None:
    """Untick a run."""
    choose([number for number in chosen_ids() if number != run])


def choose(runs: Sequence[int]) -> None:
    """Tick exactly these runs, each once."""
    TICKED_RUNS.set(list(dict.fromkeys(runs)))


def write_address() -> None:
    """Put the ticked runs into the page's URL, so that it can be shared."""
    wanted = ",".join(map(str, chosen_ids()[:MOST_IN_ADDRESS]))
    if st.query_params.get(ADDRESS, "") != wanted:
        st.query_params.from_dict({ADDRESS: wanted} if wanted else {})
