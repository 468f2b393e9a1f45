"""The experiments to choose from, one press each, and those that were started before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from digitapp import backend
from digitapp.jobs import worker
from digitapp.library import experiment_outcomes
from digitapp.runs import Run, experiment_progress, experiments
from digitapp.runs.experiments import Named, Started
from digitapp.text.escaping import markdown
from digitapp.training import keras_log
from digitapp.training.experiments import EXPERIMENTS, experiment
from digitapp.ui.shared.kept_presses import noted, pressed
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import PINNED
from digitapp.ui.train import experiment_address, preview
from digitapp.ui.train.double_click import started_once

NBSP = "\N{NO-BREAK SPACE}"
CARD_WIDTH = 250  # pixels
EARLIER = 8
LEAD = (
    "Each trains two or three networks that differ in one thing, and then says what came of it. "
    "“About” is for a quiet laptop; a busy one takes several times as long."
)


def experiment_cards() -> None:
    """Show a card for each experiment; its button starts all its runs and shows them."""
    st.markdown("## Experiments")
    st.caption(LEAD)
    before: Sequence[Started] = ()
    took: Mapping[str, float] = {}
    with errors_shown():
        before = [each for each in experiments.latest(store(), EARLIER) if each.name in EXPERIMENTS]
        took = _took(before)
    with st.container(horizontal=True, key="experiments"), errors_shown():
        for name, each in EXPERIMENTS.items():
            with st.container(border=True, width=CARD_WIDTH):
                _start_button(name, each.title)
                seconds = f"About {each.seconds}{NBSP}s."
                if name in took:
                    words = keras_log.time_in_words(took[name]).replace(" ", NBSP)
                    seconds = f"The last time it took {words}."
                st.caption(markdown(f"{each.about} {seconds}"))
    with errors_shown():
        _earlier(before)


def started(name: str, seed: int) -> tuple[int, ...]:
    """Create and launch all runs of an experiment; return their ids.

    A double click starts them once.
    """
    found, here, pinned = experiment(name), store(), PINNED.get()
    specs = found.specs(seed)
    for spec in specs:
        preview.check(spec)
    names = [f"{found.title}: {variant.label}" for variant in found.variants]

    def start() -> list[int]:
        runs = experiments.start(here, name, list(map(Named, specs, names)), pinned)
        for run in runs:
            worker.launch(here, run)
        return runs

    return started_once((name, seed), start)


def link_back(run: Run) -> None:
    """Show a button to the experiment that a run is a part of, if it is one."""
    name = experiments.name_of(run)
    if name not in EXPERIMENTS:
        return
    label = f"Experiment: {markdown(EXPERIMENTS[name].title)}"
    icon, key = ":material/science:", "to-experiment"
    st.button(label, icon=icon, key=key, on_click=noted(key))
    if pressed(key):
        experiment_address.show(name, experiments.together_with(store(), run))


def _start_button(name: str, title: str) -> None:
    key = f"experiment-{name}"
    st.button(
        title,
        key=key,
        icon=":material/science:",
        disabled=not backend.can_train(),
        help=None if backend.can_train() else markdown(backend.MISSING),
        width="stretch",
        on_click=noted(key),
    )
    if pressed(key):
        experiment_address.show(name, started(name, 0))


def _took(before: Sequence[Started]) -> dict[str, float]:
    """Return how many seconds each of these experiments took when it was whole, by name.

    Args:
        before: newest first.
    """
    numbers_of_all = [number for each in before for number in each.runs]
    known, heard = store().several(numbers_of_all), experiments.heard(store(), numbers_of_all)
    found: dict[str, float] = {}
    for name, numbers in before:
        runs = [known[number] for number in numbers if number in known]
        of_variants = experiment_outcomes.of_variants(EXPERIMENTS[name], runs)
        if seconds := experiment_progress.took(of_variants, heard):
            found.setdefault(name, seconds)
    return found


def _earlier(found: Sequence[Started]) -> None:
    """Show buttons to the experiments that were started last."""
    if not found:
        return
    st.markdown("**Earlier experiments**")
    with st.container(horizontal=True, key="earlier-experiments"):
        for name, runs in found:
            of = "run" if len(runs) == 1 else "runs"
            label = f"{EXPERIMENTS[name].title}, {of} {', '.join(map(str, runs))}"
            key = f"earlier-experiment-{runs[0]}"
            st.button(markdown(label), key=key, type="tertiary", on_click=noted(key))
            if pressed(key):
                experiment_address.show(name, runs)
