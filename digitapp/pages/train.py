"""Set a training up, watch it live, and look at what came of it."""

from collections.abc import Callable

import streamlit as st

from digitapp import ui
from digitapp.runs import Run
from digitapp.spec import TrainingSpec

UPDATED_EVERY = 0.4  # seconds


def page(to_draw: Callable[[], None]) -> None:
    """Show the page.

    Args:
        to_draw: goes to the Draw page.
    """
    with ui.errors_shown():
        spec, preset = ui.training_settings()
        number = ui.shown_run()
        if number is None:
            _set_up(spec, preset)
        else:
            _run(number, to_draw)
    ui.loader(ui.chosen_model())


def _set_up(spec: TrainingSpec | None, preset: str) -> None:
    st.markdown("#### Train a network of your own")
    if spec is None:
        st.info("The settings on the left do not go together yet; they say why.")
        return
    st.write(ui.in_words(spec))
    with ui.errors_shown():
        _start_button(spec, preset)
    ui.pinned_digit()
    network, images, code = st.tabs(["Network", "Images", "Code"])
    with network, ui.errors_shown():
        ui.network(spec)
    with images, ui.errors_shown():
        ui.images(spec)
    with code, ui.errors_shown():
        ui.code(spec, preset)
    chosen = ui.earlier_runs()
    if chosen is not None:
        _show(chosen)


def _start_button(spec: TrainingSpec, preset: str) -> None:
    pressed = st.button("Train", type="primary", icon=":material/play_arrow:", key="train")
    if pressed:
        ui.check(spec)
        run = ui.store().create(spec, preset, watched=ui.pinned())
        ui.start(run)
        _show(run)


def _show(run: int | None) -> None:
    ui.show_run(run)
    st.rerun()


def _run(number: int, to_draw: Callable[[], None]) -> None:
    if st.button("New training", icon=":material/arrow_back:", key="new"):
        _show(None)
    run = ui.store().get(number)
    if run.active or run.status == "lost":
        st.fragment(_live, run_every=UPDATED_EVERY)(run)
    else:
        _live(run)
        _results(run, to_draw)


def _live(run: Run) -> None:
    """All that changes while the run goes on."""
    with ui.errors_shown():
        now = ui.store().get(run.id)
        if run.active and not (now.active or now.status == "lost"):
            st.rerun()
        epochs, points = ui.store().epochs(run.id), ui.store().points(run.id)
        ui.run_header(now)
        ui.run_buttons(now)
        if now.active:
            ui.progress(now, points[-1] if points else None)
        elif now.test_accuracy is not None:
            ui.test_scores(now)
        if epochs or points:
            ui.curves(now, epochs, points)
        if now.active:
            ui.learning_rate(now)
        ui.console_lines(now, epochs, points)
        ui.watched(now, epochs)
        ui.first_layer(now)


def _results(run: Run, to_draw: Callable[[], None]) -> None:
    if run.test_accuracy is None:
        return
    with ui.errors_shown():
        st.markdown("##### Look at its test")
        ui.confusion(run)
    with ui.errors_shown():
        ui.own_drawing(run)
        with st.container(horizontal=True):
            if st.button("Use this network on the Draw page", type="primary", key="use"):
                ui.read_with_run(run.id)
                to_draw()
            ui.downloads(run)
