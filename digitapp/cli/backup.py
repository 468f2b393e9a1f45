"""`backup` and `restore`: the whole store as one file, and back, in any database."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

from digitapp.cli import terminal
from digitapp.cli.parsing import whole_number
from digitapp.errors import BadFile, cause
from digitapp.text.escaping import plain

NAME = "digitapp-%Y%m%d-%H%M%S.db"
OURS = re.compile(r"digitapp-\d{8}-\d{6}\.db")


def add_backup(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `backup`."""
    parser.description = (
        "Writes all runs, drawings, datasets, rooms and people of the store, as they are at one "
        "moment, into one file. The server may be in use meanwhile. Whoever can read the file can "
        "read everything in it."
    )
    parser.add_argument(
        "out",
        type=Path,
        nargs="?",
        default=Path(),
        metavar="FILE",
        help="a new file, or a folder for one named by the time; by default this folder",
    )
    parser.add_argument(
        "--keep",
        type=whole_number,
        metavar="NUMBER",
        help="in a folder: afterwards delete the oldest backups, all but so many",
    )
    parser.set_defaults(run=_back_up)


def add_restore(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `restore`."""
    parser.description = (
        "Fills the store, SQLite or PostgreSQL, with what a backup holds. It must be empty, or "
        "--replace given. It happens as a whole or, if anything fails, not at all. Stop the "
        "servers that use the store before, and start them afterwards."
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--replace", action="store_true", help="delete what is in the store first")
    what.add_argument("--check", action="store_true", help="only check that the file is whole")
    parser.set_defaults(run=_restore)


def _back_up(chosen: argparse.Namespace) -> None:
    from digitapp.runs import RunStore
    from digitapp.runs.backup import back_up

    folder = chosen.out if chosen.out.is_dir() else None
    if chosen.keep is not None and (folder is None or not chosen.keep):
        raise BadFile("--keep needs a folder to write into, and a number from 1.")
    file = folder / time.strftime(NAME) if folder else chosen.out
    facts = back_up(RunStore().database, file, terminal.progress)
    print(plain(f"Wrote {file} ({facts.total:,} rows, {file.stat().st_size:,} bytes)."))
    if folder and chosen.keep:
        _delete_oldest(folder, chosen.keep)


def _delete_oldest(folder: Path, keep: int) -> None:
    made = sorted(path for path in folder.iterdir() if OURS.fullmatch(path.name))
    for path in made[:-keep]:
        try:
            path.unlink()
        except OSError as error:
            raise BadFile(f"{path}: this old backup cannot be deleted ({cause(error)}).") from None
        print(plain(f"Deleted {path}."))


def _restore(chosen: argparse.Namespace) -> None:
    from digitapp.runs import RunStore
    from digitapp.runs.restoring import checked, restore

    if chosen.check:
        facts = checked(chosen.file)
        print(plain(f"{chosen.file} is whole: {_told(facts.total, facts.made)}."))
        return
    facts = restore(chosen.file, RunStore().database, chosen.replace, terminal.progress)
    print(f"Restored {_told(facts.total, facts.made)}.")


def _told(rows: int, made: float) -> str:
    return f"{rows:,} rows, as they were on {time.strftime('%Y-%m-%d %H:%M', time.localtime(made))}"
