"""The runs of an experiment while they train and afterwards: latest values, curves, how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from digitapp import figures
from digitapp.runs import Run, experiment_progress
from digitapp.runs.records import DONE, QUEUED, RUNNING, STOP
from digitapp.text.escaping import markdown
from digitapp.text.percent import NO_VALUE, counted_percent
from digitapp.training import keras_log, phases
from digitapp.training.experiments import CERTAINTY, TURNED, Experiment
from digitapp.training.history import Epoch, trained
from digitapp.ui.shared.charts import BoardChart, BoardValue, board
from digitapp.ui.shared.histories import histories
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.train import phase_words, still_training
from digitapp.ui.train.keys import KEYS
from digitapp.ui.train.phase_words import Waiting

LINES = {
    "accuracy": "solid: validation, images that were held back; dashed: training, its own images",
    "loss": "",
}
# Which images the large figures count. Nobody wrote both test images of MNIST and others.
SOLID = "Large figures: validation, as the solid lines."
VALIDATED = {
    "": SOLID,
    TURNED: f"{SOLID} All these are upright; tilted ones are counted at the end.",
    CERTAINTY: f"{SOLID} How sure the networks are of digits is measured at the end.",
}
TESTED = {
    "": (
        "Large figures: test images. Other people wrote them than those of the lines, so they can "
        "be harder or easier to read."
    ),
    TURNED: (
        "Large figures: test images, all upright. Other people wrote them than those of the lines. "
        "The tilted ones are counted below."
    ),
    CERTAINTY: (
        "Large figures: test images, of clothes or of digits, as each network has learned. How "
        "sure they are of digits is told below."
    ),
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
    """Show the latest value and the curves of each run, all from one reading, and how far they are.

    The values are all of one kind: until all runs are over those of validation, as the lines show
    them, then those of the test images.

    Args:
        runs: of the experiment's variants, in order.
        revision: while it stays the same, the curves keep the user's zoom.
    """
    known = histories([run for run in runs if run])
    tested = _tested(runs)
    waits = _waiting(runs)
    values, shown = [], []
    for variant, run, (colour, _, sign) in zip(found.variants, runs, figures.LOOKS, strict=False):
        epochs = known.get(run.id, []) if run else []
        shown.append(figures.Line(variant.label, epochs))
        share = _test_share(run) if tested else _latest_share(epochs)
        value = NO_VALUE if share is None else counted_percent(share)
        told = value, _state(run, len(trained(epochs)), waits)
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
        kind = (TESTED if tested else VALIDATED)[found.measured]
        board(values, charts, "experiment-curves", kind)
    if any(run and run.active for run in runs):
        _progress(runs, known, waits)


def _progress(
    runs: Sequence[Run | None], known: Mapping[int, Sequence[Epoch]], waits: Waiting | None
) -> None:
    """Show how far all of them are, about how long it still takes, and a button that stops them."""
    with st.container(horizontal=True, key="experiment-progress"):
        far = experiment_progress.progress(runs, known)
        said = f"Run {far.current:d} of {far.total:d}."
        if far.training > 1:
            said = f"{far.over:d} of {far.total:d} runs done."
        held_up = waits is not None and not waits.starts and not far.training
        if waits and held_up:
            said += f" {waits.text}"
        elif far.left is not None:
            said += f" About {keras_log.time_in_words(far.left)} left."
        st.progress(far.share, markdown(said))
        if waits and held_up:
            still_training.to_those_in_front(waits.in_front)
        _stop_button([run for run in runs if run and run.active])
    kept_error("stop all")


def _waiting(runs: Sequence[Run | None]) -> Waiting | None:
    """Return what the first of the runs that wait is waiting for; None if none waits."""
    first = next((run for run in runs if run and run.waits), None)
    return phase_words.waiting(first) if first else None


def _tested(runs: Sequence[Run | None]) -> bool:
    """Whether the values are those of the test images: all runs are over, and there are some."""
    found = [run for run in runs if run]
    over = not any(run.active for run in found)
    return over and any(_test_share(run) is not None for run in found)


def _test_share(run: Run | None) -> float | None:
    return run.test_accuracy if run and run.status == DONE else None


def _latest_share(history: Sequence[Epoch]) -> float | None:
    """Return the accuracy on validation images, or without any on its own, after the last epoch."""
    if not history:
        return None
    last = history[-1]
    return last.accuracy if last.val_accuracy is None else last.val_accuracy


def _state(run: Run | None, epochs: int, waits: Waiting | None) -> str:
    """Return the state of a run.

    Args:
        epochs: number of epochs in its curve.
        waits: what the first of the waiting runs is waiting for.
    """
    if run is None:
        return "no run"
    if run.status == DONE:
        return f"run {run.id}: done"
    if run.status == QUEUED:
        starts = waits is not None and waits.starts and waits.run == run.id
        return f"run {run.id}: {'starting ...' if starts else 'waiting'}"
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
