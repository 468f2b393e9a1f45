"""A training as it runs: progress, curves, the pinned digit, the first layer, what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from PIL import Image

from digitapp import checkpoints, console, figures, worker
from digitapp.history import Epoch, Point
from digitapp.runs import Run
from digitapp.runs.values import (
    DONE,
    FAILED,
    FIRST_LAYER,
    GO_ON,
    LOST,
    PAUSE,
    PAUSED,
    QUEUED,
    RUNNING,
    STOP,
    STOPPED,
)
from digitapp.thumbnails import weight_sheet
from digitapp.ui.charts import chart
from digitapp.ui.fields import OPTIONS
from digitapp.ui.shared import errors_shown, store

# Streamlit fades what it has not yet drawn anew; several times a second, that flickers.
STEADY = '[data-testid="stMain"] [data-stale="true"] { opacity: 1 !important; transition: none; }'
COLOURS = {
    QUEUED: "gray",
    RUNNING: "green",
    PAUSED: "orange",
    DONE: "blue",
    STOPPED: "violet",
    FAILED: "red",
    LOST: "red",
}


def steady() -> None:
    """Keep what is on the page in full colour while the next state is on its way."""
    st.html(f"<style>{STEADY}</style>")


def run_header(run: Run) -> None:
    """The run's name and status, and how far it is."""
    badge = f":{COLOURS[run.status]}-badge[{run.status}]"
    with st.container(key="status"):
        st.markdown(f"#### Run {run.id}: {_escaped(run.title)} {badge}")
    if run.status == QUEUED:
        others = f"{run.ahead} other trainings come" if run.ahead > 1 else "One other comes"
        st.info(f"Waiting for its turn. {others} first." if run.ahead else "Starting ...")
    if run.status == LOST:
        st.warning(
            "The process that trained this run is gone: it was ended from outside, or the machine "
            f"was switched off. What it learned until epoch {run.epoch} is kept; press Resume to "
            "go on from there, to the same result as if nothing had happened."
        )
    if run.error:
        st.error(run.error)


def run_buttons(run: Run) -> None:
    """Pause, go on, stop, resume."""
    with st.container(horizontal=True, gap="small", key="run-buttons"):
        if run.status == RUNNING:
            waiting = run.request == PAUSE
            _ask("Pausing ..." if waiting else "Pause", ":material/pause:", run, PAUSE, waiting)
        if run.status == PAUSED:
            _ask("Go on", ":material/play_arrow:", run, GO_ON)
        if run.active:
            waiting = run.request == STOP
            _ask("Stopping ..." if waiting else "Stop", ":material/stop:", run, STOP, waiting)
        if run.resumable:
            _button("Resume", ":material/resume:", lambda: resume(run.id))


def start(run: int) -> None:
    """Start the process of a new run."""
    worker.launch(store(), run)


def resume(run: int) -> None:
    """Let a run go on from its last epoch."""
    store().resume(run)
    worker.launch(store(), run)


def progress(run: Run, now: Point | None) -> None:
    """The progress bar, with epoch, batch, images a second and time left."""
    if not run.batches:
        st.progress(0.0, "Getting ready: TensorFlow and the images are being loaded ...")
        return
    running = now if now and now.epoch > run.epoch else None
    batch = running.batch if running else 0
    share = (run.epoch + batch / run.batches) / run.spec.epochs
    parts = [f"Epoch {min(run.epoch + 1, run.spec.epochs)} of {run.spec.epochs}"]
    parts.append(f"batch {batch:,} of {run.batches:,}")
    if pace := _pace(run, running):
        parts.append(f"{pace:,.0f} images a second")
        left = (1 - share) * run.spec.epochs * run.images / pace
        parts.append(f"{console.time_in_words(left)} left")
    st.progress(min(share, 1.0), ", ".join(parts))


def _pace(run: Run, now: Point | None) -> float | None:
    """Training images a second: over the run so far, or in its first epoch over that."""
    if run.images_per_second or not now:
        return run.images_per_second
    return now.batch / run.batches * run.images / max(now.seconds, 1e-3)


def curves(run: Run, epochs: Sequence[Epoch], points: Sequence[Point]) -> None:
    """Loss and accuracy, side by side where there is room."""
    with st.container(horizontal=True, gap="medium", key="curve-settings"):
        log = st.toggle("Logarithmic loss", key="log")
        smoothing = st.slider("Smoothing", 0.0, 0.95, 0.0, 0.05, key="smoothing", width=240)
    accuracy, loss = st.columns(2)
    last = min(run.spec.epochs, max(run.epoch + 1, 1)) if not run.active else run.spec.epochs
    for place, metric in ((accuracy, "accuracy"), (loss, "loss")):
        figure = figures.curve(
            "accuracy" if metric == "accuracy" else "loss",
            epochs,
            points,
            run.batches or 1,
            last,
            smoothing=smoothing,
            log=log and metric == "loss",
            revision=str(run.id),
        )
        with place:
            st.markdown(f"**{metric.capitalize()}**")
            chart(figure, f"{metric}-curve", zoomable=True)


def learning_rate(run: Run) -> None:
    """A box that changes the learning rate while the run goes on."""
    if run.spec.cosine_decay:
        st.caption("The learning rate falls by itself (cosine decay).")
        return
    now = f"{run.learning_rate or run.spec.learning_rate:g}"
    options = [*OPTIONS["learning_rate"], *([] if now in OPTIONS["learning_rate"] else [now])]
    key = f"rate-{run.id}"

    def change() -> None:
        with errors_shown():
            store().set_learning_rate(run.id, _number(st.session_state[key]))

    st.selectbox(
        "Learning rate from now on",
        options,
        options.index(now),
        key=key,
        on_change=change,
        accept_new_options=True,
        width=240,
    )


def console_lines(run: Run, epochs: Sequence[Epoch], points: Sequence[Point]) -> None:
    """The lines that Keras prints in a terminal: the last ones while it runs, then all."""
    if not run.batches or not (epochs or points):
        return
    if not run.active:
        with st.expander("What Keras prints in a terminal"):
            st.code(console.lines(epochs, None, run.spec.epochs, run.batches), None)
        return
    now = points[-1] if points and points[-1].epoch > run.epoch else None
    last = epochs[-1:] if now is None else []
    st.code(console.lines(last, now, run.spec.epochs, run.batches), None, wrap_lines=True)


def first_layer(run: Run) -> None:
    """The first layer's weights as pictures: the latest, or with a slider of the epochs."""
    stored = store().blob_epochs(run.id, FIRST_LAYER)
    if not stored:
        return
    st.markdown("**What the first layer looks for**")
    st.caption(
        "Each small picture is one node of the first layer: where it is orange, ink excites the "
        "node; where it is blue, ink calms it. Before the first epoch it is all chance."
    )
    epoch = stored[-1]
    if not run.active and len(stored) > 1:
        epoch = st.select_slider("After epoch", stored, stored[-1], key=f"layer-of-{run.id}")
    st.image(_weight_sheet(run.id, epoch, run.epoch), alt="The weights of the first layer")


@st.cache_data(max_entries=100, show_spinner=False)
def _weight_sheet(run: int, epoch: int, trained: int) -> Image.Image:
    data = store().blob(run, FIRST_LAYER, epoch)
    return weight_sheet(checkpoints.unpack(data or b"")["weights"])


def _ask(label: str, icon: str, run: Run, request: str, waiting: bool = False) -> None:
    _button(label, icon, lambda: store().ask(run.id, request), waiting)


def _button(label: str, icon: str, do: Callable[[], None], disabled: bool = False) -> None:
    def act() -> None:
        with errors_shown():
            do()

    name = label.split(maxsplit=1)[0].lower()
    st.button(label, key=f"do-{name}", icon=icon, on_click=act, disabled=disabled)


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return float("nan")  # the store says what is allowed


def _escaped(text: str) -> str:
    """A name that Markdown takes as it stands."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!:$<>|~" else c for c in text)
