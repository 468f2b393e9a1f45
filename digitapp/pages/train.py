"""Train page: set up a run, watch it live and see its results."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from digitapp.runs import Run
from digitapp.runs.records import LOST
from digitapp.runs.watching import Followed
from digitapp.text.escaping import markdown
from digitapp.training.spec import PRESETS
from digitapp.ui.shared import address, messages, networks, resources
from digitapp.ui.train import (
    curves,
    earlier_runs,
    experiment_address,
    experiment_cards,
    experiment_next,
    experiment_page,
    first_layer,
    guess_drawing,
    keys,
    live_progress,
    outcome,
    pace,
    pinned_digit,
    presenting,
    preview,
    run_controls,
    setting_chips,
    sidebar,
    stage,
    step,
    test_guesses,
)
from digitapp.ui.train.keys import KEYS

UPDATED_EVERY = 0.4  # seconds
NO_VALIDATION = (
    "No images are held back for validation, so there will be no validation curve: nobody can see "
    "when the network begins to learn by heart."
)
AS_ITS_SOURCE = "The preset does it as its source does, which checks the network only at the end."
RESULTS = (
    *("Mistakes", "Your own drawing", "Class by class"),
    *("Test images", "First layer", "Pinned digit", "In a terminal"),
)
NOT_YET = "Nothing can be trained with these settings yet."


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
        presenting.came_back()
        st.rerun()
    keys.keys_work_anywhere("show" in st.query_params)
    with messages.errors_shown():
        presenting.settle()
        if wanted := experiment_address.wanted():
            pages = experiment_next.Pages(to_draw, to_runs, to_stress)
            experiment_page.experiment_page(wanted, pages)
            return
        number = sidebar.run_to_show()
        if number is None and presenting.shown() is not None:
            _set_up_for_a_class(presenting.shown() or ())
        elif number is None:
            _set_up(sidebar.training_settings())
        else:
            address.address_problems("train")
            _run(number, Others(to_draw, to_inside))


def _set_up(chosen: sidebar.Chosen) -> None:
    spec, preset = chosen.spec, chosen.preset
    with st.container(horizontal=True, key="leads-on"):
        presenting.buttons()
    st.markdown("# Train a network of your own")
    if not _start(chosen):
        return
    pinned_digit.pinned_digit()
    network, images, code = st.tabs(["Network", "Images", "Code"], on_change="rerun", key="about")
    with network, messages.errors_shown():
        preview.network(spec)
    if images.open:  # fetching a dataset may take a while
        with images, messages.errors_shown():
            preview.images(spec)
    with code, messages.errors_shown():
        preview.code(spec, preset)
    experiment_cards.experiment_cards()
    opened = earlier_runs.earlier_runs()
    if opened is not None:
        _show(opened)


def _start(chosen: sidebar.Chosen) -> bool:
    """Say what would be trained, and offer to; return whether it can be."""
    address.address_problems("train")
    with messages.errors_shown():
        run_controls.made_ready()
    if chosen.problems:
        st.error(f"{NOT_YET} {' '.join(markdown(each) for each in chosen.problems)}")
        _start_button(chosen)
        return False
    st.write(markdown(preview.in_words(chosen.spec)))
    with messages.errors_shown():
        _start_button(chosen)
    if not chosen.spec.validation_split:
        _offer_validation(chosen)
    return True


def _set_up_for_a_class(parts: Sequence[str]) -> None:
    """Set up a run in presenter mode: the main settings beside what would be trained."""
    with st.container(horizontal=True, key="leads-on"):
        presenting.buttons()
    st.markdown("# Train a network")
    left, right = st.columns((2, 3), gap="large")
    chosen = sidebar.training_settings(left.container(key="stage-settings"))
    with right:
        if not _start(chosen):
            return
        shows: dict[str, Callable[[], None]] = {"Network": lambda: preview.diagram(chosen.spec)}
        if "images" in parts:
            shows["Images"] = lambda: preview.strips(chosen.spec)
        shows["Experiments"] = experiment_cards.experiment_cards
        with st.container(key="stage-preview"):
            tabs = st.tabs([markdown(each) for each in shows], on_change="rerun", key="stage-about")
            for tab, show in zip(tabs, shows.values(), strict=True):
                if tab.open:
                    with tab, messages.errors_shown():
                        show()


def _start_button(chosen: sidebar.Chosen) -> None:
    unable = messages.training_missing() or bool(chosen.problems)
    with st.container(horizontal=True, key="start"):
        pressed = st.button(
            "Train",
            type="primary",
            icon=":material/play_arrow:",
            key="train",
            disabled=unable,
            shortcut=KEYS["train"],
        )
        if not unable:
            guess_drawing.guess_drawing(chosen.spec)
            pace.for_next_run()
    if pressed and not unable:
        preview.check(chosen.spec)
        run = run_controls.started(chosen.spec, chosen.preset)
        guess_drawing.keep_with(run)
        _show(run)


def _offer_validation(chosen: sidebar.Chosen) -> None:
    """Say what is missed without validation images, and offer some."""
    of_preset = not PRESETS[chosen.preset].validation_split
    st.caption(f"{NO_VALIDATION} {AS_ITS_SOURCE}" if of_preset else NO_VALIDATION)
    if st.button("Hold back a tenth", icon=":material/fact_check:", key="hold-back"):
        sidebar.hold_back(chosen.spec, chosen.preset)
        _show(None)


def _show(run: int | None) -> None:
    sidebar.show_run(run)
    st.rerun()


def _run(number: int, others: Others) -> None:
    with st.container(horizontal=True, key="leads-on"):
        if st.button("New training", icon=":material/arrow_back:", key="new", shortcut=KEYS["new"]):
            _show(None)
        run = resources.store().get(number)
        if st.button(
            "Change and train again", icon=":material/edit:", key="again", shortcut=KEYS["again"]
        ):
            sidebar.fill_in(run.spec, run.preset)
            _show(None)
        presenting.buttons()
    if presenting.shown() is None:
        experiment_cards.link_back(run)
    live_progress.steady()
    if _goes_on(run):
        st.fragment(_live, run_every=UPDATED_EVERY)(number, others)
    else:
        with messages.errors_shown():
            run_controls.made_ready()  # to train again, or to go on
        _shown_run(run, others)


def _goes_on(run: Run) -> bool:
    """Return whether the page must keep updating: even a lost run may come back."""
    return run.active or run.status == LOST


def _live(number: int, others: Others) -> None:
    with messages.errors_shown(), messages.busy_shown():
        run = resources.store().get(number)
        if not _goes_on(run):
            st.rerun()
        _shown_run(run, others)


def _shown_run(run: Run, others: Others) -> None:
    """Show a run, with everything in the same places while it is active and afterwards."""
    seen = live_progress.followed(run)
    learned = run.test_accuracy is not None and not _goes_on(run)
    if presenting.shown() is not None:
        stage.run_on_stage(run, seen, lambda: _lead_on_from_stage(run, others))
        return
    live_progress.run_header(run, setting_chips.setting_chips)
    run_controls.run_buttons(run)
    with st.container(key="outcome"):
        live_progress.progress(run, seen.last)
        if learned:
            outcome.test_scores(run)
            with st.container(horizontal=True):
                _lead_on(run, others)
                outcome.downloads(run)
    with st.container(key="curves"):
        if _goes_on(run) or seen.history or seen.last:
            curves.curves(run, seen)
    step.step(run)
    live_progress.learning_rate(run)
    if learned:
        _results(run, seen)
        return
    test_guesses.guessed_images(run)
    pinned_digit.pinned_curve(run, seen.history)
    first_layer.first_layer(run)
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
        lambda: outcome.own_drawing(run),
        lambda: outcome.class_by_class(run),
        lambda: test_guesses.guessed_images(run),
        lambda: first_layer.first_layer(run),
        lambda: pinned_digit.pinned_curve(run, seen.history),
        lambda: live_progress.console_lines(run, seen),
    )
    for tab, show in zip(st.tabs(RESULTS, on_change="rerun", key="results"), shows, strict=True):
        if tab.open:
            with tab, messages.errors_shown():
                show()
