"""`experiment`: list the experiments, or train the runs of one and say what came of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from digitapp import backend
from digitapp.cli.parsing import whole_number
from digitapp.cli.terminal import progress
from digitapp.cli.train import signals_noted
from digitapp.jobs import worker
from digitapp.library import catalogue, experiment_outcomes
from digitapp.runs import Run, RunStore, experiments
from digitapp.runs.experiments import Named
from digitapp.runs.held_run import new_owner
from digitapp.runs.records import DONE, FAILED
from digitapp.text.escaping import plain
from digitapp.text.percent import counted_percent
from digitapp.training.experiments import EXPERIMENTS, Experiment, came_of_it, experiment

INTERRUPTED = 130


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.set_defaults(run=_run)
    names = ", ".join(EXPERIMENTS)
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help=f"{names}; without a name, they are listed"
    )
    about = "another random beginning, for all its runs (default: 0)"
    parser.add_argument("--seed", type=whole_number, default=0, metavar="NUMBER", help=about)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


def _run(chosen: argparse.Namespace) -> int:
    if chosen.name is None:
        _list(chosen.json)
        return 0
    found = experiment(chosen.name)
    specs = found.specs(chosen.seed)
    # These fail before a run is created that nobody could train.
    backend.check_can_train()
    worker.at_once()
    store = RunStore()
    for name in dict.fromkeys(spec.dataset for spec in specs):
        catalogue.dataset(store, name)
    progress(f"{found.title}. {found.about}\nWhat to watch for: {found.watch}")
    backend.start()
    with signals_noted() as interrupted:
        runs = _trained(store, chosen.name, found, chosen.seed, interrupted)
    results = [
        experiment_outcomes.result(store, found, variant, run)
        for variant, run in zip(
            found.variants, experiment_outcomes.of_variants(found, runs), strict=True
        )
    ]
    sentences = came_of_it(found, results)
    if chosen.json:
        print(json.dumps(_values(chosen, runs, sentences)))
    else:
        print("\n".join(["What came of it:", *map(plain, sentences)]))
    if interrupted():
        return INTERRUPTED
    return 1 if any(each.problem and not each.diverged for each in results) else 0


def _trained(
    store: RunStore,
    name: str,
    found: Experiment,
    seed: int,
    interrupted: Callable[[], bool],
) -> list[Run]:
    """Train the runs of an experiment, one after the other, until interrupted."""
    runs: list[Run] = []
    for variant, spec in zip(found.variants, found.specs(seed), strict=True):
        if interrupted():
            break
        owner = new_owner()
        named = Named(spec, f"{found.title}: {variant.label}")
        run = experiments.add(store, name, named, [each.id for each in runs], owner)
        progress(f"Training run {run}: {variant.label} ...")
        try:
            runs.append(worker.execute(store, run, [], interrupted, owner))
        finally:
            worker.look_after(store)
        print(plain(_line(variant.label, runs[-1])), file=sys.stderr, flush=True)
    return runs


def _list(as_json: bool) -> None:
    for name, each in EXPERIMENTS.items():
        variants = [variant.label for variant in each.variants]
        row = {"name": name, "title": each.title, "about": each.about, "variants": variants}
        print(json.dumps(row) if as_json else f"{name:16} {each.about}")


def _line(label: str, run: Run) -> str:
    """Return a line about a run that has ended."""
    if run.status == FAILED:
        return f"Run {run.id}, {label}: failed. {run.error}"
    scores = f"test {counted_percent(run.test_accuracy)}"
    if run.val_accuracy is not None:
        scores += f", validation {counted_percent(run.val_accuracy)}"
    ended = f"{run.epoch} epochs" if run.status == DONE else f"{run.status} after {run.epoch}"
    return f"Run {run.id}, {label}: {scores}, {ended}, {run.seconds:.1f} s of training."


def _values(
    chosen: argparse.Namespace, runs: Sequence[Run], sentences: Sequence[str]
) -> dict[str, Any]:
    names = ("name", "status", "val_accuracy", "test_loss", "test_accuracy", "error")
    rows = [
        {"run": run.id, "epochs": run.epoch, **{name: getattr(run, name) for name in names}}
        for run in runs
    ]
    return {
        "experiment": chosen.name,
        "seed": chosen.seed,
        "runs": rows,
        "came_of_it": list(sentences),
    }
