"""`runs import`: take in a run that someone else has exported."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from digitapp.cli.parsing import command
from digitapp.errors import BadFile
from digitapp.escaping import plain
from digitapp.runs import RunStore


def add_to(runs: Any) -> None:
    """Add the command."""
    taken = command(runs, "import", _import, "take in a run that was exported as .keras elsewhere")
    taken.add_argument("file", type=Path, metavar="FILE.keras")
    taken.add_argument("--name", default="", help="what to call it; by default as it was called")


def _import(chosen: argparse.Namespace) -> int:
    from digitapp import bundles

    store = RunStore()
    try:
        run = store.get(bundles.import_run(store, _contents(chosen.file), chosen.name))
    except BadFile as error:
        raise BadFile(f"{chosen.file}: {error}") from None
    print(plain(f"Run {run.id} is {run.title}."))
    print(plain(run.note))
    return 0


def _contents(path: Path) -> bytes:
    """The bytes of a file, unless it is too large to be a run's."""
    from digitapp import bundles

    try:
        if path.stat().st_size > bundles.MOST_MEGABYTES * 2**20:
            raise bundles.too_large(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"it cannot be read ({error.strerror or error}).") from None
