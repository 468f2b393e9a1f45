"""All runs in one table, and any of them side by side."""

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp import ui
from digitapp.runs import Run

UPDATED_EVERY = 2.0  # seconds, while something is trained
LEAD = (
    "Every training is kept here. Tick some of them to lay them side by side: their curves, what "
    "differs between them, and what they all say to one drawing. Then take the best one home."
)
EMPTY = "Nothing has been trained yet. Train a network on the Train page, and it will be here."
NONE_TICKED = "Tick runs in the table above, to lay them side by side here."
PARTS = ("Curves", "What differs", "Scores", "One drawing", "Take home")


def page(to_train: Callable[[int | None], None]) -> None:
    """Show the page.

    Args:
        to_train: goes to the Train page, to a run there or to its settings.
    """
    if ui.arrived("runs"):
        st.rerun()
    st.markdown("# Runs")
    st.write(LEAD)
    with ui.errors_shown():
        ui.read_ticks()
        ui.address_problems("runs", "runs")
        going_on = bool(ui.store().active())
        if going_on:
            ui.steady()
        every = UPDATED_EVERY if going_on else None
        st.fragment(_body, run_every=every)(going_on, to_train)
    ui.load_ahead()


def _body(going_on: bool, to_train: Callable[[int | None], None]) -> None:
    with ui.errors_shown(), ui.busy_shown():
        if going_on:
            ui.say_if_busy()
            ui.queue_looked_after()
        found = ui.all_runs()
        if going_on != any(run.active for run in found):
            st.rerun()
        ui.bring_in()
        ui.undo_deletion()
        if not found:
            _nothing(to_train)
            return
        shown = ui.filtered(found)
        ui.run_table(shown)
        chosen = ui.run_picker(found)
        ui.write_address()
        if not chosen:
            st.info(NONE_TICKED, icon=":material/check_box:")
            return
        _tools(chosen, found, to_train)
        _side_by_side(chosen, shown)


def _nothing(to_train: Callable[[int | None], None]) -> None:
    st.info(EMPTY, icon=":material/model_training:")
    if st.button("Go to the Train page", type="primary", key="to-train"):
        to_train(None)


def _tools(
    chosen: Sequence[Run], found: Sequence[Run], to_train: Callable[[int | None], None]
) -> None:
    with st.container(horizontal=True, gap="small", key="run-tools"):
        if len(chosen) == 1:
            _of_one(chosen[0], found, to_train)
        ui.star_button(chosen)
        ui.measure_button(chosen)
        ui.delete_button(chosen)
    if len(chosen) == 1:
        ui.failure(chosen[0])


def _of_one(run: Run, found: Sequence[Run], to_train: Callable[[int | None], None]) -> None:
    if st.button("Open", icon=":material/open_in_full:", key="runs-open"):
        to_train(run.id)
    if st.button("Train again with one thing changed", icon=":material/replay:", key="runs-again"):
        ui.fill_in(run.spec, run.preset)
        to_train(None)
    ui.note_form(run, [tag for other in found for tag in other.tags])


def _side_by_side(chosen: Sequence[Run], shown: Sequence[Run]) -> None:
    curves, differs, scores, drawing, home = st.tabs(PARTS, on_change="rerun", key="runs-part")
    if curves.open:
        with curves, ui.errors_shown():
            ui.overlaid(chosen)
    if differs.open:
        with differs:
            ui.what_differs(chosen)
    if scores.open:
        with scores:
            pressed = ui.scores(shown, chosen)
        if pressed is not None:
            ui.tick(pressed)
            st.rerun(scope="fragment")
    if drawing.open:
        with drawing, ui.errors_shown():
            _one_drawing(chosen)
    if home.open:
        with home, ui.errors_shown():
            ui.take_home(chosen)


def _one_drawing(chosen: Sequence[Run]) -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=ui.CANVAS_SIDE):
            paper = st.container()
            erasing, width = ui.pen_picker()
            with paper:
                drawing = ui.canvas(width, erasing, "runs-")
        with st.container(key="readings"), ui.errors_shown():
            ui.read_by_all(chosen, drawing, ui.run_colours(chosen))
