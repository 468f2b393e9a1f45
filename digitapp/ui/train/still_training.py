"""Ways to what is being trained just now, from where a run is set up, or waits for its turn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from digitapp.errors import StoreProblem
from digitapp.runs import Run, experiments
from digitapp.runs.records import PAUSED, QUEUED, RUNNING
from digitapp.text.escaping import markdown
from digitapp.training.experiments import EXPERIMENTS
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import store
from digitapp.ui.train import experiment_address, sidebar
from digitapp.ui.train.keys import KEYS

UPDATED_EVERY = 2.0  # seconds
STATES = {  # the first one that there is counts
    RUNNING: "is still training",
    PAUSED: "is paused",
    QUEUED: "is waiting for its turn",
}
ENDED = "has ended"


def way_back() -> None:
    """Show a button to what is training, or else paused or waiting, and its state; or nothing.

    Once it is there it stays, so that nothing moves when the run ends. What the store has to
    complain about is said below, where a run is set up.
    """
    with suppress(StoreProblem):
        if found := _first(store().active()):
            st.fragment(_way_back, run_every=UPDATED_EVERY)(found)


def to_those_in_front(runs: Sequence[Run]) -> None:
    """Show a button to each run that others wait for: there it can be paused, or stopped.

    Runs of one experiment have one button, to the experiment.
    """
    places = {run.experiment or str(run.id): run for run in reversed(runs)}
    for place, run in enumerate(places.values()):
        label, key = f"To {_named(run)}", f"to-run-{run.id}"
        shortcut = None if place else KEYS["to_training"]
        if st.button(markdown(label), icon=":material/arrow_forward:", key=key, shortcut=shortcut):
            _open(run)


def in_words(found: Run) -> str:
    """Return what a run, or the experiment that it is a part of, does now, such as `is paused`."""
    now: Run | None = found
    with suppress(StoreProblem):
        now = _first([run for run in store().active() if _together(run, found)])
    named = _named(found)
    return f"{named[0].upper()}{named[1:]} {STATES[now.status] if now else ENDED}"


def _way_back(found: Run) -> None:
    label, icon = markdown(in_words(found)), ":material/arrow_back:"
    if st.button(label, icon=icon, key="back-to-training", shortcut=KEYS["to_training"]):
        with errors_shown():
            _open(found)


def _first(runs: Sequence[Run]) -> Run | None:
    """Return the newest run that is training, or else paused, or else waiting."""
    states = [*STATES]
    return min(runs, key=lambda run: (states.index(run.status), -run.id), default=None)


def _together(run: Run, other: Run) -> bool:
    return run.id == other.id or (run.experiment == other.experiment != "")


def _named(run: Run) -> str:
    """Return what a button leads to: a run, or the experiment that it is a part of."""
    name = experiments.name_of(run)
    return f"“{EXPERIMENTS[name].title}”" if name in EXPERIMENTS else f"run {run.id}"


def _open(run: Run) -> None:
    name = experiments.name_of(run)
    if name not in EXPERIMENTS:
        sidebar.open_run(run.id)
    experiment_address.show(name, experiments.together_with(store(), run))
