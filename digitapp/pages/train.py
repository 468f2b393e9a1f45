"""Train page: set up a run, watch it live and see its results."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import streamlit as st

from digitapp.errors import UnknownName, Unreadable
from digitapp.runs import Run
from digitapp.runs.watching import Followed
from digitapp.text.escaping import markdown
from digitapp.ui.classroom.race import entering
from digitapp.ui.shared import address, messages, networks, resources
from digitapp.ui.shared.kept_presses import presses_answered
from digitapp.ui.train import (
    coming_back,
    curves,
    earlier_runs,
    experiment_address,
    experiment_cards,
    experiment_next,
    experiment_page,
    first_layer,
    image_guesses,
    kept_address,
    keys,
    live_progress,
    outcome,
    own_drawing,
    pinned_digit,
    presenting,
    run_controls,
    set_up,
    setting_chips,
    sidebar,
    stage,
    step,
)

UPDATED_EVERY = 0.4  # seconds
RESULTS = (
    *("Mistakes", "Your own drawing", "Class by class"),
    *("Test images", "First layer", "Pinned digit", "In a terminal"),
)


class Others(NamedTuple):
    """Functions that switch to other pages."""

    draw: Callable[[], None]
    inside: Callable[[], None]


def page(
    to_draw: Callable[[], None],
    to_inside: Callable[[], None],
    to_runs: Callable[[], None] | None = None,
    to_stress: Callable[[], None] | None = None,
) -> None:
    """Show the page.

    Args:
        to_draw, to_inside: switch to the Draw page, and to the Inside page.
        to_runs, to_stress: switch to the Runs page, and to the Stress test; None for no such page.
    """
    if address.arrived("train"):
        st.rerun()
    address.arrive()
    keys.keys_work_anywhere("show" in st.query_params)
    with presses_answered(), messages.errors_shown():
        coming_back.as_before()
        kept_address.settle()
        if wanted := experiment_address.wanted():
            pages = experiment_next.Pages(to_draw, to_runs, to_stress)
            experiment_page.experiment_page(wanted, pages)
            return
        number = sidebar.run_to_show()
        if number is None and presenting.shown() is not None:
            set_up.set_up_for_a_class(presenting.shown() or ())
        elif number is None:
            set_up.set_up(sidebar.training_settings())
        else:
            address.address_problems("train")
            _run(number, Others(to_draw, to_inside))


def _run(number: int, others: Others) -> None:
    with st.container(horizontal=True, key="leads-on"):
        if presenting.new_training():
            _set_up_from(number)
        presenting.buttons()
    if presenting.shown() is not None:
        stage.fits_the_window()
    try:
        run = resources.store().get(number)
    except UnknownName as error:
        _none_there(error)
        return
    if presenting.shown() is None:
        experiment_cards.link_back(run)
    live_progress.steady()
    if run.may_change:
        st.fragment(_live, run_every=UPDATED_EVERY)(number, others)
    else:
        with messages.errors_shown():
            run_controls.made_ready()  # to train again, or to go on
        _shown_run(run, others)


def _none_there(error: UnknownName) -> None:
    """Say that there is no such run, and offer the latest ones."""
    st.error(markdown(str(error)))
    opened = earlier_runs.earlier_runs()
    if opened is not None:
        sidebar.open_run(opened)


def _set_up_from(number: int) -> None:
    """Set up a run that starts from the settings of this one, if there is such a run."""
    with suppress(UnknownName, Unreadable):
        run = resources.store().get(number)
        sidebar.fill_in(run.spec, run.preset)
    sidebar.open_run(None)


def _live(number: int, others: Others) -> None:
    with messages.errors_shown(), messages.busy_shown():
        run = None
        with suppress(UnknownName):  # it was deleted just now
            run = resources.store().get(number)
        if run is None or not run.may_change:
            st.rerun()
        _shown_run(run, others)


def _shown_run(run: Run, others: Others) -> None:
    """Show a run, with everything in the same places while it is active and afterwards."""
    seen = live_progress.followed(run)
    learned = run.test_accuracy is not None and not run.may_change
    if presenting.shown() is not None:
        stage.run_on_stage(run, seen, lambda: _lead_on_from_stage(run, others))
        return
    soon = live_progress.run_header(run, setting_chips.setting_chips)
    run_controls.run_buttons(run)
    entering.race_button(run)
    with st.container(key="outcome"):
        live_progress.progress(run, seen.last, soon)
        if learned:
            outcome.test_scores(run)
            with st.container(horizontal=True):
                _lead_on(run, others)
                outcome.downloads(run)
    with st.container(key="curves"):
        if run.may_change or seen.history or seen.last:
            curves.curves(run, seen)
    step.step(run, seen)
    live_progress.learning_rate(run)
    if learned:
        _results(run, seen)
        return
    image_guesses.guessed_images(run, seen)
    pinned_digit.pinned_curve(run, seen)
    first_layer.first_layer(run, seen)
    live_progress.console_lines(run, seen)


def _lead_on(run: Run, others: Others) -> None:
    if st.button("Use this network on the Draw page", type="primary", key="use"):
        networks.read_with_run(run.id)
        others.draw()
    if st.button("Look inside", icon=":material/zoom_in:", key="look-inside"):
        networks.read_with_run(run.id)
        others.inside()


def _lead_on_from_stage(run: Run, others: Others) -> None:
    _lead_on(run, others)
    experiment_cards.link_back(run)


def _results(run: Run, seen: Followed) -> None:
    """Show what a trained network can do and has learned, in tabs; only the open one is made."""
    shows: Sequence[Callable[[], None]] = (
        lambda: outcome.mistakes(run),
        lambda: st.fragment(own_drawing.own_drawing)(run, seen, _say_pinned),
        lambda: outcome.class_by_class(run),
        lambda: image_guesses.guessed_images(run, seen),
        lambda: first_layer.first_layer(run, seen),
        lambda: pinned_digit.pinned_curve(run, seen),
        lambda: live_progress.console_lines(run, seen),
    )
    for tab, show in zip(st.tabs(RESULTS, on_change="rerun", key="results"), shows, strict=True):
        if tab.open:
            with tab, messages.errors_shown():
                show()


def _say_pinned() -> None:
    st.toast("Pinned: its curve is under Pinned digit, here and beside the next runs.")
