"""Helpers for the argument parsers of all commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from digitapp.library import models

LARGEST_NUMBER = 2**31 - 1

Command = Callable[[argparse.Namespace], int | None]  # returns the exit status, if not 0


def command(commands: Any, name: str, run: Command, about: str) -> argparse.ArgumentParser:
    """Add a command that calls `run`; return its parser, for adding arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    return parser


def of_run(commands: Any, name: str, run: Command, about: str) -> argparse.ArgumentParser:
    """Add a command that acts on one run, given by its id; return its parser."""
    parser = command(commands, name, run, about)
    parser.add_argument("id", type=whole_number, metavar="ID")
    return parser


def group(commands: Any, name: str, about: str) -> Any:
    """Add a command that has subcommands; return the object to add them to."""
    parser = commands.add_parser(name, help=about, description=about)
    return parser.add_subparsers(required=True, metavar="WHAT")


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the option `--model`, which chooses the network."""
    names = ", ".join([*models.MODELS, "or run-12 for the network of run 12"])
    parser.add_argument("--model", default=models.DEFAULT, help=names)


def whole_number(text: str) -> int:
    """Parse an integer from 0 to 2**31 - 1, the largest that the database can store."""
    if not text.isdecimal() or len(text) > 10 or int(text) > LARGEST_NUMBER:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be a whole number from 0 to {LARGEST_NUMBER}."
        )
    return int(text)
