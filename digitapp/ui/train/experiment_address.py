"""The experiment in the URL of the Train page, such as `?experiment=learning-rate&runs=4,5,6`.

`next` beside them keeps the settings that were being set up before, where *New training* leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from digitapp.ui.shared.address import go, run_number
from digitapp.ui.shared.session import SHOWN_EXPERIMENT, SHOWN_RUN
from digitapp.ui.train import kept_address, sidebar

EXPERIMENT, RUNS, RUN = "experiment", "runs", "run"
MOST_RUNS = 20


@dataclass(frozen=True)
class Wanted:
    """An experiment to show.

    Attributes:
        name: as it is in the URL; perhaps of no experiment.
        runs: the ids of its runs; empty if it was not started yet.
        problem: what is wrong with the runs in the URL, as a sentence.
    """

    name: str
    runs: tuple[int, ...]
    problem: str = ""


def wanted() -> Wanted | None:
    """Return the experiment that the URL asks for; None if it asks for none."""
    if RUN in st.query_params or EXPERIMENT not in st.query_params:
        SHOWN_EXPERIMENT.pop()
        return None
    name, text = st.query_params[EXPERIMENT], st.query_params.get(RUNS, "")
    found = read(name, text)
    SHOWN_RUN.set(None)
    SHOWN_EXPERIMENT.set((name, found.runs))
    return found


def read(name: str, text: str) -> Wanted:
    """Return the experiment with its runs, given as text such as `4,5,6`."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    numbers = tuple(dict.fromkeys(n for part in parts if (n := run_number(part)) is not None))
    wrong = [part for part in parts if run_number(part) is None]
    problem = ""
    if wrong:
        problem = (
            f"runs is {text!r}; it must be the numbers of runs with commas between them, such as "
            "4,5,6."
        )
    elif len(numbers) > MOST_RUNS:
        problem = f"runs names {len(numbers)} runs; the first {MOST_RUNS} are used."
    return Wanted(name, numbers[:MOST_RUNS], problem)


def show(name: str, runs: Sequence[int]) -> NoReturn:
    """Show an experiment from now on: the page is run again."""
    SHOWN_EXPERIMENT.set((name, tuple(runs)))
    SHOWN_RUN.set(None)
    go({**in_address(name, runs), **kept_address.in_address()})


def in_address(name: str, runs: Sequence[int]) -> dict[str, str]:
    """Return the query parameters that name an experiment and its runs, and the next settings."""
    numbers = {RUNS: ",".join(map(str, runs))} if runs else {}
    return {EXPERIMENT: name, **numbers, **sidebar.next_in_address()}


def leave(run: int | None = None) -> NoReturn:
    """Show the settings of a new run, or a run, instead of an experiment: the page is run again."""
    SHOWN_EXPERIMENT.pop()
    sidebar.open_run(run)
