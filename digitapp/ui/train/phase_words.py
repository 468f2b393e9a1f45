"""What a run waits for, and what it does while the page has no new numbers to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitapp.data import datasets
from digitapp.data.datasets import DATASETS
from digitapp.jobs import worker
from digitapp.library import catalogue
from digitapp.runs import Run, experiments, fair_order, limits, queue, usage
from digitapp.runs.records import ONE_EPOCH, PAUSE, PAUSED, QUEUED, RUNNING
from digitapp.training import phases
from digitapp.training.experiments import EXPERIMENTS
from digitapp.training.history import Point
from digitapp.ui.shared.resources import store

DOWNLOADING = " They are being downloaded, which happens only once and may take some minutes."
SAID = {
    phases.TENSORFLOW: "Loading TensorFlow, the program that trains networks ...",
    phases.NETWORK: "Building the network ...",
    phases.FIRST_CHECK: "The network has not learned anything yet. Letting it guess ...",
    phases.FIRST_STEP: "Preparing the first step. That takes longer than the steps that follow ...",
    phases.SAVING: "Saving the network ...",
    phases.MOVEMENTS: "Teaching the network how your pen moves ...",
    phases.HANDWRITING: "Reading the drawings of My handwriting ...",
}
LOST = (
    "This run is lost: nothing is heard any more from the program that trained it. It was ended, "
    "or the computer was switched off or is asleep."
)
RESUMING = "Resuming ..."
GETTING_READY = "Getting ready: TensorFlow and the images are being loaded ..."
AFTER_THE_EPOCHS = (phases.TEST, phases.SAVING, phases.MOVEMENTS, phases.HANDWRITING)


class Waiting(NamedTuple):
    """What a run is waiting for.

    Attributes:
        run: its id.
        text: in words.
        starts: whether it is its turn, so that it is about to start, or to go on.
        in_front: the runs that train now, if it is not.
    """

    run: int
    text: str
    starts: bool
    in_front: Sequence[Run] = ()


def waiting(run: Run) -> Waiting:
    """Return what a run is waiting for, at its start or after a pause."""
    mine, busy = _busy(), queue.look(store().whole).busy
    begun = any(each.id == run.id for each in mine)  # since the page loaded the run
    if begun or not (run.ahead or run.held_by or busy >= worker.at_once()):
        return Waiting(run.id, "Starting ..." if run.status == QUEUED else RESUMING, starts=True)
    others = busy - len(mine)
    names = [*map(_in_front, mine), *([_of_others(others)] if others > 0 else [])]
    told = f" Being trained now: {' and '.join(names)}." if names else ""
    return Waiting(run.id, f"{_place(run)}{told}", False, mine)


def _place(run: Run) -> str:
    """Return a waiting run's place in the queue, or why it may not begin yet."""
    if run.held_by == fair_order.OUT_OF_TIME:
        return usage.why_not_yet(store())
    if run.held_by:
        return limits.sentence(run.held_by)
    if run.people_ahead:
        people = "1 person" if run.people_ahead == 1 else f"{run.people_ahead} people"
        return f"Waiting for its turn: {people} before you."
    return f"Waiting for its turn: number {run.ahead + 1} in the queue."


def _of_others(count: int) -> str:
    return "a run of another person" if count == 1 else f"{count} runs of other people"


def lost(run: Run) -> str:
    """Return what it means that a run is lost, what is left of it, and what to do."""
    if not run.epoch:
        return f"{LOST} It had not finished its first epoch. Press Resume to begin again."
    return (
        f"{LOST} What it learned up to epoch {run.epoch:d} is kept. Press Resume to continue from "
        "there; the result will be the same as without the interruption."
    )


def doing(run: Run, now: Point | None) -> str:
    """Return what a run does while it has no new numbers; empty while it has.

    Args:
        run: running or paused.
        now: the newest point within an epoch, if there is one.
    """
    begun = now is not None and now.epoch > run.epoch
    finished = run.epoch == run.spec.epochs
    if run.status == PAUSED and run.phase in (phases.FIRST_STEP, phases.EPOCHS):
        return ""
    if run.phase == phases.TEST or (finished and not run.phase):
        return f"{'All epochs are done. ' if finished else ''}Reading the test images ..."
    if run.phase == phases.IMAGES:
        return f"Fetching the images: {catalogue.title(run.spec.dataset)}.{_download(run)}"
    if run.phase in SAID:
        return "" if begun and run.phase == phases.FIRST_STEP else SAID[run.phase]
    if not run.batches:  # it has only just begun, or another version trains it
        return GETTING_READY
    return _between_epochs(run, now)


def pace(run: Run) -> str:
    """Return what a run waits for in a pause, or how it goes; empty when it goes by itself."""
    if run.request == PAUSE and run.steps:
        return "One batch ..." if run.steps == 1 else f"{run.steps:,} batches still to come."
    if run.status == PAUSED:
        return RESUMING if run.waits else _in_a_pause(run)
    if run.request == ONE_EPOCH:
        if run.pause_after >= run.spec.epochs:
            return "To the end of the training."
        last = f"epoch {run.pause_after:d}" if run.pause_after > run.epoch + 1 else "this epoch"
        return f"To the end of {last}, then it pauses."
    if run.pace is None or run.status != RUNNING:
        return ""
    return f"Slow motion: {_batches_a_second(run.pace)}."


def _batches_a_second(pace: float) -> str:
    return f"{'1 batch' if pace == 1 else f'{pace:g} batches'} a second"


def _in_front(run: Run) -> str:
    slowly = "" if run.pace is None else f", {_batches_a_second(run.pace)}"
    name = experiments.name_of(run)
    part = f" of “{EXPERIMENTS[name].title}”" if name in EXPERIMENTS else ""
    return f"run {run.id}{part} ({run.status}{slowly})"


def _in_a_pause(run: Run) -> str:
    if not run.begun:
        return "Waiting before the first step: press One batch, One epoch or Begin."
    return "Paused: press One batch, One epoch or Resume."


def share_done(run: Run) -> float:
    """Return how much of its training is done, from 0 to 1, in whole epochs."""
    if run.phase in AFTER_THE_EPOCHS:  # early stopping may have ended them
        return 1.0
    return run.epoch / run.spec.epochs


def _between_epochs(run: Run, now: Point | None) -> str:
    """Return what comes after the last batch of an epoch, which with many images takes a while."""
    over = now is not None and now.epoch == run.epoch + 1 and now.batch == run.batches
    if not over or not run.spec.validation_split:
        return ""
    return f"Epoch {run.epoch + 1:d} is over. Checking it with the validation images ..."


def _download(run: Run) -> str:
    """Return that a dataset must be downloaded, if it must be here."""
    source = DATASETS.get(run.spec.dataset)
    if source is None:
        return ""
    parts = [DATASETS[name] for name in source.made_of] or [source]
    return "" if all(datasets.local_folder(part) for part in parts) else DOWNLOADING


def _busy() -> list[Run]:
    return [other for other in store().active() if other.status == RUNNING]
