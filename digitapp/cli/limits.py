"""`limits`: what people may use of a shared server, and the settings that change it."""

from __future__ import annotations

import argparse
import json

from digitapp.runs import limits
from digitapp.runs.limit_registry import LIMITS
from digitapp.text.escaping import plain


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `limits`."""
    parser.set_defaults(run=_show)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _show(chosen: argparse.Namespace) -> None:
    for name, limit in LIMITS.items():
        value, setting = limits.most(name), limits.variable(name)
        if chosen.json:
            told = {"limit": name, "value": value, "unit": limit.unit, "variable": setting}
            print(json.dumps(told))
        else:
            print(plain(f"{limit.title}\n    {limits.in_words(name):24} {setting}"))


def as_markdown() -> str:
    """Return a table of all limits with their defaults, and why they are what they are."""
    lines = ["| what | default | setting | why |", "| --- | --- | --- | --- |"]
    for name, limit in LIMITS.items():
        value = limit.default
        counted = limits.NO_LIMIT if value is None else limits.counted(value, limit.unit)
        usual = limit.usual or counted
        lines.append(f"| {limit.title} | {usual} | `{limits.variable(name)}` | {limit.reason} |")
    return "\n".join(lines)
