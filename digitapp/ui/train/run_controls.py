"""Buttons and functions to start, pause, stop and resume a run."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from digitapp import backend
from digitapp.jobs import resuming, worker
from digitapp.runs import Run
from digitapp.runs.records import GO_ON, PAUSE, PAUSED, RUNNING, STOP
from digitapp.text.escaping import markdown
from digitapp.training.spec import TrainingSpec
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import PINNED, STARTED
from digitapp.ui.train.keys import KEYS

DOUBLE_CLICK = 2.0  # seconds
LOOKED_AFTER_EVERY = 2  # seconds
SHORTCUTS = {"pause": KEYS["pause"], "resume": KEYS["pause"], "stop": KEYS["stop"]}


def started(spec: TrainingSpec, preset: str, name: str = "") -> int:
    """Create a run and launch its process; return its id.

    A second click within DOUBLE_CLICK seconds starts nothing and returns the same id.
    """
    last, before = STARTED.get()
    if time.monotonic() - before < DOUBLE_CLICK:
        return last
    run = store().create(spec, preset, name, watched=PINNED.get())
    STARTED.set((run, time.monotonic()))
    worker.launch(store(), run)
    return run


def made_ready() -> None:
    """Have a process ready for the next run, which then starts at once."""
    worker.warm_up(store())


def resume(run: int) -> None:
    """Resume a run from its last epoch."""
    told = resuming.resume(store(), run)
    worker.launch(store(), run)
    if told:
        st.toast(markdown(told), icon=":material/info:", duration="long")


@st.cache_data(ttl=LOOKED_AFTER_EVERY, show_spinner=False)
def queue_looked_after() -> None:
    """Make sure that queued runs are started, even if the process responsible has died."""
    worker.look_after(store())


def run_buttons(run: Run) -> None:
    """Show the buttons that apply now: pause, stop, resume."""
    with st.container(key="asking"):
        with st.container(horizontal=True, gap="small", key="run-buttons"):
            if run.status == RUNNING:
                waiting = run.request == PAUSE
                _ask("Pausing ..." if waiting else "Pause", ":material/pause:", run, PAUSE, waiting)
            if run.status == PAUSED:
                _ask("Resume", ":material/resume:", run, GO_ON, waiting=run.waits)
            if run.active:
                waiting = run.request == STOP
                _ask("Stopping ..." if waiting else "Stop", ":material/stop:", run, STOP, waiting)
            if run.resumable:
                lack = "" if backend.can_train() else backend.MISSING
                _button("Resume", ":material/resume:", lambda: resume(run.id), bool(lack), lack)
        kept_error("buttons")


def _ask(label: str, icon: str, run: Run, request: str, waiting: bool = False) -> None:
    _button(label, icon, lambda: store().ask(run.id, request), waiting)


def _button(
    label: str, icon: str, do: Callable[[], None], disabled: bool = False, about: str = ""
) -> None:
    name = label.split(maxsplit=1)[0].lower()
    act, shortcut = errors_kept("buttons")(do), SHORTCUTS.get(name)
    about = markdown(about)
    st.button(
        label,
        key=f"do-{name}",
        icon=icon,
        on_click=act,
        disabled=disabled,
        help=about or None,
        shortcut=shortcut,
    )
