"""What to do next after an experiment, as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from digitapp.evaluation.experiment_checks import TILT
from digitapp.library import models
from digitapp.runs import Run
from digitapp.runs.records import DONE
from digitapp.text.escaping import markdown
from digitapp.training.experiments import CERTAINTY, TURNED, experiment
from digitapp.ui.shared import networks
from digitapp.ui.shared.kept_presses import noted, pressed
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.session import LAST_NETWORKS, NETWORKS, SLIDER, TICKED_RUNS
from digitapp.ui.train import experiment_address, experiment_cards
from digitapp.ui.train.keys import KEYS

SEEDS = 2**31


class Pages(NamedTuple):
    """Functions that switch to other pages; None where there is no such page."""

    draw: Callable[[], None]
    runs: Callable[[], None] | None = None
    stress: Callable[[], None] | None = None


def buttons(name: str, runs: Sequence[Run | None], pages: Pages) -> None:
    """Show what can be done with the runs of an experiment that are over."""
    found = experiment(name)
    done = [run for run in runs if run and run.status == DONE]
    with st.container(horizontal=True, key="experiment-next"), errors_shown():
        leads_on = True
        if found.measured == TURNED and len(done) == len(runs) and pages.stress:
            _stress(done, pages.stress)
        elif found.measured == CERTAINTY and runs[0] in done and runs[0]:
            _draw(runs[0], pages.draw)
        else:
            leads_on = False
        for variant, run in zip(found.variants, runs, strict=True):
            if run:
                _open(run, variant.label)
        if len(done) > 1 and pages.runs:
            _compare(done, leads_on, pages.runs)
        _again(name, runs)


def _stress(done: Sequence[Run], to_stress: Callable[[], None]) -> None:
    label = f"Stress test: both networks, tilted by {TILT:g}°"
    if _next_step(label, ":material/rotate_right:", "experiment-stress"):
        NETWORKS.pop()
        LAST_NETWORKS.set([models.of_run(run.id) for run in done])
        SLIDER["rotation"].set(TILT)
        to_stress()


def _draw(clothes: Run, to_draw: Callable[[], None]) -> None:
    label = "Draw a digit for the clothes network"
    if _next_step(label, ":material/draw:", "experiment-draw"):
        networks.read_with_run(clothes.id)
        to_draw()


def _next_step(label: str, icon: str, key: str) -> bool:
    """Show the button of what this experiment leads on to; return whether it was pressed."""
    st.button(label, type="primary", icon=icon, key=key, shortcut=KEYS["next"], on_click=noted(key))
    return pressed(key)


def _open(run: Run, label: str) -> None:
    key = f"experiment-run-{run.id}"
    st.button(f"Run {run.id:d}: {markdown(label)}", key=key, on_click=noted(key))
    if pressed(key):
        experiment_address.leave(run.id)


def _compare(done: Sequence[Run], leads_on: bool, to_runs: Callable[[], None]) -> None:
    label = "Compare on the Runs page"
    shortcut = None if leads_on else KEYS["next"]
    icon, key = ":material/compare_arrows:", "experiment-compare"
    st.button(label, icon=icon, key=key, shortcut=shortcut, on_click=noted(key))
    if pressed(key):
        TICKED_RUNS.set([run.id for run in done])
        to_runs()


def _again(name: str, runs: Sequence[Run | None]) -> None:
    label = "Once more with another seed"
    icon, key = ":material/replay:", "experiment-again"
    st.button(label, icon=icon, key=key, shortcut=KEYS["again"], on_click=noted(key))
    if pressed(key):
        seed = (max((run.spec.seed for run in runs if run), default=-1) + 1) % SEEDS
        experiment_address.show(name, experiment_cards.started(name, seed))
