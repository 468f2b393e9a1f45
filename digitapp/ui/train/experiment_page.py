"""An experiment: what to watch for, its runs in one figure while they train, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from digitapp.errors import StoreProblem, UnknownName, Unreadable
from digitapp.library import experiment_outcomes
from digitapp.runs import Run
from digitapp.runs.records import LOST
from digitapp.text.escaping import markdown
from digitapp.text.templates import render
from digitapp.training.experiments import Experiment, came_of_it, experiment, unexpected
from digitapp.ui.shared import caching
from digitapp.ui.shared.address import address_problems
from digitapp.ui.shared.kept_presses import noted, pressed
from digitapp.ui.shared.messages import (
    busy_shown,
    errors_shown,
    say_if_busy,
)
from digitapp.ui.shared.resources import store
from digitapp.ui.train import (
    experiment_address,
    experiment_board,
    experiment_cards,
    experiment_next,
    experiment_tries,
    kept_address,
    live_progress,
    presenting,
    sidebar,
)
from digitapp.ui.train.experiment_address import Wanted
from digitapp.ui.train.experiment_next import Pages
from digitapp.ui.train.keys import KEYS
from digitapp.ui.train.run_controls import made_ready, queue_looked_after

UPDATED_EVERY, LOOKED_FOR_EVERY = 0.4, 2.0  # seconds; runs that train, and a lost one
NONE_LEFT = "None of the runs in the address is a part of this experiment, or there any more."


def experiment_page(wanted: Wanted, pages: Pages) -> None:
    """Show an experiment.

    Raises:
        UnknownName: when there is none of that name.
        StoreProblem: when the store fails.
    """
    with st.container(horizontal=True, key="leads-on"):
        if presenting.new_training():
            experiment_address.leave()
        presenting.buttons()
    sidebar.set_up_next(st.query_params.get(sidebar.NEXT, ""))
    names = experiment_address.EXPERIMENT, experiment_address.RUNS, sidebar.NEXT
    address_problems("train", *names, *kept_address.NAMES)
    with st.container(key="experiment"):
        _shown(experiment(wanted.name), wanted, pages)


def _shown(found: Experiment, wanted: Wanted, pages: Pages) -> None:
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
        return
    experiment_board.experiment_board(found, runs, _revision(wanted))
    sentences = list(map(_unbroken, _outcome(wanted.name, tuple(runs))))
    with st.spinner("Looking at earlier tries ..."):  # tilted digits are read with their networks
        tries = experiment_tries.tries(found, wanted.name, runs)
    st.html(
        render(
            "ui/train/experiment_outcome.html.j2",
            sentences=sentences,
            unexpected=unexpected(sentences),
            labels=[each.label for each in found.variants],
            tries=tries,
        )
    )
    experiment_next.buttons(wanted.name, runs, pages)
    made_ready()  # to train once more
    if any(run and run.status == LOST for run in runs):
        st.fragment(_comes_back, run_every=LOOKED_FOR_EVERY)(found, wanted)


def _comes_back(found: Experiment, wanted: Wanted) -> None:
    """Show the runs again when one that was lost goes on: perhaps the computer only slept."""
    with suppress(StoreProblem):
        if _goes_on(_runs(found, wanted.runs, told=False)):
            st.rerun()


def _live(found: Experiment, wanted: Wanted) -> None:
    with errors_shown(), busy_shown():
        runs = _runs(found, wanted.runs, told=False)
        if not _goes_on(runs):
            st.rerun()
        experiment_board.experiment_board(found, runs, _revision(wanted))
        if any(run and run.waits for run in runs):
            queue_looked_after()
        say_if_busy()


def _revision(wanted: Wanted) -> str:
    return f"{wanted.name} {wanted.runs}"


def _runs(found: Experiment, numbers: Sequence[int], told: bool = True) -> list[Run | None]:
    """Return the run of each variant; say which of the runs in the URL cannot be shown.

    Raises:
        StoreProblem: when the store fails.
    """
    known = store().several(numbers)
    if told:
        for number in numbers:
            if problem := _problem(found, number, known.get(number)):
                st.warning(markdown(problem))
    return experiment_outcomes.of_variants(found, [known[n] for n in numbers if n in known])


def _problem(found: Experiment, number: int, run: Run | None) -> str:
    """Return why a run in the URL cannot be shown; empty if it can."""
    try:
        run = run or store().get(number)
    except (UnknownName, Unreadable) as error:
        return str(error)
    other = found.variant_of(run.spec) is None
    return f"Run {number} has other settings than this experiment." if other else ""


def _start(name: str) -> None:
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="experiment-start",
        shortcut=KEYS["train"],
        on_click=noted("experiment-start"),
    )
    if pressed("experiment-start"):
        experiment_address.show(name, experiment_cards.started(name, 0))


def _goes_on(runs: Sequence[Run | None]) -> bool:
    return any(run is not None and run.active for run in runs)


def _unbroken(text: str) -> str:
    """Keep a number and its percent sign in one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


@caching.data(max_entries=50, show_spinner="Looking at what came of it ...")
def _outcome(name: str, runs: tuple[Run | None, ...]) -> list[str]:
    """Cached until anything of one of the runs changes, such as why it failed."""
    found = experiment(name)
    results = [
        experiment_outcomes.result(store(), found, variant, run)
        for variant, run in zip(found.variants, runs, strict=True)
    ]
    return came_of_it(found, results)
