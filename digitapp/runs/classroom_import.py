"""A room that was taken home, brought back: into the same room if that is empty, or a new one.

The file may be from another server, and may have been changed: its rows are checked, and give
nobody any rights. Who brings it back is the only teacher; pupils of this server have theirs again.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import sqlalchemy as sa

from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.runs import (
    classroom_file_checks,
    classroom_teaching,
    nicknames,
    note_text,
    people,
    stored,
    tables,
)
from digitapp.runs.classroom_archive import OF_DATASETS, Archive, Row
from digitapp.runs.classroom_codes import typed_code
from digitapp.runs.classroom_datasets import IN_CLASS, full_name
from digitapp.runs.classroom_export import in_words
from digitapp.runs.classroom_file_checks import COURSE, KEPT
from digitapp.runs.classroom_joining import MOST_MEMBERS
from digitapp.runs.classroom_records import HOUSE, Classroom
from digitapp.runs.classrooms import as_teacher, create
from digitapp.runs.clock import Now
from digitapp.runs.records import (
    CHECKPOINT,
    CLASSES,
    DONE,
    FAILED,
    FIRST_LAYER,
    GUESS,
    GUESSED_IMAGES,
    GUESSES,
    MODEL,
    NEW_RATES,
    PAUSES,
    RESUMED,
    SNAPSHOT,
    STOPPED,
    STROKE_READER,
    TEST,
)
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

OF_TRAINING = (CHECKPOINT, FIRST_LAYER, SNAPSHOT, GUESSES, GUESSED_IMAGES, GUESS)
KINDS = frozenset((*OF_TRAINING, MODEL, TEST, CLASSES, PAUSES, NEW_RATES, RESUMED))
FRESH = {
    **dict.fromkeys(("owner", "request", "phase", "traceback", "experiment"), ""),
    **{"pid": 0, "steps": 0, "pause_after": 0, "pace": None, "watched": None},
    **{"deleted": None, "leaving": None, "learning_rate": None},
}


@dataclass
class _Room:
    """What is brought back, and where to.

    Attributes:
        people: by the pupils' ids in the file, those that they have here.
        trusted: whether the file is as this store wrote it, so that pupils have theirs again.
        ids: of runs: those of the file, and those in this store.
    """

    store: RunStore
    code: str
    old_code: str
    people: Mapping[str, str]
    trusted: bool
    ids: dict[int, int] = field(default_factory=dict)

    def author(self, told: str) -> str:
        """Return who drew something: a pupil of the file, or else who brings it back."""
        return self.people.get(told, self.store.person)

    def owner(self, told: str) -> str:
        """Return whose a run is."""
        return self.author(told) if self.trusted else self.store.person

    def kinds(self) -> frozenset[str]:
        """Return the kinds of arrays that come back: no programs of strangers run here."""
        whole = self.trusted or self.store.person == HOUSE
        return KINDS | {STROKE_READER} if whole else KINDS

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
        LimitMet: when there is no room for it.
        StoreProblem: when the database fails.
    """
    archive = Archive(file, name)
    about = archive.about()
    found = {each.name: list(archive.rows(each)) for each in KEPT}
    classroom_file_checks.check(name, str(about["code"]), found, archive.rows(blobs))
    stored.check(store, archive.size)
    trusted = archive.is_signed(people.signing_key(store))
    code = _place(store, str(about["code"]), str(about["name"]), name)
    pupils = [row for row in found["members"] if not row["teacher"]]
    # Of another server nobody is known here: their names stay, and nobody has their rights.
    known = {row["person"]: row["person"] if trusted else secrets.token_hex(8) for row in pupils}
    room = _Room(store, code, str(about["code"]), known, trusted)
    with store.whole.database.begin() as connection:
        _members(connection, room, pupils)
        for row in found["sent_drawings"]:
            values = {**row, "room": code, "person": room.author(row["person"])}
            del values["id"]
            connection.execute(sent_drawings.insert().values(values))
        _datasets(connection, room, found)
    for row in found["runs"]:
        with store.whole.database.begin() as connection:
            _run(connection, room, row, found)
    for row in archive.rows(blobs):  # one at a time: they are large
        if row["run"] in room.ids and row["kind"] in room.kinds():
            new = blobs.insert().values({**row, "run": room.ids[row["run"]]})
            store.whole.database.change(new)
    counts = {each: len(kept) for each, kept in found.items()} | {"members": len(pupils)}
    return as_teacher(store, code).classroom, in_words(counts)


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
    """Bring back the pupils; for who is in another room by now, that stays the current one."""
    names: set[str] = set()
    for number, row in enumerate(pupils[:MOST_MEMBERS], 1):
        try:
            nickname = nicknames.checked(row["nickname"])
        except InvalidSetting:
            nickname = ""
        if not nickname or nicknames.alike(nickname) in names:
            nickname = f"Guest {number}"
        names.add(nicknames.alike(nickname))
        came = {"joined": float(number), "seen": float(number)}  # long ago
        values = {**row, **came, "room": room.code, "nickname": nickname}
        values["person"] = room.people[row["person"]]
        connection.execute(members.insert().values(values))


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
                values["person"] = room.author(row["person"])
                del values["id"]
            connection.execute(each.insert().values(values))


def _run(connection: sa.Connection, room: _Room, row: Row, found: Mapping[str, list[Row]]) -> None:
    """Bring back a run with its parts; one that is still there is in the room again.

    One that is in another room stays there, unless that has ended.
    """
    person = room.owner(row["person"])
    same = sa.and_(runs.c.person == person, runs.c.created == row["created"])
    there = connection.execute(sa.select(runs.c.id, runs.c.room).where(same)).first()
    if there:
        its = sa.select(classrooms.c.code).where(classrooms.c.code == there.room)
        going = its.where(classrooms.c.ended.is_(None))
        if not connection.execute(going).first():
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
