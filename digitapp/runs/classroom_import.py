"""A room that was taken home, brought back: into the same room if that is empty, or a new one.

The file may be from another server, and may have been changed: its rows are checked, and give
nobody any rights. Who brings it back is the only teacher; pupils of this server have theirs again.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import sqlalchemy as sa

from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.runs import classroom_teaching, nicknames, note_text, rows, tables
from digitapp.runs.classroom_archive import OF_DATASETS, OF_ROOM, OF_RUNS, Archive, Row
from digitapp.runs.classroom_codes import typed_code
from digitapp.runs.classroom_datasets import IN_CLASS, full_name
from digitapp.runs.classroom_export import in_words
from digitapp.runs.classroom_joining import MOST_MEMBERS
from digitapp.runs.classroom_records import Classroom
from digitapp.runs.classrooms import as_teacher, create
from digitapp.runs.clock import Now
from digitapp.runs.records import DONE, FAILED, STOPPED
from digitapp.runs.store import RunStore
from digitapp.runs.tables import (
    blobs,
    classrooms,
    dataset_people,
    datasets,
    members,
    runs,
    sent_drawings,
)

COURSE = tuple(each for each in OF_RUNS if each is not blobs)
KEPT = (*OF_ROOM, *OF_DATASETS, runs, *COURSE)  # in memory
PERSON = re.compile(r"[\w-]{1,64}")
FRESH = {
    **dict.fromkeys(("owner", "request", "phase", "traceback", "experiment"), ""),
    **{"pid": 0, "steps": 0, "pause_after": 0, "pace": None, "watched": None},
    **{"deleted": None, "leaving": None, "learning_rate": None},
}


@dataclass
class _Room:
    """What is brought back, and where to.

    Attributes:
        people: of the pupils in the file, whose things stay theirs.
        ids: of runs: those of the file, and those in this store.
    """

    store: RunStore
    code: str
    old_code: str
    people: frozenset[str] = frozenset()
    ids: dict[int, int] = field(default_factory=dict)

    def person(self, told: str) -> str:
        """Return whose something is: a pupil's of the file, or else of who brings it back."""
        return told if told in self.people else self.store.person

    def dataset(self, name: str) -> str:
        """Return a class dataset's name with the code of this room."""
        found = IN_CLASS.fullmatch(name)
        return full_name(found[1], self.code) if found and found[2] == self.old_code else name


def read(store: RunStore, file: IO[bytes], name: str) -> tuple[Classroom, str]:
    """Bring back a room from a file; return it, and in words what came.

    Args:
        name: of the file, for messages.

    Raises:
        BadFile: when the file is damaged or another kind of file. Nothing is changed then.
        InvalidSetting: when the asker may not make rooms.
        StoreProblem: when the database fails.
    """
    archive = Archive(file, name)
    about = archive.about()
    found = {each.name: list(archive.rows(each)) for each in KEPT}
    _check(name, found, archive.rows(blobs))
    code = _place(store, str(about["code"]), str(about["name"]), name)
    pupils = [row for row in found["members"] if not row["teacher"]]
    people = frozenset(row["person"] for row in pupils if PERSON.fullmatch(row["person"]))
    room = _Room(store, code, str(about["code"]), people)
    with store.whole.database.begin() as connection:
        _members(connection, room, pupils)
        for row in found["sent_drawings"]:
            values = {**row, "room": code, "person": room.person(row["person"])}
            del values["id"]
            connection.execute(sent_drawings.insert().values(values))
        _datasets(connection, room, found)
    for row in found["runs"]:
        with store.whole.database.begin() as connection:
            _run(connection, room, row, found)
    for row in archive.rows(blobs):  # one at a time: they are large
        if row["run"] in room.ids:
            new = blobs.insert().values({**row, "run": room.ids[row["run"]]})
            store.whole.database.change(new)
    counts = {each: len(kept) for each, kept in found.items()} | {"members": len(pupils)}
    return as_teacher(store, code).classroom, in_words(counts)


def _check(name: str, found: Mapping[str, list[Row]], of_blobs: Iterable[Row]) -> None:
    """Check that what belongs together is there, once.

    Raises:
        BadFile: when it is not, or the settings of a run cannot be used.
    """
    known = {row["name"] for row in found["datasets"]}
    ids = {row["id"] for row in found["runs"]}
    whole = all(row["dataset"] in known for each in OF_DATASETS[1:] for row in found[each.name])
    whole &= all(row["run"] in ids for each in COURSE for row in found[each.name])
    whole &= all(IN_CLASS.fullmatch(each) for each in known)
    kept = [(row["run"], row["kind"], row["epoch"]) for row in of_blobs]
    whole &= all(run in ids for run, _, _ in kept) and len({*kept}) == len(kept)
    for each in KEPT:
        places = [
            tuple(row[column.name] for column in each.primary_key) for row in found[each.name]
        ]
        whole &= len({*places}) == len(places)
    if not whole:
        raise BadFile(f"{name}: the file is damaged: its parts do not belong together.")
    for row in found["runs"]:
        try:
            rows.spec_from(row["spec"])
            note_text.name(row["name"])
            note_text.note(row["note"])
        except InvalidSetting as error:
            raise BadFile(f"{name}: run {row['id']} cannot be used. {error}") from None


def _place(store: RunStore, told: str, title: str, file: str) -> str:
    """Return the code of the room to fill: the one of the file if it is empty, or a new one."""
    try:
        code, title = typed_code(told), note_text.name(title)
    except InvalidSetting as error:
        raise BadFile(f"{file}: {error}") from None
    with store.whole.database.begin() as connection:
        there = connection.execute(sa.select(classrooms).where(classrooms.c.code == code)).first()
        empty = there and not _filled(connection, code)
    if empty:
        try:
            classroom_teaching.reopen(store, code)
            return code
        except (UnknownName, InvalidSetting):  # it is somebody else's
            pass
    return create(store, title, code=code).code


def _filled(connection: sa.Connection, code: str) -> bool:
    pupils = sa.select(members.c.person).where(members.c.room == code, sa.not_(members.c.teacher))
    sent = sa.select(sent_drawings.c.id).where(sent_drawings.c.room == code)
    pooled = sa.select(dataset_people.c.dataset).where(dataset_people.c.room == code)
    return any(connection.execute(each.limit(1)).first() for each in (pupils, sent, pooled))


def _members(connection: sa.Connection, room: _Room, pupils: list[Row]) -> None:
    taken: set[str] = set()
    for number, row in enumerate(pupils[:MOST_MEMBERS], 1):
        if row["person"] not in room.people or row["person"] in taken:
            continue
        taken.add(row["person"])
        try:
            nickname = nicknames.checked(row["nickname"])
        except InvalidSetting:
            nickname = f"Guest {number}"
        connection.execute(
            members.insert().values({**row, "room": room.code, "nickname": nickname})
        )


def _datasets(connection: sa.Connection, room: _Room, found: Mapping[str, list[Row]]) -> None:
    for row in found["datasets"]:
        name = room.dataset(row["name"])
        connection.execute(datasets.insert().values({**row, "name": name}))
        owned = {"dataset": name, "person": room.store.person, "room": room.code}
        connection.execute(dataset_people.delete().where(dataset_people.c.dataset == name))
        connection.execute(dataset_people.insert().values(owned))
    for each in OF_DATASETS[1:]:
        for row in found[each.name]:
            values = {**row, "dataset": room.dataset(row["dataset"])}
            if each is tables.examples:
                values["person"] = room.person(row["person"])
                del values["id"]
            connection.execute(each.insert().values(values))


def _run(connection: sa.Connection, room: _Room, row: Row, found: Mapping[str, list[Row]]) -> None:
    """Bring back a run with its parts; one that is still there is in the room again."""
    person = room.person(row["person"])
    same = sa.and_(runs.c.person == person, runs.c.created == row["created"])
    there = connection.execute(sa.select(runs.c.id, runs.c.room).where(same)).first()
    if there:
        if there.room == "":
            back = runs.update().where(runs.c.id == there.id)
            connection.execute(back.values(room=room.code, shown=row["shown"]))
        return
    values = {**row, **FRESH, "person": person, "room": room.code, "host": socket.gethostname()}
    values |= {"queued": Now(), "heartbeat": Now(), "spec": _spec(room, row["spec"])}
    values["status"] = row["status"] if row["status"] in (DONE, FAILED) else STOPPED
    del values["id"]
    key = connection.execute(runs.insert().values(values)).inserted_primary_key
    assert key is not None
    room.ids[row["id"]] = int(key[0])
    for each in COURSE:
        mine = [part for part in found[each.name] if part["run"] == row["id"]]
        if mine:
            connection.execute(each.insert(), [{**part, "run": int(key[0])} for part in mine])


def _spec(room: _Room, text: str) -> str:
    """Return the settings of a run with the names that class datasets and runs have here."""
    found: dict[str, Any] = json.loads(text)
    found["dataset"] = room.dataset(str(found.get("dataset", "")))
    base = re.fullmatch(r"run-(\d{1,9})", str(found.get("base", "")))
    if base and int(base[1]) in room.ids:
        found["base"] = f"run-{room.ids[int(base[1])]}"
    return json.dumps(found)
