"""What the runs of an experiment have come to: their histories, scores and further measurements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.errors import BadFile, Diverged, UnknownName
from digitapp.evaluation import experiment_checks as checks
from digitapp.library import dataset_sizes, models, test_sets
from digitapp.reading.prediction import Predictor
from digitapp.runs import Run, RunStore
from digitapp.runs.records import DONE, FAILED, LOST, STOPPED
from digitapp.training.batching import as_input
from digitapp.training.course import Course
from digitapp.training.experiment_results import Result
from digitapp.training.experiments import CERTAINTY, TURNED, Experiment, Variant
from digitapp.training.history import trained

DIGITS = "mnist"  # whose test images are tilted, and shown to a network of clothes
NO_RUN = "it has no run; it was deleted, or never began."
NO_IMAGES = "What was to be measured could not be: the test images of MNIST are not here."


def of_variants(found: Experiment, runs: Sequence[Run]) -> list[Run | None]:
    """Return the run of each variant, in order; None where there is none. The first one counts."""
    places: list[Run | None] = [None] * len(found.variants)
    for run in runs:
        place = found.variant_of(run.spec)
        if place is not None and places[place] is None:
            places[place] = run
    return places


def result(store: RunStore, found: Experiment, variant: Variant, run: Run | None) -> Result:
    """Return what a variant's run has come to, measured if it is done and the experiment needs it.

    Raises:
        StoreProblem, Unreadable: when the store fails, or an epoch is damaged.
    """
    if run is None:
        course = Course(variant.spec, ())
        return Result(variant.label, course, problem=f"{_named(variant)}: {NO_RUN}")
    history = store.epochs(run.id, since=0)
    sizes = dataset_sizes.counts(store, run.spec.dataset)
    known = Result(
        variant.label,
        Course(
            run.spec,
            trained(history),
            history[0] if history and history[0].number == 0 else None,
            images=run.images,
            held_back=dataset_sizes.held_back(store, run.spec),
            finished=run.status == DONE,
        ),
        run.test_accuracy,
        sizes[1] if sizes else 0,
        problem(variant, run),
        run.status == FAILED and run.error.startswith(Diverged.BEGINS),
    )
    if known.problem or not known.course.epochs:
        return replace(known, problem=known.problem or f"{_named(variant)}: its epochs are gone.")
    return measured(store, found, run, known) if found.measured else known


def problem(variant: Variant, run: Run) -> str:
    """Return why a run cannot be compared, as a sentence; empty if it can."""
    named = f"{_named(variant)} (run {run.id})"
    if run.active:
        return f"{named} is still {run.status}."
    if run.status == STOPPED:
        return f"{named} was stopped after epoch {run.epoch} of {run.spec.epochs}."
    if run.status == LOST:
        return (
            f"{named} is lost: nothing is heard any more from the program that trained it. Unless "
            "it comes back, resume it on its page."
        )
    if run.status != DONE:
        return f"{named} is {run.status}. {run.error}".strip()
    if run.learning_rate not in (None, run.spec.learning_rate):
        return f"The learning rate of {variant.label} (run {run.id}) was changed while it trained."
    return ""


def turned(store: RunStore, found: Experiment, run: Run) -> float | None:
    """Return the share of tilted test images that a run's network reads right, from 0 to 1.

    None if the experiment is about something else, or it cannot be measured.
    """
    if found.measured != TURNED:
        return None
    return measured(store, found, run, Result("", Course(run.spec, ()))).turned


def measured(store: RunStore, found: Experiment, run: Run, known: Result) -> Result:
    """Return a result with what else the experiment measures of the network."""
    try:
        network = models.load(models.of_run(run.id), store)
        data = test_sets.here(store, DIGITS, DIGIT_NAMES)
    except (BadFile, UnknownName) as error:
        return replace(known, unmeasured=f"What was to be measured could not be: {error}")
    if data is None:
        return replace(known, unmeasured=NO_IMAGES)
    return MEASUREMENTS[found.measured](network, data, known)


def _turned(network: Predictor, data: Dataset, known: Result) -> Result:
    some = checks.some(data.x_test)
    images = checks.tilted(data.x_test[some], checks.TILT)
    share = checks.right(network, images, data.y_test[some])
    return replace(known, turned=share, turned_images=len(some))


def _certainty(network: Predictor, data: Dataset, known: Result) -> Result:
    images = as_input(data.x_test[checks.some(data.x_test)])
    return replace(known, certainty=checks.certainty(network, images))


def _named(variant: Variant) -> str:
    return f"“{variant.label}”"


MEASUREMENTS: dict[str, Callable[[Predictor, Dataset, Result], Result]] = {
    TURNED: _turned,
    CERTAINTY: _certainty,
}
