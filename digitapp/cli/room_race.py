"""`room race`: who stands where in the race of a room."""

from __future__ import annotations

import argparse
import json
from typing import Any

from digitapp.cli.parsing import command
from digitapp.library import class_race
from digitapp.library.class_race import Race
from digitapp.runs import RunStore, classroom_race
from digitapp.runs.classroom_codes import typed_code
from digitapp.text.escaping import plain
from digitapp.text.percent import counted_percent


def add_to(room: Any) -> None:
    """Add the command to those of `room`."""
    race = command(room, "race", _race, "who stands where in the race of a room")
    race.add_argument("code", metavar="CODE")
    race.add_argument("--json", action="store_true", help="one JSON object a person and dataset")


def _race(chosen: argparse.Namespace) -> None:
    races = class_race.races(classroom_race.entries(RunStore(), typed_code(chosen.code)))
    if not races and not chosen.json:
        print("No run is in the race of this room yet.")
    for each in races.values():
        if chosen.json:
            _print_objects(each)
        else:
            _print_table(each)


def _print_table(race: Race) -> None:
    count = len(race.entries)
    title = class_race.title_of(race.dataset)
    print(plain(f"{title}: {count} run{'s' if count > 1 else ''}, {race.under_way} under way"))
    for each in race.standings:
        run, score = each.entry.run, counted_percent(each.score)
        told = f"{each.place:>3}  {each.entry.name:20}  {score:>8}  run {run.id}: {run.title}"
        print(plain(told))
    if race.differ:
        print("     (tested with different images: the dataset has changed between these runs)")


def _print_objects(race: Race) -> None:
    for each in race.standings:
        run = each.entry.run
        values = {"dataset": race.dataset, "place": each.place, "name": each.entry.name}
        values |= {"test_accuracy": each.score, "run": run.id, "network": run.title}
        print(json.dumps(values))
