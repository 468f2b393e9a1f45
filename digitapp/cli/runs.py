"""`runs`: list, show, stop and resume runs; `annotate` and other modules add subcommands."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from typing import Any

from digitapp import backend
from digitapp.cli import annotate, compare, import_run
from digitapp.cli.parsing import command, later, of_run, subcommands
from digitapp.runs import Run, RunStore
from digitapp.runs.held_run import new_owner
from digitapp.runs.records import STOP
from digitapp.text.escaping import plain
from digitapp.text.percent import counted_percent
from digitapp.training import keras_log


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the commands."""
    runs = subcommands(parser)
    listing = command(runs, "list", _list, "all runs, the newest first")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.add_argument("--starred", action="store_true", help="only those with a star")
    listing.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="only those with this tag"
    )
    listing.add_argument(
        "--deleted", action="store_true", help="those that can still be brought back"
    )
    show = of_run(runs, "show", _show, "a run's settings, epochs and scores")
    show.add_argument("--json", action="store_true", help="one JSON object")
    of_run(runs, "stop", _stop, "stop a run, and keep what it learned")
    resume = of_run(runs, "resume", _resume, "continue a run after its last epoch")
    resume.add_argument("--background", action="store_true", help="in a process of its own")
    resume.add_argument("--json", action="store_true", help="end with one JSON object")
    annotate.add_to(runs)
    compare.add_to(runs)
    about = "write a run's network, code or history into a file"
    later(runs, "export", "digitapp.cli.export:add_export", about)
    about = "write a report on a run, for a web browser"
    later(runs, "report", "digitapp.cli.export:add_report", about)
    import_run.add_to(runs)


def _list(chosen: argparse.Namespace) -> None:
    readable, damaged = RunStore().listed(chosen.deleted)
    found = [
        run
        for run in readable
        if (run.starred or not chosen.starred) and {*chosen.tag} <= {*run.tags}
    ]
    if not found and not damaged and not chosen.json:
        print(_none(chosen))
    for run in found:
        print(json.dumps(_values(run)) if chosen.json else _line(run))
    for lost in damaged:
        known = {"run": lost.id, "name": lost.name, "status": "unreadable", "error": lost.why}
        line = f"{lost.id:>4}  {plain(lost.sentence)}"
        print(json.dumps(known) if chosen.json else line)


def _none(chosen: argparse.Namespace) -> str:
    if chosen.starred or chosen.tag:
        return "There are no such runs."
    if chosen.deleted:
        return "There are no deleted runs that could be brought back."
    return "There are no runs yet. Train one with: python -m digitapp train"


def _show(chosen: argparse.Namespace) -> None:
    store = RunStore()
    run = store.get(chosen.id)
    epochs, broke = store.epochs(run.id), store.traceback(run.id)
    if chosen.json:
        history = [asdict(epoch) for epoch in epochs]
        more = {"spec": asdict(run.spec), "history": history, "traceback": broke}
        print(json.dumps({**_values(run), **more}))
        return
    print(_line(run))
    for text in filter(None, (run.note, run.error, broke)):
        print(plain(text))
    print(plain(run.spec.to_json()))
    if epochs:
        print(keras_log.lines(epochs, None, run.spec.epochs, run.batches))


def _stop(chosen: argparse.Namespace) -> None:
    RunStore().ask(chosen.id, STOP)
    print(f"Run {chosen.id} stops, and keeps what it learned.")


def _resume(chosen: argparse.Namespace) -> int | None:
    from digitapp.cli.train import finish_here
    from digitapp.jobs import resuming, worker

    backend.check_can_train()
    worker.at_once()
    store = RunStore()
    owner = "" if chosen.background else new_owner()
    told = resuming.resume(store, chosen.id, owner)
    if told:
        print(told, file=sys.stderr)
    if not chosen.background:
        return finish_here(store, chosen.id, owner, as_json=chosen.json)
    worker.launch(store, chosen.id)
    print(f"Run {chosen.id} continues. Look at it with: python -m digitapp runs show {chosen.id}")
    return None


def _line(run: Run) -> str:
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created))
    test = "" if run.test_accuracy is None else counted_percent(run.test_accuracy)
    done = f"{run.epoch}/{run.spec.epochs} epochs"
    marks = " ".join(["★"] * run.starred + [f"[{tag}]" for tag in run.tags] + _leaves(run))
    line = f"{run.id:>4}  {began}  {run.status:8} {run.title:28} {done:14} {test:8} {marks}"
    return plain(line.rstrip())


def _leaves(run: Run) -> list[str]:
    """Return when a run will be deleted for want of space, if it will be."""
    if run.leaving is None:
        return []
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.leaving))
    return [f"(deleted for want of space from {when} on; a star keeps it)"]


def _values(run: Run) -> dict[str, Any]:
    values = {name: getattr(run, name) for name in _SHOWN}
    return {"run": run.id, **values, "epochs": run.epoch}


_SHOWN = (
    *("name", "preset", "status", "created", "error", "images", "parameters", "seconds"),
    *("images_per_second", "val_accuracy", "best_val_accuracy", "test_loss", "test_accuracy"),
    *("handwriting", "note", "tags", "starred", "leaving"),
)
