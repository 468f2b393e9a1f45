"""Entering one's own runs in the race of the room, and taking them out."""

from __future__ import annotations

import time
from functools import partial

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.runs import Run, classroom_race
from digitapp.runs.classroom_race import Entry
from digitapp.text.escaping import markdown, plain
from digitapp.ui.classroom.here import here
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import IN_RACE, RACE_RUN, InRace

PLACE = "race"
OFFERED = 30  # of one's latest runs
KNOWN_FOR = 3.0  # seconds
ABOUT = (
    "Everybody in your room then sees its settings, notes, curves and score, and can use its "
    "network."
)


def race_button(run: Run) -> None:
    """Show, to who is in a room, a button that enters her own run in its race or takes it out."""
    membership = here()
    if membership is None or run.person != store().person:
        return
    room = membership.classroom.code
    entered = _is_entered(room, run.id)
    label = "Take out of the race" if entered else "Enter the race"
    icon = "remove_circle" if entered else "flag"
    change = classroom_race.take_out if entered else classroom_race.enter
    with st.container(key="race-button", horizontal=True, vertical_alignment="center"):
        st.button(
            markdown(label),
            key=f"race-{run.id}",
            icon=f":material/{icon}:",
            help=ABOUT,
            on_click=_changing(partial(change, store(), room, run.id)),
        )
        kept_error(PLACE)


def _is_entered(room: str, run: int) -> bool:
    """Return whether a run is in the race; the store is asked every few seconds."""
    known, now = IN_RACE.get(), time.monotonic()
    if known and (known.run, known.room) == (run, room) and now - known.since < KNOWN_FOR:
        return known.entered
    try:
        entered = classroom_race.is_entered(store(), room, run)
    except DigitappError:  # the room is gone; what follows says so
        entered = False
    IN_RACE.set(InRace(run, room, entered, now))
    return entered


def enter_form(room: str, entries: list[Entry]) -> None:
    """Show, behind a button, which of one's runs can be entered, and those to be taken out."""
    with st.popover("Your runs", icon=":material/flag:", key="race-runs"):
        own = [each for each in entries if each.person == store().person]
        runs = {run.id: run for run in classroom_race.to_enter(store(), room, OFFERED)}
        if runs:
            st.selectbox(
                "Enter a run",
                list(runs),
                format_func=lambda number: plain(f"Run {number}: {runs[number].title}"),
                key=RACE_RUN.key,
            )
            st.caption(ABOUT)
            chosen = RACE_RUN.get() if RACE_RUN.get() in runs else next(iter(runs))
            enter = _changing(partial(classroom_race.enter, store(), room, chosen))
            st.button("Enter it", type="primary", key="enter-run", on_click=enter)
        elif not own:
            st.write("Train a network first: the run can be entered while it trains.")
        for each in own:
            _out(room, each)


def take_out_form(room: str, entries: list[Entry]) -> None:
    """Show a teacher, behind a button, the runs of all, to be taken out of the race."""
    with st.popover("Take runs out", icon=":material/remove_circle:", key="race-out"):
        others = [each for each in entries if each.person != store().person]
        st.write("A run that is taken out stays its person's; it can be entered again.")
        for each in others:
            _out(room, each)


def _out(room: str, each: Entry) -> None:
    out = _changing(partial(classroom_race.take_out, store(), room, each.run.id))
    label = f"Take out run {each.run.id:d}: {markdown(each.name)}, {markdown(each.run.title)}"
    st.button(label, key=f"out-{each.run.id}", icon=":material/remove_circle:", on_click=out)


def _changing(change: partial[None]) -> partial[None]:
    """Return a callback that changes the race, and keeps what it says when it cannot."""

    def do() -> None:
        IN_RACE.pop()
        with errors_kept(PLACE):
            change()

    return partial(do)
