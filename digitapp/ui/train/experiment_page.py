"""An experiment: what to watch for, its runs in one figure while they train, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from digitapp import figures
from digitapp.errors import UnknownName, Unreadable
from digitapp.library import experiment_outcomes
from digitapp.runs import Run
from digitapp.runs.records import DONE, PAUSED, QUEUED, RUNNING, STOP
from digitapp.text.escaping import markdown
from digitapp.text.percent import counted_percent
from digitapp.text.templates import render
from digitapp.training.experiments import Experiment, came_of_it, experiment
from digitapp.training.history import Epoch
from digitapp.ui.shared.address import address_problems
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.messages import (
    busy_shown,
    errors_kept,
    errors_shown,
    kept_error,
    say_if_busy,
)
from digitapp.ui.shared.resources import store
from digitapp.ui.train import (
    experiment_address,
    experiment_cards,
    experiment_next,
    live_progress,
    phase_words,
    presenting,
)
from digitapp.ui.train.experiment_address import Wanted
from digitapp.ui.train.experiment_next import Pages
from digitapp.ui.train.keys import KEYS
from digitapp.ui.train.run_controls import made_ready, queue_looked_after

UPDATED_EVERY = 0.4  # seconds
HIGH = "clamp(190px, 30vh, 440px)"  # of a figure: what came of it has room below
NO_VALUE = "\N{EN DASH}"
DASHED = "Solid lines: validation, images that were held back. Dashed: training, its own images."
NONE_LEFT = "None of the runs in the address is a part of this experiment, or there any more."


class Value(NamedTuple):
    """The latest accuracy of a variant's run, in large figures, and its state in words."""

    label: str
    colour: str
    sign: str
    share: str
    state: str


def experiment_page(wanted: Wanted, pages: Pages) -> None:
    """Show an experiment.

    Raises:
        UnknownName: when there is none of that name.
        StoreProblem: when the store fails.
    """
    with st.container(horizontal=True, key="leads-on"):
        back = st.button(
            "New training", icon=":material/arrow_back:", key="new", shortcut=KEYS["new"]
        )
        presenting.buttons()
    if back:
        experiment_address.leave()
        st.rerun()
    address_problems("train", experiment_address.EXPERIMENT, experiment_address.RUNS, "show")
    found = experiment(wanted.name)
    st.markdown(f"# {markdown(found.title)}")
    st.html(render("ui/train/experiment_watch.html.j2", watch=_unbroken(found.watch)))
    if wanted.problem:
        st.warning(markdown(wanted.problem))
    runs = _runs(found, wanted.runs)
    if not any(runs):
        if wanted.runs:
            st.warning(NONE_LEFT)
        _start(wanted.name)
        return
    live_progress.steady()
    if _goes_on(runs):
        st.fragment(_live, run_every=UPDATED_EVERY)(found, wanted)
    else:
        _shown(found, wanted, runs)
        st.html(
            render(
                "ui/train/experiment_outcome.html.j2",
                sentences=list(map(_unbroken, _outcome(wanted.name, _state(runs)))),
            )
        )
        experiment_next.buttons(wanted.name, runs, pages)
        made_ready()  # to train once more


def _live(found: Experiment, wanted: Wanted) -> None:
    with errors_shown(), busy_shown():
        runs = _runs(found, wanted.runs, told=False)
        if not _goes_on(runs):
            st.rerun()
        _shown(found, wanted, runs)
        if any(run and run.waits for run in runs):
            queue_looked_after()
        _stop_button(runs)
        say_if_busy()


def _runs(found: Experiment, numbers: Sequence[int], told: bool = True) -> list[Run | None]:
    """Return the run of each variant; say which of the runs in the URL cannot be shown.

    Raises:
        StoreProblem: when the store fails.
    """
    known: list[Run] = []
    for number in numbers:
        try:
            run = store().get(number)
        except (UnknownName, Unreadable) as error:
            problem = str(error)
        else:
            known.append(run)
            other = found.variant_of(run.spec) is None
            problem = f"Run {number} has other settings than this experiment." if other else ""
        if problem and told:
            st.warning(markdown(problem))
    return experiment_outcomes.of_variants(found, known)


def _start(name: str) -> None:
    if st.button("Start", type="primary", icon=":material/play_arrow:", key="experiment-start"):
        experiment_address.show(name, experiment_cards.started(name, 0))
        st.rerun()


def _goes_on(runs: Sequence[Run | None]) -> bool:
    return any(run is not None and run.active for run in runs)


def _shown(found: Experiment, wanted: Wanted, runs: Sequence[Run | None]) -> None:
    """Show the runs: their latest values, their states and their curves."""
    values, shown = [], []
    for variant, run, (colour, _, sign) in zip(found.variants, runs, figures.LOOKS, strict=False):
        epochs = store().epochs(run.id, since=0) if run else []
        shown.append(figures.Line(variant.label, epochs))
        values.append(Value(variant.label, colour, sign, _share(run, epochs), _words(run)))
    st.html(render("ui/train/experiment_values.html.j2", values=values))
    revision = f"{wanted.name} {wanted.runs}"
    with st.container(key="curves"):
        for place, metric in zip(st.columns(len(figures.CURVES)), figures.CURVES, strict=True):
            with place:
                figure = figures.experiment_curve(metric, shown, found.epochs, revision)
                chart(figure, f"experiment-{metric}", zoomable=True, height=HIGH)
                if said := figures.experiment_scale(metric, shown).said:
                    st.caption(markdown(said))
        st.caption(DASHED)


def _share(run: Run | None, epochs: Sequence[Epoch]) -> str:
    """Return the accuracy on test images, or until then on validation images, in large figures."""
    if run is None or not epochs:
        return NO_VALUE
    if run.status == DONE:
        return counted_percent(run.test_accuracy)
    last = epochs[-1]
    return counted_percent(last.accuracy if last.val_accuracy is None else last.val_accuracy)


def _words(run: Run | None) -> str:
    """Return the state of a run, and which images the figure above counts."""
    if run is None:
        return "no run"
    if run.status == DONE:
        return f"run {run.id}: done, test images"
    if run.status == QUEUED:
        return f"run {run.id}: {'starting ...' if phase_words.starts(run) else 'waiting'}"
    if run.status in (RUNNING, PAUSED):
        return f"run {run.id}: {_progress(run)}"
    return f"run {run.id}: {run.status} after epoch {run.epoch} of {run.spec.epochs}"


def _progress(run: Run) -> str:
    if run.status == PAUSED:
        return f"paused after epoch {run.epoch} of {run.spec.epochs}"
    if doing := phase_words.doing(run, None):
        return doing.split(". ")[-1]
    return f"epoch {min(run.epoch + 1, run.spec.epochs)} of {run.spec.epochs}"


def _stop_button(runs: Sequence[Run | None]) -> None:
    active = [run for run in runs if run and run.active]
    asked = all(run.request == STOP for run in active)

    @errors_kept("stop all")
    def stop() -> None:
        for run in reversed(active):  # the waiting ones first, so that none of them starts
            store().ask(run.id, STOP)

    st.button(
        "Stopping ..." if asked else "Stop all",
        key="do-stop",
        icon=":material/stop:",
        on_click=stop,
        disabled=asked,
        shortcut=KEYS["stop"],
    )
    kept_error("stop all")


def _unbroken(text: str) -> str:
    """Keep a number and its percent sign in one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _state(runs: Sequence[Run | None]) -> tuple[tuple[int, str, str], ...]:
    """Return a cache key that changes whenever what came of the runs may change."""
    return tuple((run.id, run.status, run.learned) if run else (0, "", "") for run in runs)


@st.cache_data(max_entries=50, show_spinner="Looking at what came of it ...")
def _outcome(name: str, state: tuple[tuple[int, str, str], ...]) -> list[str]:
    """Cached until one of the runs changes, and `state` with it."""
    found = experiment(name)
    runs = [store().get(number) if number else None for number, _, _ in state]
    results = [
        experiment_outcomes.result(store(), found, variant, run)
        for variant, run in zip(found.variants, runs, strict=True)
    ]
    return came_of_it(found, results)
