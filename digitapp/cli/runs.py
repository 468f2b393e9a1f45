"""`runs`: list, show, stop, resume and delete what was trained."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from typing import Any

from digitapp import console, worker
from digitapp.cli import comparing, exporting, importing
from digitapp.cli.parsing import command, group, whole_number
from digitapp.cli.training import finish_here
from digitapp.runs import Run, RunStore
from digitapp.runs.values import STOP


def add_to(commands: Any) -> None:
    """Add the commands."""
    runs = group(commands, "runs", "list, show, stop, resume or delete trainings")
    listing = command(runs, "list", _list, "all runs, the newest first")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    show = _of_one(runs, "show", _show, "a run's settings, epochs and scores")
    show.add_argument("--json", action="store_true", help="one JSON object")
    _of_one(runs, "stop", _stop, "stop a run, and keep what it learned")
    resume = _of_one(runs, "resume", _resume, "go on with a run from its last epoch")
    resume.add_argument("--background", action="store_true", help="in a process of its own")
    resume.add_argument("--json", action="store_true", help="end with one JSON object")
    _of_one(runs, "delete", _delete, "delete a run, its model and its history")
    comparing.add_to(runs)
    exporting.add_to(runs)
    importing.add_to(runs)


def _of_one(commands: Any, name: str, run: Any, about: str) -> argparse.ArgumentParser:
    parser = command(commands, name, run, about)
    parser.add_argument("id", type=whole_number, metavar="ID")
    return parser


def _list(chosen: argparse.Namespace) -> int:
    found = RunStore().all()
    if not found and not chosen.json:
        print("There are no runs yet. Train one with: python -m digitapp train")
    for run in found:
        print(json.dumps(_values(run)) if chosen.json else _line(run))
    return 0


def _show(chosen: argparse.Namespace) -> int:
    store = RunStore()
    run = store.get(chosen.id)
    epochs = store.epochs(run.id)
    if chosen.json:
        history = [asdict(epoch) for epoch in epochs]
        spec = json.loads(run.spec.to_json())
        print(json.dumps({**_values(run), "spec": spec, "history": history}))
        return 0
    print(_line(run))
    if run.error:
        print(run.error)
    print(run.spec.to_json())
    if epochs:
        print(console.lines(epochs, None, run.spec.epochs, run.batches))
    return 0


def _stop(chosen: argparse.Namespace) -> int:
    RunStore().ask(chosen.id, STOP)
    print(f"Run {chosen.id} stops, and keeps what it learned.")
    return 0


def _resume(chosen: argparse.Namespace) -> int:
    worker.at_once()
    store = RunStore()
    store.resume(chosen.id)
    if not chosen.background:
        return finish_here(store, chosen.id, as_json=chosen.json)
    worker.launch(store, chosen.id)
    print(f"Run {chosen.id} goes on. Look at it with: python -m digitapp runs show {chosen.id}")
    return 0


def _delete(chosen: argparse.Namespace) -> int:
    RunStore().delete(chosen.id)
    print(f"Run {chosen.id} is deleted.")
    return 0


def _line(run: Run) -> str:
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created))
    test = "" if run.test_accuracy is None else f"{run.test_accuracy * 100:.2f} %"
    done = f"{run.epoch}/{run.spec.epochs} epochs"
    return f"{run.id:>4}  {began}  {run.status:8} {run.title:28} {done:14} {test}".rstrip()


def _values(run: Run) -> dict[str, Any]:
    values = {name: getattr(run, name) for name in _SHOWN}
    return {"run": run.id, **values, "epochs": run.epoch}


_SHOWN = (
    *("name", "preset", "status", "created", "error", "images", "parameters", "seconds"),
    *("images_per_second", "val_accuracy", "test_loss", "test_accuracy"),
)
