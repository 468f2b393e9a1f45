"""`runs import`: import a run that was exported as .keras, here or elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from digitapp.cli.parsing import command
from digitapp.errors import BadFile, cause
from digitapp.files import opening
from digitapp.runs import RunStore
from digitapp.text.escaping import plain


def add_to(runs: Any) -> None:
    """Add the command."""
    taken = command(runs, "import", _import, "import a run that was exported as .keras")
    taken.add_argument("file", type=Path, metavar="FILE.keras")
    taken.add_argument("--name", default="", help="its new name; by default the name in the file")


def _import(chosen: argparse.Namespace) -> None:
    from digitapp.takehome import bundle

    store = RunStore()
    try:
        run = store.get(bundle.import_run(store, _contents(chosen.file), chosen.name))
    except BadFile as error:
        raise BadFile(f"{chosen.file}: {error}") from None
    print(plain(f"Run {run.id} is {run.title}."))
    print(plain(run.note))


def _contents(path: Path) -> bytes:
    """Return the bytes of a file; reject one that is too large to be an exported run."""
    from digitapp.takehome import bundle

    try:
        if found := opening.path_kind(path):
            raise BadFile(f"it cannot be read: this is {found}; it must be a .keras file.")
        data = opening.read_at_most(path, bundle.MOST_MEGABYTES * 2**20)
        if len(data) > bundle.MOST_MEGABYTES * 2**20:
            raise bundle.too_large(max(len(data), path.stat().st_size))
        return data
    except OSError as error:
        raise BadFile(f"it cannot be read ({cause(error)}).") from None
    except ValueError as error:
        raise BadFile(f"no file can have this name ({error}).") from None
