"""Texts of the report: a summary of the run, and its scores with confidence intervals."""

from __future__ import annotations

import math
import time

from digitapp.evaluation.intervals import wilson
from digitapp.evaluation.scores import Score
from digitapp.library import catalogue
from digitapp.runs import Run
from digitapp.takehome.report.run_facts import Facts
from digitapp.text.percent import counted_percent
from digitapp.training import keras_log
from digitapp.training.random_labels import share_in_words

Measured = tuple[str, str, str]  # title, value, remark


def summary(run: Run, score: Score | None) -> str:
    """Describe the network, its training and its test accuracy in sentences.

    Args:
        score: on the test images, if they are known.
    """
    found = [f"{_network(run)} {_learned(run)}"]
    if score:
        found.append(
            f"It reads {share(score.accuracy)} of {score.total:,} test images right, "
            "none of which it learned from."
        )
    elif run.test_accuracy is not None:
        found.append(f"It read {share(run.test_accuracy)} of its test images right.")
    return " ".join([*found, *([run.error] if run.error else [])])


def origin(run: Run) -> str:
    """Return the run's id, status and date."""
    began = time.strftime("%d %B %Y, %H:%M", time.localtime(run.created)).lstrip("0")
    return f"Run {run.id} · {run.status} · {began}"


def measured(facts: Facts) -> list[Measured]:
    """Return the scores, the number of weights and the training time, as far as known."""
    run = facts.run
    pace, valid = run.images_per_second, run.val_accuracy
    known = (
        _test(facts),
        ("Test loss", "" if run.test_loss is None else f"{run.test_loss:.4f}", "0 is best"),
        ("Validation accuracy", "" if valid is None else share(valid, 2), "after the last epoch"),
        _handwriting(run),
        ("Weights", f"{run.parameters:,}" if run.parameters else "", "numbers in the network"),
        (
            "Training time",
            keras_log.time_in_words(run.seconds) if run.seconds else "",
            f"{pace:,.0f} images a second" if pace else "",
        ),
    )
    return [each for each in known if each[1]]


def share(value: float | None, decimals: int = 1) -> str:
    """Return a counted share in percent, up to 100 %; a dash if nothing was counted."""
    return counted_percent(value, decimals)


def interval(right: float, total: int) -> str:
    """Return the 95 % interval of a share, such as `96.1 to 97.4 %`; empty if `total` is 0."""
    low, high = wilson(right, total)
    return "" if math.isnan(low) else f"{100 * low:.1f} to {share(high)}"


def _network(run: Run) -> str:
    spec = run.spec
    if spec.architecture != "dense":
        return f"A network of the kind {spec.architecture}"
    if not spec.hidden:
        return "A network without hidden layers"
    layers = "a hidden layer" if len(spec.hidden) == 1 else f"{len(spec.hidden)} hidden layers"
    *first, last = (f"{width:,}" for width in spec.hidden)
    widths = f"{', '.join(first)} and {last}" if first else last
    return f"A dense network with {layers} of {widths} node{'' if spec.hidden == (1,) else 's'}"


def _learned(run: Run) -> str:
    data = catalogue.title(run.spec.dataset)
    if not run.epoch:
        return f"that was to learn from {data}."
    wrong = run.spec.random_labels
    random = f", {share_in_words(wrong)} of them with random labels," if wrong else ""
    times = f"{run.epoch} epoch{'' if run.epoch == 1 else 's'}"
    of = "" if run.epoch == run.spec.epochs else f" of {run.spec.epochs} planned"
    but_output = "all layers but the last of " * run.spec.new_output
    begun = f", beginning with {but_output}the network {run.spec.base}" if run.spec.base else ""
    more = " and of other shapes" * run.spec.none_of_these
    return (
        f"that learned from {run.images:,} images of {data}{more}{random} for {times}{of}{begun}."
    )


def _test(facts: Facts) -> Measured:
    """Return the test accuracy, with its interval if the number of test images is known."""
    right, answers = facts.run.test_accuracy, facts.answers
    total = 0 if answers is None else len(answers)
    about = f"95 % interval: {interval(right, total)}" if right and total else ""
    return "Test accuracy", "" if right is None else share(right, 2), about


def _handwriting(run: Run) -> Measured:
    right, total = run.handwriting or (0, 0)
    if not total:
        return "My handwriting", "", ""
    about = f"{right} of {total}; 95 % interval: {interval(right / total, total)}"
    return "My handwriting", share(right / total), about
