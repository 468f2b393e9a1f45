"""The runs of an experiment while they train and afterwards: latest values, curves, how far."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp import figures
from digitapp.runs import Run, experiment_progress
from digitapp.runs.records import DONE, QUEUED, RUNNING, STOP
from digitapp.text.percent import NO_VALUE, counted_percent
from digitapp.training import keras_log, phases
from digitapp.training.experiments import Experiment
from digitapp.training.history import Epoch, trained
from digitapp.ui.shared.charts import BoardChart, BoardValue, board
from digitapp.ui.shared.histories import histories
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.train import phase_words
from digitapp.ui.train.keys import KEYS

LINES = {
    "accuracy": "solid: validation, images that were held back; dashed: training, its own images",
    "loss": "",
}
DOING = {  # in a few words, as there are two or three runs side by side
    phases.IMAGES: "fetching the images ...",
    phases.TENSORFLOW: "loading TensorFlow ...",
    phases.NETWORK: "building the network ...",
    phases.FIRST_CHECK: "guessing ...",
    phases.FIRST_STEP: "preparing the first step ...",
    phases.TEST: "reading the test images ...",
    phases.SAVING: "saving the network ...",
}


def experiment_board(found: Experiment, runs: Sequence[Run | None], revision: str) -> None:
    """Show the latest value and the curves of each run, all from one reading.

    Args:
        runs: of the experiment's variants, in order.
        revision: while it stays the same, the curves keep the user's zoom.
    """
    known = histories([run for run in runs if run])
    values, shown = [], []
    for variant, run, (colour, _, sign) in zip(found.variants, runs, figures.LOOKS, strict=False):
        epochs = known.get(run.id, []) if run else []
        shown.append(figures.Line(variant.label, epochs))
        told = _share(run, epochs), _state(run, len(trained(epochs)))
        values.append(BoardValue(variant.label, colour, sign, *told))
    highest = found.highest_loss
    charts = [
        BoardChart(
            f"experiment-{metric}",
            metric.capitalize(),
            figures.experiment_scale(metric, shown, highest).said or LINES[metric],
            figures.experiment_curve(metric, shown, found.epochs, revision, highest),
        )
        for metric in figures.CURVES
    ]
    with st.container(key="experiment-board"):
        board(values, charts, "experiment-curves")


def progress(runs: Sequence[Run | None]) -> None:
    """Show how far all of them are, about how long it still takes, and a button that stops them."""
    with st.container(horizontal=True, key="experiment-progress"):
        far = experiment_progress.progress(runs)
        said = f"Run {min(far.over + 1, far.total):d} of {far.total:d}."
        if far.training > 1:
            said = f"{far.over:d} of {far.total:d} runs done."
        if far.left is not None:
            said += f" About {keras_log.time_in_words(far.left)} left."
        st.progress(far.share, said)
        _stop_button([run for run in runs if run and run.active])
    kept_error("stop all")


def _share(run: Run | None, history: Sequence[Epoch]) -> str:
    """Return the accuracy on test images, or until then on validation images, in large figures."""
    if run is None or not history:
        return NO_VALUE
    if run.status == DONE:
        return counted_percent(run.test_accuracy)
    last = history[-1]
    return counted_percent(last.accuracy if last.val_accuracy is None else last.val_accuracy)


def _state(run: Run | None, epochs: int) -> str:
    """Return the state of a run, and which images the figure above counts.

    Args:
        epochs: number of epochs in its curve.
    """
    if run is None:
        return "no run"
    if run.status == DONE:
        return f"run {run.id}: done, test images"
    if run.status == QUEUED:
        return f"run {run.id}: {'starting ...' if phase_words.starts(run) else 'waiting'}"
    if run.status == RUNNING:
        return f"run {run.id}: {_doing(run, epochs)}"
    return f"run {run.id}: {run.status} after epoch {epochs} of {run.spec.epochs}"


def _doing(run: Run, epochs: int) -> str:
    if run.phase in DOING and not 0 < epochs < run.spec.epochs:
        return DOING[run.phase]
    return f"epoch {min(epochs + 1, run.spec.epochs)} of {run.spec.epochs}"


def _stop_button(active: Sequence[Run]) -> None:
    asked = all(run.request == STOP for run in active)

    @errors_kept("stop all")
    def stop() -> None:
        for run in reversed(active):  # the waiting ones first, so that none of them starts
            store().ask(run.id, STOP)

    st.button(
        "Stopping ..." if asked else "Stop all",
        key="do-stop",
        icon=":material/stop:",
        on_click=stop,
        disabled=asked,
        shortcut=KEYS["stop"],
    )
