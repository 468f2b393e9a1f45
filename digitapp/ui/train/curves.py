"""The curves of a run: with their latest values in large figures, and what they show in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import streamlit as st

from digitapp import figures
from digitapp.library import dataset_sizes, run_course
from digitapp.runs import Run
from digitapp.runs.records import DONE, GUESS, PAUSED
from digitapp.runs.watching import Followed
from digitapp.text.escaping import markdown
from digitapp.text.losses import in_figures
from digitapp.text.percent import NO_VALUE, counted_percent
from digitapp.text.templates import render
from digitapp.training.course import Course
from digitapp.training.guess import Guess
from digitapp.training.lessons import lessons
from digitapp.training.moments import Moment, moments
from digitapp.ui.shared import caching
from digitapp.ui.shared.charts import TALL, chart
from digitapp.ui.shared.resources import store
from digitapp.ui.train import guess_drawing, keys

ABOUT_CLOSE = (
    "Shows only the range in which the values are now, to tell close curves apart. Otherwise, the "
    "axes stay as they are from the start. You can also drag over a curve to zoom in, and "
    "double-click to see all of it again."
)
ABOUT_LOG = "Shows 1, 0.1 and 0.01 equally far apart, so that small losses can be told apart."
ABOUT_SMOOTHING = "Smooths the thin line within the epochs."
_WITHOUT_VALIDATION = {k: v for k, v in keys.PARTS_OF_IMAGES.items() if k != "Validation"}


def curves(
    run: Run, seen: Followed, beside: Callable[[], None] | None = None, told: bool = True
) -> None:
    """Show accuracy and loss, side by side if there is room, below their latest values.

    Args:
        beside: shows something else in place of the loss.
        told: whether to say below what the curves show.
    """
    above = st.container()
    view = _controls(run, seen)
    happened = moments(seen.epochs, run.spec, run.status == DONE, *seen.marks)
    guess = guess_drawing.of_run(run.id) if seen.kept(GUESS) else None
    with above:
        for place, metric in zip(st.columns(len(figures.CURVES)), figures.CURVES, strict=True):
            with place:
                if beside and metric == "loss":
                    beside()
                    continue
                _curve(run, seen, metric, view, happened, guess)
        if told:
            guessed = guess_drawing.outcome(run, seen.history, guess)
            in_first_epoch = seen.last is not None and not seen.epochs  # it has begun to learn
            shown = [] if in_first_epoch else lessons(_course(run, seen, view))
            slowly = run.active and (run.status == PAUSED or run.pace is not None)
            explained = _parts_explained(run) if slowly and in_first_epoch else []
            said = [*guessed, *shown, *explained]
            st.html(render("ui/train/lessons.html.j2", sentences=said))


def _parts_explained(run: Run) -> list[str]:
    """Return what training, validation and test images are, for whoever watches slowly."""
    parts = keys.PARTS_OF_IMAGES if run.spec.validation_split else _WITHOUT_VALIDATION
    return [f"{name}: {what}." for name, what in parts.items()]


def _controls(run: Run, seen: Followed) -> figures.View:
    """Show what can be chosen about the curves; return the choice."""
    diverges = figures.scale_of("loss", seen.history, seen.within("loss"), figures.View()).said
    with st.container(horizontal=True, gap="medium", key="curve-settings"):
        close = st.toggle("Close-up", key="close-up", help=ABOUT_CLOSE)
        log = st.toggle("Logarithmic loss", key="log", help=ABOUT_LOG, disabled=bool(diverges))
        smoothing = st.slider(
            "Smoothing", 0.0, 0.95, 0.0, 0.05, key="smoothing", width=240, help=ABOUT_SMOOTHING
        )
    return figures.View(smoothing, log, close, _class_count(run.id, run.batches))


def _curve(
    run: Run,
    seen: Followed,
    metric: figures.Metric,
    view: figures.View,
    happened: Sequence[Moment],
    guess: Guess | None,
) -> None:
    _latest(run, seen, metric)
    within = seen.within(metric)
    guessed = guess.curve(run.spec.epochs) if guess and metric == "accuracy" else None
    figure = figures.curve(
        metric,
        seen.history,
        within,
        _last_epoch(run),
        view,
        str(run.id),
        moments=happened,
        guess=guessed,
    )
    chart(figure, f"{metric}-curve", zoomable=True, height=TALL)
    if said := figures.scale_of(metric, seen.history, within, view).said:
        st.caption(markdown(said))


def _course(run: Run, seen: Followed, view: figures.View) -> Course:
    held_back = _held_back(run.id, run.batches)
    return run_course.course_of(run, seen.history, view.classes, held_back)


def _last_epoch(run: Run) -> int:
    """Return where the x axis ends: at the last planned epoch.

    A run that ended in the first half of the plan is not left in a corner.
    """
    ended_early = not run.may_change and run.epoch < run.spec.epochs / 2
    return max(run.epoch + 1, 1) if ended_early else run.spec.epochs


def _latest(run: Run, seen: Followed, metric: figures.Metric) -> None:
    """Show the latest values of training and validation in large figures, and what they are."""
    last = seen.history[-1] if seen.history else None
    now = seen.last if seen.last and not seen.epochs else None  # in the first epoch
    found = getattr(now or last, metric, None), getattr(last, f"val_{metric}", None)
    values = [
        (*sign, _written(metric, value), what)
        for sign, value, what in zip(figures.SIGNS, found, _what(run, seen), strict=True)
        if value is not None or sign[0] == "training" or run.spec.validation_split
    ]
    st.html(render("ui/train/latest_values.html.j2", title=metric.capitalize(), values=values))


def _what(run: Run, seen: Followed) -> tuple[str, str]:
    """Return what the latest values of training and of validation are."""
    last = seen.history[-1] if seen.history else None
    held_back = _held_back(run.id, run.batches)
    unseen = f"{held_back:,} unseen images, " if held_back else ""
    if last and last.number:
        return f"mean of epoch {last.number:d}", f"{unseen}after epoch {last.number:d}"
    return "mean of epoch 1 so far" if seen.last else "before training", f"{unseen}before training"


def _written(metric: figures.Metric, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return NO_VALUE
    return counted_percent(value) if metric == "accuracy" else in_figures(value)


@caching.data(max_entries=100, show_spinner=False)
def _held_back(run: int, batches: int) -> int | None:
    """Return the number of validation images, if it is known; cached until the run begins."""
    return dataset_sizes.held_back(store(), store().get(run).spec)


@caching.data(max_entries=100, show_spinner=False)
def _class_count(run: int, batches: int) -> int:
    """Return the network's number of classes; cached until the run begins."""
    return run_course.class_count(store(), store().get(run))
