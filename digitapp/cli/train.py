"""`train` and `work`: train a new run in the foreground, or a run that a page has queued."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digitapp import backend
from digitapp.cli.parsing import whole_number
from digitapp.errors import BadFile, DigitappError, Superseded
from digitapp.jobs import finetuning, following, worker
from digitapp.jobs.loading_ahead import LoadingAhead
from digitapp.library import (
    catalogue,
    few_examples,
    handwriting_datasets,
    keras_models,
    models,
    run_course,
)
from digitapp.registry import lookup
from digitapp.runs import Run, RunStore
from digitapp.runs.held_run import new_owner
from digitapp.runs.records import DONE, FAILED, PAUSED, STOPPED
from digitapp.runs.retrying import retry_while_busy
from digitapp.text.percent import counted_percent
from digitapp.training import split_words
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.lessons import lessons
from digitapp.training.settings import SETTINGS, from_text
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import OPTIMIZERS, check

DEFAULT_PRESET = "dense-128"
FEW_IMAGES = (
    "The dataset {} has only {} images to learn from, so the training starts from what the "
    "built-in network has learned (transfer learning); for fresh weights: --preset {}"
)


def add_to(train: argparse.ArgumentParser) -> None:
    """Add the arguments of `train`."""
    train.set_defaults(run=_train)
    names = ", ".join(PRESETS)
    usual = f"by default {DEFAULT_PRESET}, {few_examples.PRESET} for few images, or the base's own"
    train.add_argument("--preset", help=f"{names}; {usual}")
    train.add_argument("--name", default="", help="what to call the run")
    changes = train.add_argument_group("settings, which replace those of the preset")
    for name, setting in SETTINGS.items():
        choices = f" One of: {', '.join(setting.choices)}." if setting.choices else ""
        option = "--" + name.replace("_", "-")
        changes.add_argument(option, dest=name, metavar="VALUE", help=setting.about + choices)
    train.add_argument("--json", action="store_true", help="end with one JSON object")
    train.add_argument("--out", type=Path, metavar="FILE.keras", help="save the model, and a card")


def add_work(work: argparse.ArgumentParser) -> None:
    """Add the arguments of `work`."""
    work.set_defaults(run=_work)
    which = work.add_mutually_exclusive_group(required=True)
    which.add_argument("id", type=whole_number, metavar="ID", nargs="?")
    told = "load TensorFlow, and wait for the run's id on standard input"
    which.add_argument("--when-told", action="store_true", help=told)


def _train(chosen: argparse.Namespace) -> int:
    texts = {name: getattr(chosen, name) for name in SETTINGS}
    given = {name: text for name, text in texts.items() if text is not None}
    check_out(chosen.out)
    # These two fail before a run is created that nobody could train.
    backend.check_can_train()
    worker.at_once()
    store = RunStore()
    start, preset = _start(store, chosen.preset, given)
    spec = from_text(given, start)
    # Those of My handwriting exist even while empty.
    if spec.dataset not in handwriting_datasets.HANDWRITING_DATASETS:
        lookup(dict.fromkeys(catalogue.dataset_names(store)), "dataset", spec.dataset)
    lookup(ARCHITECTURES, "architecture", spec.architecture)
    lookup(OPTIMIZERS, "optimizer", spec.optimizer)
    # Loaded, not only counted: a dataset that cannot be loaded leaves no run behind.
    data = catalogue.dataset(store, spec.dataset)
    check(spec, len(data.x_train), len(models.classes(spec, store)), data.writers)
    finetuning.check(store, spec)
    if data.writers:
        parts = split_words.in_words(spec, len(data.x_train), len(data.x_test), data.writers)
        print(parts, file=sys.stderr)
    owner = new_owner()
    run = store.create(spec, preset, chosen.name, owner=owner)
    return finish_here(store, run, owner, chosen.out, chosen.json)


def _start(
    store: RunStore, preset: str | None, given: Mapping[str, str]
) -> tuple[TrainingSpec, str]:
    """Return the settings to start from, and the name of their preset; empty if there is none.

    Args:
        given: the settings on the command line.
    """
    dataset, base = given.get("dataset", ""), given.get("base")
    if preset == few_examples.PRESET and dataset:
        return few_examples.settings(store, dataset), preset
    if preset or base in ("", "none"):
        return lookup(PRESETS, "preset", preset or DEFAULT_PRESET), preset or DEFAULT_PRESET
    if base:
        return finetuning.settings(store, base, mixed="dataset" not in given), ""
    few = few_examples.images(store, dataset) if dataset else None
    if few:
        print(FEW_IMAGES.format(dataset, few, DEFAULT_PRESET), file=sys.stderr)
        return few_examples.settings(store, dataset), few_examples.PRESET
    return PRESETS[DEFAULT_PRESET], DEFAULT_PRESET


def finish_here(
    store: RunStore, run: int, owner: str, out: Path | None = None, as_json: bool = False
) -> int:
    """Train a queued run in this process, print its progress and return the exit status.

    Ctrl-C stops the run and keeps what it learned; a second Ctrl-C ends the process.

    Args:
        owner: the owner with which the run was created or resumed.
    """
    backend.start()
    from digitapp.evaluation import model_card
    from digitapp.training.progress_lines import ProgressLines

    busy = [each for each in store.active() if each.id != run and each.status != PAUSED]
    if len(busy) >= worker.at_once():
        names = ", ".join(f"{each.id} ({each.status})" for each in busy)
        print(f"Run {run} is waiting for its turn, behind run {names}.", file=sys.stderr)
    lines = ProgressLines(store.get(run).spec.epochs)
    try:
        with signals_noted() as interrupted:
            found = worker.execute(store, run, [lines], interrupted, owner)
    finally:
        worker.look_after(store)
    if found.status == FAILED:
        if broke := store.traceback(run):
            print(broke, file=sys.stderr)
        raise DigitappError(f"Run {run} failed. {found.error}")
    if out:
        model_card.save(keras_models.trained(store, found), out, found.preset or DEFAULT_PRESET)
        print(f"Saved {out} and its model card.", file=sys.stderr)
    print(json.dumps(_values(found)) if as_json else "\n".join(_told(store, found)))
    return 0 if found.status == DONE else 130


def _work(chosen: argparse.Namespace) -> None:
    worker.step_back()
    run, start = chosen.id, backend.start
    loading = LoadingAhead() if chosen.when_told else None
    store = retry_while_busy(RunStore, away=0)  # a wrong address should be told at once
    if loading:
        run, start = loading.run(), loading.finish
        if run is None:
            os._exit(0)  # whatever is still loading
    try:
        with signals_noted() as interrupted:
            following.execute_all(store, run, interrupted, start)
    except Superseded:
        pass  # another process has taken the run over, or it was deleted
    finally:
        worker.look_after(store)


def check_out(out: Path | None) -> None:
    """Reject a path at which a model cannot be saved.

    Raises:
        BadFile: with the reason.
    """
    if out and out.suffix != ".keras":
        raise BadFile(f"{out}: a model's file name must end in .keras.")
    if out and not out.parent.is_dir():
        raise BadFile(f"{out}: there is no folder {out.parent}.")


@contextmanager
def signals_noted() -> Iterator[Callable[[], bool]]:
    """Only note the first SIGINT (Ctrl-C) or SIGTERM; yield a function that says if one came."""
    came = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.getsignal(each) for each in signals}

    def note(number: int, frame: object) -> None:
        came.set()
        signal.signal(number, before[signal.Signals(number)])

    for each in signals:
        signal.signal(each, note)
    try:
        yield came.is_set
    finally:
        for each in signals:
            signal.signal(each, before[each])


def _told(store: RunStore, run: Run) -> list[str]:
    """Return how a run ended, and what its curves show, in sentences."""
    history = store.epochs(run.id, since=0)
    shown = lessons(run_course.course(store, run, history)) if run.epoch else []
    return [_sentence(run), *shown]


def _sentence(run: Run) -> str:
    if run.test_accuracy is None or run.test_loss is None:
        return f"Run {run.id} was stopped before it began."
    how = f"stopped in epoch {run.epoch + 1}" if run.status == STOPPED else "done"
    pace = f", {run.images_per_second:,.0f} images a second" if run.images_per_second else ""
    return (
        f"Run {run.id} is {how}. Test accuracy {counted_percent(run.test_accuracy)}, test loss "
        f"{run.test_loss:.4f}, after {run.seconds:.1f} s of training{pace}."
    )


def _values(run: Run) -> dict[str, Any]:
    names = ("preset", "status", "val_accuracy", "test_loss", "test_accuracy", "parameters")
    pace = round(run.images_per_second, 1) if run.images_per_second else None
    times = {"seconds": round(run.seconds, 3), "images_per_second": pace}
    return {"run": run.id, "epochs": run.epoch, **{n: getattr(run, n) for n in names}, **times}
