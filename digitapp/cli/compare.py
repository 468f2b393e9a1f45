"""`runs compare`: the settings in which runs differ, and their scores."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from digitapp.cli.parsing import command, whole_number
from digitapp.errors import InvalidSetting
from digitapp.runs import Run, RunStore
from digitapp.runs.comparison import MEASURES, Difference, differences, formatted
from digitapp.text.escaping import plain
from digitapp.training.history import finite

WIDEST_TITLE = 24  # characters in a run's column
GAP = "  "


def add_to(runs: Any) -> None:
    """Add the command."""
    parser = command(runs, "compare", _compare, "show how runs differ, and their scores")
    parser.add_argument("id", type=whole_number, metavar="ID", nargs="+")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _compare(chosen: argparse.Namespace) -> None:
    numbers = list(dict.fromkeys(chosen.id))
    if len(numbers) < 2:
        raise InvalidSetting(
            f"Only run {numbers[0]} is named; name two or more to compare, such as: "
            f"runs compare {numbers[0]} {numbers[0] + 1}"
        )
    store = RunStore()
    found = [store.get(number) for number in numbers]
    changed = differences(found)
    print(json.dumps(_values(found, changed)) if chosen.json else _table(found, changed))


def _values(found: Sequence[Run], changed: Sequence[Difference]) -> dict[str, Any]:
    """Return the settings that differ and all scores, each by run id."""
    return {
        "differs": {
            row.name: dict(zip([str(run.id) for run in found], row.values, strict=True))
            for row in changed
        },
        "scores": {
            str(run.id): {name: finite(measure.of(run)) for name, measure in MEASURES.items()}
            for run in found
        },
    }


def _table(found: Sequence[Run], changed: Sequence[Difference]) -> str:
    """Return a table with a column per run: the settings that differ, then the scores."""
    scores = [
        (each.title, [formatted(run, name) for run in found]) for name, each in MEASURES.items()
    ]
    rows = [
        ("", [f"run {run.id}" for run in found]),
        ("", [run.title for run in found]),
        *((row.title, list(row.values)) for row in changed),
        *((title, values) for title, values in scores if any(values)),
    ]
    lines = [[title, *map(_short, values)] for title, values in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = [GAP.join(map(str.ljust, line, widths)).rstrip() for line in lines]
    return "\n".join([*shown, *([] if changed else ["Their settings are the same."])])


def _short(text: str) -> str:
    text = plain(text)
    short = f"{text[: WIDEST_TITLE - 1]}\N{HORIZONTAL ELLIPSIS}"
    return text if len(text) <= WIDEST_TITLE else short
