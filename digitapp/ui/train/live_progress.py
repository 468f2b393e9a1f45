"""Live view of a run: status, progress, curves, and what Keras prints."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from digitapp.runs import Run
from digitapp.runs.records import (
    DONE,
    FAILED,
    LOST,
    PAUSED,
    QUEUED,
    RUNNING,
    STOPPED,
)
from digitapp.runs.watching import Followed
from digitapp.text.escaping import markdown
from digitapp.training import keras_log
from digitapp.training.history import Point
from digitapp.training.settings import parsed
from digitapp.ui.shared.messages import errors_kept, kept_error, say_if_busy
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import FOLLOWED, LEARNING_RATE
from digitapp.ui.shared.text_boxes import typed_box
from digitapp.ui.train import phase_words, still_training
from digitapp.ui.train.fields import OPTIONS
from digitapp.ui.train.preview import in_words
from digitapp.ui.train.run_controls import queue_looked_after

# Streamlit fades elements it has not redrawn yet, which flickers several times a second.
STEADY = """<style>
[data-testid="stMain"] [data-stale="true"] { opacity: 1 !important; transition: none; }
</style>"""
FOR_EXPERTS = "Python's error message (for experts)"
STATUS_COLOURS = {
    QUEUED: "gray",
    RUNNING: "green",
    PAUSED: "orange",
    DONE: "blue",
    STOPPED: "violet",
    FAILED: "red",
    LOST: "red",
}


def followed(run: Run) -> Followed:
    """Return what this session has read of a run, after reading what is new.

    Raises:
        StoreProblem: when the store fails.
    """
    found = FOLLOWED.get()
    if found is None or found.run != run.id:
        found = Followed(store(), run.id)
        FOLLOWED.set(found)
    found.look(run.batches)
    return found


def steady() -> None:
    """Keep elements in full colour while the next state is on its way."""
    st.html(STEADY)


def run_header(run: Run, settings: Callable[[Run], None]) -> str:
    """Show the run's name and status, its settings by `settings`, and what it waits for.

    Returns:
        what it waits for only a moment, to be said beside the progress bar; usually empty.
    """
    soon = ""
    with st.container(key="header"):
        badge = f":{STATUS_COLOURS[run.status]}-badge[{markdown(run.status)}]"
        with st.container(key="status"):
            st.markdown(f"# Run {run.id:d}: {markdown(run.title)} {badge}")
            settings(run)
        if run.waits:
            queue_looked_after()
            waiting = phase_words.waiting(run)
            if waiting.starts:
                soon = waiting.text
            else:
                _waits(waiting)
        if run.status == LOST:
            st.warning(markdown(phase_words.lost(run)))
        failure(run)
        if run.active:
            say_if_busy()
    return soon


def _waits(waiting: phase_words.Waiting) -> None:
    """Say what a run waits for, beside buttons to those in front of it, if there are any.

    Else there is no container: as one goes when the run starts, it moves a canvas for a moment.
    """
    if not waiting.in_front:
        st.info(markdown(waiting.text))
        return
    with st.container(horizontal=True, key="waits-for"):
        st.info(markdown(waiting.text))
        still_training.to_those_in_front(waiting.in_front)


def settings_sentence(run: Run) -> None:
    """Show the main settings of a run in a sentence."""
    st.caption(markdown(in_words(run.spec)))


def failure(run: Run) -> None:
    """Show why a run failed, and the traceback in an expander; or why the server stopped it."""
    if not run.error:
        return
    if run.status != FAILED:
        st.info(markdown(run.error), icon=":material/info:")
        return
    st.error(markdown(run.error))
    if broke := store().traceback(run.id):
        with st.expander(FOR_EXPERTS):
            st.code(broke, None, wrap_lines=True)


def progress(run: Run, now: Point | None, soon: str = "") -> None:
    """Show the progress bar, with epoch, batch, images per second and time left.

    Args:
        soon: what a queued run waits for only a moment, as `run_header` returns it.
    """
    if run.status == QUEUED and soon:
        st.progress(0.0, markdown(soon))  # from now on, nothing moves
    if run.status not in (RUNNING, PAUSED):
        return
    words = phase_words.pace(run)
    if doing := phase_words.doing(run, now):
        st.progress(phase_words.share_done(run), markdown(f"{doing} {words}".strip()))
        return
    running = now if now and now.epoch > run.epoch else None
    batch = running.batch if running else 0
    share = min((run.epoch + batch / run.batches) / run.spec.epochs, 1.0)
    parts = [f"Epoch {min(run.epoch + 1, run.spec.epochs):d} of {run.spec.epochs:d}"]
    seen = min(batch * run.spec.batch_size, run.images)
    parts.append(f"batch {batch:,} of {run.batches:,} ({seen:,} of {run.images:,} images)")
    if not words and (pace := _pace(run, running)):
        parts.append(f"{pace:,.0f} images a second")
        left = (1 - share) * run.spec.epochs * run.images / pace
        parts.append(f"{keras_log.time_in_words(left)} left")
    st.progress(share, markdown(f"{words} {', '.join(parts)}".strip()))


def _pace(run: Run, now: Point | None) -> float | None:
    """Return training images per second: of the run, or of its first epoch so far."""
    if run.images_per_second or not now:
        return run.images_per_second
    return now.batch / run.batches * run.images / max(now.seconds, 1e-3)


def learning_rate(run: Run) -> None:
    """Show a box that changes the learning rate while the run is active."""
    if not run.active:
        return
    if run.spec.cosine_decay:
        st.caption("The learning rate falls by itself (cosine decay).")
        return
    now, box = str(run.learning_rate or run.spec.learning_rate), LEARNING_RATE[run.id]

    @errors_kept("learning rate")
    def change() -> None:
        store().set_learning_rate(run.id, parsed("learning_rate", box.get()))

    shown = typed_box(
        "Learning rate from now on",
        OPTIONS["learning_rate"],
        now,
        box.key,
        width=240,
        on_change=change,
    )
    if shown != now:  # not a number, or another browser has changed it
        st.caption(f"Now it is {markdown(now)}.")
    kept_error("learning rate")


def console_lines(run: Run, seen: Followed) -> None:
    """Show the lines Keras prints in a terminal: the latest while the run is active, then all."""
    epochs = seen.epochs
    if not run.batches or not (epochs or seen.last):
        if run.test_accuracy is not None:
            st.caption("The epochs of this run were not kept.")
        return
    if not run.active:
        with st.expander("What Keras prints in a terminal", expanded=run.test_accuracy is not None):
            st.code(keras_log.lines(epochs, None, run.spec.epochs, run.batches), None)
        return
    now = seen.last if seen.last and seen.last.epoch > run.epoch else None
    last = epochs[-1:] if now is None else []
    st.code(keras_log.lines(last, now, run.spec.epochs, run.batches), None, wrap_lines=True)
