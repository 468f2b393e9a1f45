"""The command line: everything the pages do, for scripts and for people who like it plain."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from digitapp.cli import data, evaluating, predicting, rebuilding, runs, training
from digitapp.errors import DigitappError
from digitapp.escaping import plain

PARTS = (predicting, evaluating, training, runs, data, rebuilding)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 something failed, 2 wrong usage."""
    chosen = _parser().parse_args(arguments)
    try:
        status = int(chosen.run(chosen))
        sys.stdout.flush()
        return status
    except DigitappError as error:
        print(f"digitapp: {plain(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("digitapp: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has gone: there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digitapp", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in PARTS:
        part.add_to(commands)
    return parser
