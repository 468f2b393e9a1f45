"""My handwriting: the drawings that were corrected, and a network taught with them."""

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp import ui
from digitapp.runs import Run
from digitapp.runs.corrected_drawings import Correction

UPDATED_EVERY = 0.4  # seconds
LEAD = (
    "When a network reads your drawing wrong, tell it what it was: press the right digit below "
    "the answer on the Draw page. Every drawing that you corrected is kept here."
)
EMPTY = (
    "Nothing is kept yet. Go to the Draw page, draw some digits the way you write them, and press "
    "the right one under *Wrong? It was a* whenever the network is wrong."
)
ABOUT_TEACHING = (
    "The network goes on learning, now from your pictures. It takes seconds, and it is tested "
    "before and after: on pictures of yours that it did not learn from, and on digits of others, "
    "for what a network learns anew can make it forget what it knew."
)


def page(to_draw: Callable[[], None]) -> None:
    """Show the page.

    Args:
        to_draw: goes to the Draw page.
    """
    if ui.arrived("handwriting"):
        st.rerun()
    st.markdown("# My handwriting")
    ui.address_problems("handwriting", "run")
    st.write(LEAD)
    with ui.errors_shown():
        found = ui.kept_corrections()
        if found:
            ui.corrections_table(found)
        else:
            _empty(to_draw)
        _teaching(found, to_draw)
    ui.load_ahead()


def _empty(to_draw: Callable[[], None]) -> None:
    st.info(EMPTY, icon=":material/draw:")
    if st.button("Go to the Draw page", type="primary", key="to-draw"):
        to_draw()


def _teaching(found: Sequence[Correction], to_draw: Callable[[], None]) -> None:
    """The settings of a lesson, or the one that is going on or was just over."""
    run = None
    with ui.errors_shown():
        run = ui.taught_run()
    if not found and not run:
        return
    st.markdown("## Teach a network")
    if run:
        _lesson(run, to_draw)
    else:
        st.write(ABOUT_TEACHING)
        with ui.errors_shown():
            if ui.enough_to_teach(found):
                _set_up(found)


def _set_up(found: Sequence[Correction]) -> None:
    spec, name = ui.teaching_settings(found)
    if st.button("Teach", type="primary", icon=":material/school:", key="teach"):
        ui.check(spec)
        _show(ui.started(spec, "", name))


def _show(run: int | None) -> None:
    ui.show_taught(run)
    st.rerun()


def _lesson(run: Run, to_draw: Callable[[], None]) -> None:
    if st.button("Teach again", icon=":material/arrow_back:", key="again"):
        _show(None)
    ui.steady()
    if run.active:
        st.fragment(_live, run_every=UPDATED_EVERY)(run.id)
    else:
        _over(run, to_draw)


def _live(number: int) -> None:
    """What changes while a network learns."""
    with ui.errors_shown(), ui.busy_shown():
        run = ui.store().get(number)
        if not run.active:
            st.rerun()
        ui.run_header(run)
        ui.progress(run, ui.followed(run).last)
        ui.run_buttons(run)


def _over(run: Run, to_draw: Callable[[], None]) -> None:
    """What has come of it."""
    ui.run_header(run)
    ui.run_buttons(run)
    if run.test_accuracy is None:
        return
    ui.lesson(run)
    if st.button("Use this network on the Draw page", type="primary", key="use"):
        ui.read_with_run(run.id)
        to_draw()
