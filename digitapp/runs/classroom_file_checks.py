"""Checks of a room's file as a whole, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from digitapp.drawing import IMAGE_SIDE
from digitapp.errors import BadFile, InvalidSetting
from digitapp.runs import note_text, rows
from digitapp.runs.classroom_archive import OF_DATASETS, OF_ROOM, OF_RUNS, Row
from digitapp.runs.classroom_datasets import IN_CLASS
from digitapp.runs.tables import blobs, runs

COURSE = tuple(each for each in OF_RUNS if each is not blobs)
KEPT = (*OF_ROOM, *OF_DATASETS, runs, *COURSE)  # tables that are read into memory


def check(name: str, code: str, found: Mapping[str, list[Row]], of_blobs: Iterable[Row]) -> None:
    """Check that what belongs together is there, once.

    Args:
        name: of the file, for messages.
        code: of the room, in the names of its class datasets.

    Raises:
        BadFile: when it is not, or the settings of a run cannot be used.
    """
    known = {row["name"] for row in found["datasets"]}
    ids = {row["id"] for row in found["runs"]}
    whole = all(row["dataset"] in known for each in OF_DATASETS[1:] for row in found[each.name])
    whole &= all(row["run"] in ids for each in COURSE for row in found[each.name])
    names = [IN_CLASS.fullmatch(each) for each in known]
    whole &= all(each and each[2] == code for each in names)
    kept = [(row["run"], row["kind"], row["epoch"]) for row in of_blobs]
    whole &= all(run in ids for run, _, _ in kept) and len({*kept}) == len(kept)
    for each in KEPT:
        places = [
            tuple(row[column.name] for column in each.primary_key) for row in found[each.name]
        ]
        whole &= len({*places}) == len(places)
    drawn = (*found["sent_drawings"], *found["examples"])
    whole &= all(len(row["image"]) == IMAGE_SIDE**2 for row in drawn)
    if not whole:
        raise BadFile(f"{name}: the file is damaged: its parts do not belong together.")
    for row in found["runs"]:
        try:
            rows.spec_from(row["spec"])
            note_text.name(row["name"])
            note_text.note(row["note"])
        except InvalidSetting as error:
            raise BadFile(f"{name}: run {row['id']} cannot be used. {error}") from None
