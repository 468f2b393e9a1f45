"""Buttons and functions to start, pause, step, stop and resume a run."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from digitapp import backend
from digitapp.jobs import resuming, worker
from digitapp.runs import Run
from digitapp.runs.records import (
    GO_ON,
    MOST_STEPS,
    ONE_EPOCH,
    PAUSE,
    PAUSED,
    RUNNING,
    STOP,
)
from digitapp.text.escaping import markdown
from digitapp.training.spec import TrainingSpec
from digitapp.ui.shared import caching
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import PINNED
from digitapp.ui.train import pace, presses
from digitapp.ui.train.double_click import started_once
from digitapp.ui.train.keys import KEYS

LOOKED_AFTER_EVERY = 2  # seconds
WIDTH = 156  # pixels: for the longest label, so that nothing moves when it changes
NAMES = {  # in the buttons' keys
    **{"Pause": "pause", "Pausing ...": "pause", "Begin": "resume", "Resume": "resume"},
    **{"Stop": "stop", "Stopping ...": "stop", "One batch": "batch", "One epoch": "epoch"},
}
SHORTCUTS = {name: KEYS[name] for name in ("pause", "stop", "batch", "epoch")}
SHORTCUTS["resume"] = KEYS["pause"]
PLACE = "buttons"
ORDERS: dict[str, presses.Order] = {  # what the buttons of an active run do, so many times
    "pause": lambda run, times: store().ask(run, PAUSE),
    "resume": lambda run, times: store().ask(run, GO_ON),
    "batch": lambda run, times: store().ask_batches(run, times),
    "epoch": lambda run, times: store().ask(run, ONE_EPOCH, times),
    "stop": lambda run, times: store().ask(run, STOP),
}


def started(spec: TrainingSpec, preset: str, name: str = "") -> int:
    """Create a run and launch its process; return its id.

    A double click starts one run.
    """

    here, chosen, pinned = store(), pace.chosen(), PINNED.get()
    request = PAUSE if chosen.waits_first else GO_ON

    def start() -> list[int]:
        run = here.create(spec, preset, name, watched=pinned, pace=chosen.pace, request=request)
        worker.launch(here, run)
        return [run]

    watched = None if pinned is None else pinned.tobytes()
    return started_once((spec, preset, name, chosen, watched), start)[0]


def made_ready() -> None:
    """Have a process ready for the next run, which then starts at once."""
    worker.warm_up(store())


def resume(run: int) -> None:
    """Resume a run from its last epoch."""
    told = resuming.resume(store(), run)
    worker.launch(store(), run)
    if told:
        st.toast(markdown(told), icon=":material/info:", duration="long")


@caching.data(ttl=LOOKED_AFTER_EVERY, show_spinner=False)
def queue_looked_after() -> None:
    """Make sure that queued runs are started, even if the process responsible has died."""
    worker.look_after(store())


def run_buttons(run: Run) -> None:
    """Show the buttons of a run; while it is active, each stays in its place."""
    with st.container(key="asking"):
        with st.container(horizontal=True, gap="small", key="run-buttons"):
            if run.active:
                presses.presses_counted(run.id, ORDERS, PLACE)
                _pause_or_resume(run)
                _steps(run)
                stopping = run.request == STOP
                _ask("Stopping ..." if stopping else "Stop", ":material/stop:", run, stopping)
                pace.pace_of(run)
            elif run.resumable:
                lack = "" if backend.can_train() else backend.MISSING
                _button("Resume", ":material/resume:", lambda: resume(run.id), bool(lack), lack)
        kept_error(PLACE)


def _pause_or_resume(run: Run) -> None:
    if run.status == PAUSED:
        unable = run.waits or run.request == STOP
        if run.begun:
            _ask("Resume", ":material/resume:", run, unable)
        else:
            _ask("Begin", ":material/play_arrow:", run, unable)
        return
    pausing = run.status == RUNNING and run.request == PAUSE
    unable = pausing or run.status != RUNNING or run.request == STOP
    _ask("Pausing ..." if pausing else "Pause", ":material/pause:", run, unable)


def _steps(run: Run) -> None:
    """Show the buttons that train one batch or one epoch, and pause then."""
    unable = run.status not in (RUNNING, PAUSED) or run.request == STOP
    many = unable or run.steps >= MOST_STEPS
    _ask("One batch", ":material/skip_next:", run, many)
    whole = unable or (run.request == ONE_EPOCH and run.pause_after >= run.spec.epochs)
    _ask("One epoch", ":material/last_page:", run, whole)


def _ask(label: str, icon: str, run: Run, disabled: bool = False) -> None:
    _button(label, icon, lambda: ORDERS[NAMES[label]](run.id, 1), disabled)


def _button(
    label: str, icon: str, do: Callable[[], None], disabled: bool = False, about: str = ""
) -> None:
    name = NAMES[label]
    about = markdown(about)
    st.button(
        label,
        key=f"do-{name}",
        icon=icon,
        on_click=errors_kept(PLACE)(do),
        disabled=disabled,
        help=about or None,
        shortcut=SHORTCUTS[name],
        width=WIDTH,
    )
