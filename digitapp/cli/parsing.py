"""Helpers for the argument parsers of all commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

LARGEST_NUMBER = 2**31 - 1

Command = Callable[[argparse.Namespace], int | None]  # returns the exit status, if not 0


class Parser(argparse.ArgumentParser):
    """Parser of a command whose arguments may be in a module that is imported only if needed.

    Attributes:
        adds: the module and its function that adds the arguments, such as
            `digitapp.cli.train:add_to`; empty when they are there already.
    """

    adds = ""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse the arguments, after adding those that the command accepts."""
        if self.adds:
            module, function = self.adds.split(":")
            self.adds = ""
            getattr(import_module(module), function)(self)
        return super().parse_known_args(args, namespace)


def later(commands: Any, name: str, adds: str, about: str) -> None:
    """Add a command whose module is imported only if it is chosen.

    Args:
        adds: as in `Parser`; the function takes the command's parser.
    """
    commands.add_parser(name, help=about, description=about).adds = adds


def command(commands: Any, name: str, run: Command, about: str) -> argparse.ArgumentParser:
    """Add a command that calls `run`; return its parser, for adding arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    return parser


def of_run(commands: Any, name: str, run: Command, about: str) -> argparse.ArgumentParser:
    """Add a command that acts on one run, given by its id; return its parser."""
    parser = command(commands, name, run, about)
    add_run(parser, run)
    return parser


def subcommands(parser: argparse.ArgumentParser) -> Any:
    """Give a command subcommands; return the object to add them to."""
    return parser.add_subparsers(required=True, metavar="WHAT")


def add_run(parser: argparse.ArgumentParser, run: Command) -> None:
    """Make a command act on one run, given by its id, by calling `run`."""
    parser.add_argument("id", type=whole_number, metavar="ID")
    parser.set_defaults(run=run)


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the option `--model`, which chooses the network."""
    from digitapp.library import models

    names = ", ".join([*models.MODELS, "or run-12 for the network of run 12"])
    parser.add_argument("--model", default=models.DEFAULT, help=names)


def whole_number(text: str) -> int:
    """Parse an integer from 0 to 2**31 - 1, the largest that the database can store."""
    if not text.isdecimal() or len(text) > 10 or int(text) > LARGEST_NUMBER:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be a whole number from 0 to {LARGEST_NUMBER}."
        )
    return int(text)
