"""All of a room as one file: members, wall, class datasets, and the runs trained in it."""

from __future__ import annotations

import json
import time
from typing import IO, Any

import sqlalchemy as sa

from digitapp.runs import people
from digitapp.runs.classroom_archive import (
    ABOUT,
    FORMAT,
    OF_DATASETS,
    OF_ROOM,
    OF_RUNS,
    NewArchive,
)
from digitapp.runs.classroom_records import Classroom
from digitapp.runs.classrooms import as_teacher
from digitapp.runs.listing import THERE
from digitapp.runs.records import OF_NOW, ONNX
from digitapp.runs.store import RunStore
from digitapp.runs.tables import blobs, dataset_people, runs

A_FEW = {"yield_per": 20}  # rows at a time: networks are large
MADE_ANEW = (ONNX, *OF_NOW)  # when they are next needed


def write(store: RunStore, code: str, file: IO[bytes]) -> str:
    """Write a room into a file; return in words what it holds.

    Raises:
        UnknownName, InvalidSetting: as `as_teacher`.
        StoreProblem: when the database fails.
        OSError: when the file cannot be written.
    """
    room = as_teacher(store, code).classroom
    archive, counts = NewArchive(file, people.signing_key(store)), {}
    archive.put(ABOUT, json.dumps(_about(room)).encode())
    with store.whole.database.begin() as connection:
        for table, query in _queries(code):
            found = connection.execute(query, execution_options=A_FEW)
            counts[table.name] = archive.put_rows(table, found)
    archive.close()
    return in_words(counts)


def in_words(counts: dict[str, int]) -> str:
    """Say how many rows of which kinds there are, such as `3 people, 12 runs`."""
    words = {
        "members": ("person", "people"),
        "sent_drawings": ("drawing on the wall", "drawings on the wall"),
        "datasets": ("class dataset", "class datasets"),
        "runs": ("run", "runs"),
    }
    return ", ".join(
        f"{counts[name]:,} {one if counts[name] == 1 else more}"
        for name, (one, more) in words.items()
    )


def _about(room: Classroom) -> dict[str, Any]:
    known = {"code": room.code, "name": room.name, "created": room.created}
    return {"format": FORMAT, "made": time.time(), **known}


def _queries(code: str) -> list[tuple[sa.Table, sa.Select[Any]]]:
    """Return each table with the query for its rows that belong to the room."""
    pooled = sa.select(dataset_people.c.dataset).where(dataset_people.c.room == code)
    trained = sa.select(runs.c.id).where(runs.c.room == code, THERE)
    found = [(each, sa.select(each).where(each.c.room == code)) for each in OF_ROOM]
    for each in OF_DATASETS:
        name = each.c.name if "name" in each.c else each.c.dataset
        found.append((each, sa.select(each).where(name.in_(pooled))))
    found.append((runs, sa.select(runs).where(runs.c.room == code, THERE)))
    for each in OF_RUNS:
        query = sa.select(each).where(each.c.run.in_(trained))
        if each is blobs:
            query = query.where(blobs.c.kind.not_in(MADE_ANEW))
        found.append((each, query))
    return found
