"""My handwriting page: corrected drawings, and fine-tuning a network on them."""

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.runs import Run
from digitapp.runs.corrected_drawings import Correction
from digitapp.ui.handwriting import from_file, kept_drawings, teaching
from digitapp.ui.shared import address, messages, networks, resources
from digitapp.ui.shared.kept_presses import led_on, noted, pressed, presses_answered
from digitapp.ui.train import live_progress, preview, run_controls

UPDATED_EVERY = 0.4  # seconds
LEAD = (
    "When a network reads your drawing wrong, tell it what it was: press the right digit below "
    "the answer on the Draw page. Every drawing that you corrected is kept here."
)
EMPTY = (
    "Nothing is kept yet. Go to the Draw page, draw some digits the way you write them, and press "
    "the bar of the right digit whenever the network is wrong."
)
ABOUT_TEACHING = (
    "The network goes on learning, now from your pictures. This takes seconds. It is tested "
    "before and after: on pictures of yours that it did not learn from, and on other people's "
    "digits, because learning something new can make a network forget what it knew."
)


def page(to_draw: Callable[[], None]) -> None:
    """Show the page.

    Args:
        to_draw: switches to the Draw page.
    """
    if address.arrived("handwriting"):
        st.rerun()
    teaching.as_before()
    st.markdown("# My handwriting")
    address.address_problems("handwriting", "run")
    st.write(LEAD)
    with presses_answered(), messages.errors_shown():
        found = kept_drawings.kept_corrections()
        if found:
            kept_drawings.corrections_table(found)
        else:
            st.info(EMPTY, icon=":material/draw:")
            with st.container(horizontal=True, gap="small"):
                draws = st.button("Go to the Draw page", type="primary", key="to-draw")
                from_file.add_from_file()
            if draws:
                to_draw()
        _teaching(found, to_draw)


def _teaching(found: Sequence[Correction], to_draw: Callable[[], None]) -> None:
    """Show the settings for teaching a network, or the run that is in progress or has ended."""
    run = None
    with messages.errors_shown():
        run = teaching.taught_run()
    if not found and not run:
        return
    st.markdown("## Teach a network")
    if run:
        _lesson(run, to_draw)
        return
    st.write(ABOUT_TEACHING)
    with messages.errors_shown():
        if teaching.enough_to_teach(found):
            spec, name = teaching.teaching_settings(found)
            unable = messages.training_missing()
            st.button(
                "Teach",
                type="primary",
                icon=":material/school:",
                key="teach",
                disabled=unable,
                on_click=noted("teach"),
            )
            if pressed("teach") and not unable:
                preview.check(spec)
                _show(run_controls.started(spec, "", name))


def _show(run: int | None) -> None:
    teaching.show_taught(run)
    led_on()
    st.rerun()


def _lesson(run: Run, to_draw: Callable[[], None]) -> None:
    st.button("Teach again", icon=":material/arrow_back:", key="again", on_click=noted("again"))
    if pressed("again"):
        _show(None)
    live_progress.steady()
    if run.active:
        st.fragment(_live, run_every=UPDATED_EVERY)(run.id)
        return
    live_progress.run_header(run, live_progress.settings_sentence)
    run_controls.run_buttons(run)
    if run.test_accuracy is None:
        return
    teaching.lesson(run)
    if st.button("Use this network on the Draw page", type="primary", key="use"):
        networks.read_with_run(run.id)
        to_draw()


def _live(number: int) -> None:
    """Show the parts that change while the run is active."""
    with messages.errors_shown(), messages.busy_shown():
        run = resources.store().get(number)
        if not run.active:
            st.rerun()
        soon = live_progress.run_header(run, live_progress.settings_sentence)
        live_progress.progress(run, live_progress.followed(run).last, soon)
        run_controls.run_buttons(run)
