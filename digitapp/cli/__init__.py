"""Command line: everything the pages do, for scripts and the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from digitapp.cli import terminal
from digitapp.cli.parsing import Parser, later
from digitapp.errors import DigitappError, cause
from digitapp.files import error_log

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

COMMANDS = {
    "predict": ("predict:add_to", "read pictures of digits"),
    "evaluate": ("evaluate:add_to", "measure on labelled handwriting"),
    "train": ("train:add_to", "train a network"),
    "experiment": (
        "experiment:add_to",
        "train a few runs that differ in one thing, and say what came of it",
    ),
    "work": ("train:add_work", "train a queued run; the pages start this command"),
    "runs": (
        "runs:add_to",
        "list, show, stop, resume, note, compare, delete, export and import runs",
    ),
    "data": ("data:add_to", "list the datasets, show one, or import one of your own"),
    "backup": ("backup:add_backup", "write the whole store into one file"),
    "restore": ("backup:add_restore", "fill the store with what is in a backup"),
    "limits": ("limits:add_to", "show what people may use of a shared server"),
    "room": ("room:add_to", "make rooms for classes, end them, take one home, bring it back"),
    "recogniser": (
        "recogniser:add_to",
        "train, calibrate and measure the bundled network again",
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    The status is 0 for success, 1 for a failure, 2 for wrong usage and 130 for Ctrl-C. Every
    error is reported in one sentence, or with `--json` as an object with the key `error`.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    terminal.prepare()
    try:
        try:
            chosen = _parser(as_json).parse_args(given)
            return chosen.run(chosen) or 0
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        _tell("stopped.", as_json)
        return 130
    except BrokenPipeError:  # the reader of our output is gone, so there is nobody to tell
        terminal.abandon_output()
    except Exception as error:
        _tell(_sentence(error), as_json)
    return 1


def _sentence(error: Exception) -> str:
    if isinstance(error, DigitappError):
        return str(error)
    if isinstance(error, OSError) and terminal.output_failed(error):
        terminal.abandon_output()
        return f"The output cannot be written ({cause(error)})."
    return str(error_log.noted(error))


def _tell(sentence: str, as_json: bool) -> None:
    terminal.tell(sentence if as_json else f"digitapp: {sentence}", as_json)


class _Parser(Parser):
    """Parser that raises when its help cannot be written; argparse would ignore that."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        (file or sys.stderr).write(message)


class _JsonParser(_Parser):
    """Parser that reports wrong arguments as JSON."""

    def error(self, message: str) -> NoReturn:
        terminal.tell(f"{self.prog}: {message}", as_json=True)
        raise SystemExit(2)


def _parser(as_json: bool) -> argparse.ArgumentParser:
    kind = _JsonParser if as_json else _Parser
    parser = kind(prog="digitapp", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (adds, about) in COMMANDS.items():
        later(commands, name, f"digitapp.cli.{adds}", about)
    return parser
