"""The pace of a run: how many batches a second, and whether it waits before its first step."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from digitapp.runs import Run
from digitapp.ui.shared.address import tell
from digitapp.ui.shared.messages import errors_kept
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import NEXT_PACE, PACE, PACE_SETTLED, WAIT_FIRST, WAITS_FIRST
from digitapp.ui.train.keys import KEYS

NAMED = ("Full speed", "20 a second", "5 a second", "1 a second")
PACES: dict[str, float | None] = dict(zip(NAMED, (None, 20.0, 5.0, 1.0), strict=True))
NAMES = {pace: name for name, pace in PACES.items()}
ABOUT_WAITING = (
    "The untrained network is shown first. Then One batch, One epoch or Begin start it. "
    f"(Key: {KEYS['wait_first']})"
)


WAIT, PACE_PARAMETER, YES = "wait", "pace", "yes"  # in the URL
IN_ADDRESS = {name: f"{pace:g}" for name, pace in PACES.items() if pace}


class Chosen(NamedTuple):
    """What is wanted of the next run.

    Attributes:
        pace: batches a second; None for as fast as it can.
        waits_first: whether it waits before its first step.
    """

    pace: float | None
    waits_first: bool


def chosen() -> Chosen:
    """Return what was chosen last in this session."""
    return Chosen(PACES[NEXT_PACE.get()], WAITS_FIRST.get())


def settle() -> None:
    """Take it from the URL when the session begins, such as after a reload."""
    if PACE_SETTLED.get():
        return
    PACE_SETTLED.set(True)
    waits, pace = (st.query_params.get(name, "") for name in (WAIT, PACE_PARAMETER))
    names = {text: name for name, text in IN_ADDRESS.items()}
    if waits == YES:
        WAITS_FIRST.set(True)
    elif waits:
        tell("train", [f"{WAIT} is {waits!r}; it must be {YES}, or not be there."])
    if pace in names:
        NEXT_PACE.set(names[pace])
    elif pace:
        *others, last = names
        known = f"{', '.join(others)} or {last}"
        tell("train", [f"{PACE_PARAMETER} is {pace!r}; it must be {known}, in batches a second."])


def in_address() -> dict[str, str]:
    """Return the query parameters that keep what is wanted of the next run."""
    waits, pace = WAITS_FIRST.get(), IN_ADDRESS.get(NEXT_PACE.get())
    return {**({WAIT: YES} if waits else {}), **({PACE_PARAMETER: pace} if pace else {})}


def for_next_run() -> None:
    """Show, where a run is set up, at which pace it will go and whether it waits at first."""
    WAIT_FIRST.set(WAITS_FIRST.get())
    PACE.set(NEXT_PACE.get())

    def keep() -> None:
        WAITS_FIRST.set(WAIT_FIRST.get())
        NEXT_PACE.set(PACE.get() or NEXT_PACE.get())

    st.toggle("Wait before the first step", key=WAIT_FIRST.key, help=ABOUT_WAITING, on_change=keep)
    _choice(keep)


def pace_of(run: Run) -> None:
    """Show at which pace an active run goes, and change it."""
    PACE.set(NAMES.get(run.pace))  # another browser may have changed it

    @errors_kept("buttons")
    def change() -> None:
        if name := PACE.get():
            NEXT_PACE.set(name)
            _into_address()
            store().set_pace(run.id, PACES[name])

    _choice(change)


def _into_address() -> None:
    now = st.query_params.to_dict()
    others = {name: text for name, text in now.items() if name not in (WAIT, PACE_PARAMETER)}
    if now != (wanted := {**others, **in_address()}):
        st.query_params.from_dict(wanted)


def _choice(change: Callable[[], None]) -> None:
    st.segmented_control(
        "Pace, in batches",
        NAMED,
        required=True,  # a second press must not take back the first
        key=PACE.key,
        on_change=change,
        label_visibility="collapsed",
        wrap=True,
    )
