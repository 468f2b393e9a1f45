"""Set a training up, watch it live, and look at what came of it."""

from collections.abc import Callable

import streamlit as st

from digitapp import ui
from digitapp.runs import Run
from digitapp.text.escaping import markdown

UPDATED_EVERY = 0.4  # seconds
NOT_YET = "Nothing can be trained with these settings yet."


def page(to_draw: Callable[[], None]) -> None:
    """Show the page.

    Args:
        to_draw: goes to the Draw page.
    """
    if ui.arrived("train"):
        st.rerun()
    with ui.errors_shown():
        chosen = ui.training_settings()
        number = ui.shown_run()
        ui.show_run(number)
        if number is None:
            _set_up(chosen)
        else:
            ui.address_problems("train")
            _run(number, to_draw)
    ui.load_ahead()


def _set_up(chosen: ui.Chosen) -> None:
    spec, preset = chosen.spec, chosen.preset
    st.markdown("# Train a network of your own")
    ui.address_problems("train")
    if chosen.problems:
        st.error(f"{NOT_YET} {' '.join(markdown(each) for each in chosen.problems)}")
        _start_button(chosen)
        return
    st.write(markdown(ui.in_words(spec)))
    with ui.errors_shown():
        _start_button(chosen)
    ui.pinned_digit()
    network, images, code = st.tabs(["Network", "Images", "Code"], on_change="rerun", key="about")
    with network, ui.errors_shown():
        ui.network(spec)
    if images.open:  # fetching a dataset may take its time
        with images, ui.errors_shown():
            ui.images(spec)
    with code, ui.errors_shown():
        ui.code(spec, preset)
    earlier = ui.earlier_runs()
    if earlier is not None:
        _show(earlier)


def _start_button(chosen: ui.Chosen) -> None:
    wrong = bool(chosen.problems)
    pressed = st.button(
        "Train", type="primary", icon=":material/play_arrow:", key="train", disabled=wrong
    )
    if pressed and not wrong:
        ui.check(chosen.spec)
        _show(ui.started(chosen.spec, chosen.preset))


def _show(run: int | None) -> None:
    ui.show_run(run)
    st.rerun()


def _run(number: int, to_draw: Callable[[], None]) -> None:
    with st.container(horizontal=True):
        if st.button("New training", icon=":material/arrow_back:", key="new"):
            _show(None)
        run = ui.store().get(number)
        if st.button("Change and train again", icon=":material/edit:", key="again"):
            ui.fill_in(run.spec, run.preset)
            _show(None)
    ui.steady()
    if _goes_on(run):
        st.fragment(_live, run_every=UPDATED_EVERY)(number)
    else:
        _over(run, to_draw)


def _use(run: Run, to_draw: Callable[[], None]) -> None:
    with st.container(horizontal=True):
        if st.button("Use this network on the Draw page", type="primary", key="use"):
            ui.read_with_run(run.id)
            to_draw()
        ui.downloads(run)


def _goes_on(run: Run) -> bool:
    """Whether the page has to look again: a lost run may come back."""
    return run.active or run.status == "lost"


def _live(number: int) -> None:
    """All that changes while a run goes on; in the places where `_over` shows it then."""
    with ui.errors_shown(), ui.busy_shown():
        run = ui.store().get(number)
        if not _goes_on(run):
            st.rerun()
        seen = ui.followed(run)
        ui.run_header(run)
        ui.run_buttons(run)
        with st.container(key="outcome"):
            ui.progress(run, seen.last)
        with st.container(key="curves"):
            ui.curves(run, seen)
        ui.learning_rate(run)
        ui.watched(run, seen.epochs)
        ui.first_layer(run)
        ui.console_lines(run, seen)


def _over(run: Run, to_draw: Callable[[], None]) -> None:
    """What has come of a run."""
    seen = ui.followed(run)
    ui.run_header(run)
    ui.run_buttons(run)
    learned = run.test_accuracy is not None
    with st.container(key="outcome"):
        if learned:
            ui.test_scores(run)
            _use(run, to_draw)
    with st.container(key="curves"):
        if seen.epochs or seen.last:
            ui.curves(run, seen)
    if learned:
        with ui.errors_shown():
            ui.confusion(run)
        with ui.errors_shown():
            ui.own_drawing(run)
    ui.watched(run, seen.epochs)
    ui.first_layer(run)
    ui.console_lines(run, seen)
