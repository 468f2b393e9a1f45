"""`runs rename`, `note`, `tag`, `star`, `delete`, `restore` and `purge`."""

from __future__ import annotations

import argparse
from typing import Any

from digitapp.cli.parsing import command, of_run
from digitapp.runs import RunStore
from digitapp.text.escaping import plain


def add_to(runs: Any) -> None:
    """Add the commands."""
    rename = of_run(runs, "rename", _rename, "give a run another name")
    rename.add_argument("name", nargs="+", metavar="NAME", help='"" removes the name')
    note = of_run(runs, "note", _note, "replace the note on a run")
    note.add_argument("text", nargs="+", metavar="TEXT", help='"" removes the note')
    tag = of_run(runs, "tag", _tag, "replace the tags of a run")
    tag.add_argument("tags", nargs="*", metavar="TAG", help="without any, all tags are removed")
    star = of_run(runs, "star", _star, "give a run a star")
    star.add_argument("--off", action="store_true", help="remove the star")
    of_run(runs, "delete", _delete, "delete a run; for seven days it can be brought back")
    of_run(runs, "restore", _restore, "bring a deleted run back")
    command(runs, "purge", _purge, "remove all deleted runs for good")


def _rename(chosen: argparse.Namespace) -> None:
    store = RunStore()
    store.rename(chosen.id, " ".join(chosen.name))
    print(f"Run {chosen.id} is called {plain(store.get(chosen.id).title)}.")


def _note(chosen: argparse.Namespace) -> None:
    store = RunStore()
    store.annotate(chosen.id, " ".join(chosen.text))
    print(f"Note of run {chosen.id}: {plain(store.get(chosen.id).note) or 'none'}")


def _tag(chosen: argparse.Namespace) -> None:
    store = RunStore()
    store.tag(chosen.id, chosen.tags)
    print(f"Tags of run {chosen.id}: {plain(', '.join(store.get(chosen.id).tags)) or 'none'}")


def _star(chosen: argparse.Namespace) -> None:
    RunStore().star(chosen.id, not chosen.off)
    print(f"Run {chosen.id} has {'no' if chosen.off else 'a'} star.")


def _delete(chosen: argparse.Namespace) -> None:
    RunStore().delete(chosen.id)
    print(
        f"Run {chosen.id} is deleted. For seven days it can be brought back with: "
        f"python -m digitapp runs restore {chosen.id}"
    )


def _restore(chosen: argparse.Namespace) -> None:
    RunStore().restore(chosen.id)
    print(f"Run {chosen.id} is restored, with everything that belongs to it.")


def _purge(chosen: argparse.Namespace) -> None:
    gone = RunStore().purge()
    print(f"{gone} deleted run{' was' if gone == 1 else 's were'} removed for good.")
