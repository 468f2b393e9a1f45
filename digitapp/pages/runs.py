"""Runs page: a table of all runs, and a comparison of the ticked ones."""

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.drawing import strokes
from digitapp.runs import Run
from digitapp.ui.classroom.race import entering
from digitapp.ui.runs import (
    deleted_runs,
    leaving_runs,
    read_by_many,
    run_notes,
    run_table,
    side_by_side,
    taking_home,
    ticked_runs,
)
from digitapp.ui.shared import address, drawing_tools, messages, resources
from digitapp.ui.train import live_progress, run_controls, sidebar

UPDATED_EVERY = 2.0  # seconds, while a run is active
LEAD = (
    "Every run is kept here. Tick some of them to see them side by side: their curves, their "
    "different settings, and how each of them reads the same drawing. Then take the best one home."
)
EMPTY = "Nothing has been trained yet. Train a network on the Train page, and it will be here."
NONE_TICKED = "Tick runs in the table above to see them side by side here."
PARTS = ("Curves", "What differs", "Scores", "One drawing", "Take home")


def page(to_train: Callable[[int | None], None]) -> None:
    """Show the page.

    Args:
        to_train: switches to the Train page: to the run with this id or, for None, to the settings.
    """
    if address.arrived("runs"):
        st.rerun()
    st.markdown("# Runs")
    st.write(LEAD)
    with messages.errors_shown():
        ticked_runs.read_ticks()
        address.address_problems("runs", "runs")
        going_on = bool(resources.store().active())
        if going_on:
            live_progress.steady()
        every = UPDATED_EVERY if going_on else None
        st.fragment(_body, run_every=every)(going_on, to_train)


def _body(going_on: bool, to_train: Callable[[int | None], None]) -> None:
    with messages.errors_shown(), messages.busy_shown():
        if going_on:
            messages.say_if_busy()
            run_controls.queue_looked_after()
        found = run_table.all_runs()
        if going_on != any(run.active for run in found):
            st.rerun()
        taking_home.bring_in()
        deleted_runs.undo_deletion()
        if not found:
            st.info(EMPTY, icon=":material/model_training:")
            if st.button("Go to the Train page", type="primary", key="to-train"):
                to_train(None)
            return
        leaving_runs.leaving_runs(found)
        shown = run_table.filtered(found)
        run_table.table(shown)
        chosen = run_table.picker(found)
        ticked_runs.write_address()
        if not chosen:
            st.info(NONE_TICKED, icon=":material/check_box:")
            return
        _tools(chosen, found, to_train)
        _side_by_side(chosen, shown)


def _tools(
    chosen: Sequence[Run], found: Sequence[Run], to_train: Callable[[int | None], None]
) -> None:
    with st.container(horizontal=True, gap="small", key="run-tools"):
        if len(chosen) == 1:
            run = chosen[0]
            if st.button("Open", icon=":material/open_in_full:", key="runs-open"):
                to_train(run.id)
            label = "Train again with one thing changed"
            if st.button(label, icon=":material/replay:", key="runs-again"):
                sidebar.fill_in(run.spec, run.preset)
                to_train(None)
            run_notes.note_form(run, [tag for other in found for tag in other.tags])
        run_notes.star_button(chosen)
        if len(chosen) == 1:
            entering.race_button(chosen[0])
        taking_home.measure_button(chosen)
        deleted_runs.delete_button(chosen)
    if len(chosen) == 1:
        live_progress.failure(chosen[0])


def _side_by_side(chosen: Sequence[Run], shown: Sequence[Run]) -> None:
    curves, differs, scores, drawing, home = st.tabs(PARTS, on_change="rerun", key="runs-part")
    if curves.open:
        with curves, messages.errors_shown():
            side_by_side.overlaid(chosen)
    if differs.open:
        with differs:
            side_by_side.what_differs(chosen)
    if scores.open:
        with scores:
            pressed = side_by_side.scores(shown, chosen)
        if pressed is not None:
            ticked_runs.tick(pressed)
            st.rerun(scope="fragment")
    if drawing.open:
        with drawing, messages.errors_shown():
            _one_drawing(chosen)
    if home.open:
        with home, messages.errors_shown():
            taking_home.take_home(chosen)


def _one_drawing(chosen: Sequence[Run]) -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=strokes.CANVAS_SIDE):
            drawing = drawing_tools.canvas("runs-")
        with st.container(key="readings"), messages.errors_shown():
            read_by_many.read_by_all(chosen, drawing, side_by_side.colours(chosen))
