"""A room as one file: what is taken home comes back, and gives nobody rights."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from digitapp.errors import BadFile, DigitappError, UnknownName
from digitapp.runs import (
    RunStore,
    classroom_datasets,
    classroom_export,
    classroom_import,
    classroom_race,
    classroom_teaching,
    classroom_wall,
    classrooms,
    drawn_examples,
)
from digitapp.runs.classroom_joining import join
from digitapp.runs.classroom_records import Classroom
from digitapp.runs.classroom_wall import NewDrawing
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.records import MODEL
from tests.stores import ADDED, on_both
from tests.tiny_runs import TINY

ANA, BEN, EVE = "ana", "ben", "eve"
IMAGE = np.full((28, 28), 200, np.uint8)


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(f"sqlite:///{tmp_path_factory.mktemp('other')}/runs.db")


@pytest.fixture
def code(store: RunStore) -> str:
    """A room with two pupils, a wall, a class dataset, and a run of one of them."""
    return a_room(store)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Such a room of some other server, taken home."""
    store = RunStore(f"sqlite:///{tmp_path_factory.mktemp('store')}/runs.db")
    return taken_home(store, a_room(store))


def a_room(store: RunStore) -> str:
    room = classrooms.create(store, "7a").code
    ana = store.seen_by(ANA)
    for each in (ana, store.seen_by(BEN)):
        join(each, room, each.person.title())
    classroom_wall.send(ana, room, NewDrawing(IMAGE, None, "7", 0.9))
    pooled = classroom_datasets.create(store, room, "Signs", ["star", "sun"])
    drawn_examples.keep(ana, pooled, [NewExample(0, IMAGE)])
    ana.add(TINY, **{**ADDED, "name": "Ana's", "model": b"m" * 100_000})  # type: ignore[arg-type]
    return room


def taken_home(store: RunStore, code: str) -> bytes:
    file = io.BytesIO()
    classroom_export.write(store, code, file)
    return file.getvalue()


def brought_back(store: RunStore, data: bytes) -> tuple[Classroom, str]:
    return classroom_import.read(store, io.BytesIO(data), "room.zip")


@on_both
def test_a_room_that_was_deleted_is_back_with_its_code_and_everybodys_things(
    store: RunStore, code: str
) -> None:
    data = taken_home(store, code)
    classroom_teaching.delete(store, code)
    room, told = brought_back(store, data)
    assert (room.code, room.name) == (code, "7a")
    assert told == "2 people, 1 drawing on the wall, 1 class dataset, 1 run"
    ana = store.seen_by(ANA)
    assert classrooms.as_member(ana, code).member.nickname == "Ana"
    assert [each.guess for each in classroom_wall.own(ana, code)] == ["7"]
    assert drawn_examples.counts(ana, f"Signs (class {code})") == {0: 1}
    assert [each.name for each in ana.all()] == ["Ana's"]  # it never went, and is not there twice
    assert [each.name for each in store.all()] == ["Ana's"]


def test_a_room_comes_to_another_server_with_its_networks(
    store: RunStore, other: RunStore, code: str
) -> None:
    room, _ = brought_back(other, taken_home(store, code))
    assert room.code == code
    (run,) = other.all()
    assert other.blob(run.id, MODEL) == b"m" * 100_000
    assert other.epochs(run.id) == store.epochs(store.all()[0].id)
    assert [each.nickname for each in classrooms.listed(other, code)] == ["Ana", "Ben", "Teacher"]


def test_beside_a_room_in_use_it_comes_back_under_another_code(store: RunStore, code: str) -> None:
    room, _ = brought_back(store, taken_home(store, code))
    assert room.code != code
    names = [each.name for each in classroom_datasets.listed(store, room.code)]
    assert names == [f"Signs (class {room.code})"]
    assert drawn_examples.counts(store, names[0]) == {0: 1}


def test_beside_a_room_that_has_ended_its_runs_come_along(store: RunStore, code: str) -> None:
    ana = store.seen_by(ANA)
    run = ana.all()[0].id
    classroom_race.enter(ana, code, run)
    data = taken_home(store, code)
    classroom_teaching.end(store, code)
    room, _ = brought_back(store, data)
    assert room.code != code
    assert [each.run.id for each in classroom_race.entries(store, room.code)] == [run]
    assert [each.run.id for each in classroom_race.entries(store, code)] == []


def test_a_cleared_room_is_filled_again(store: RunStore, code: str) -> None:
    data = taken_home(store, code)
    classroom_teaching.clear(store, code)
    assert brought_back(store, data)[0].code == code
    assert len(classrooms.taught(store)) == 1


def test_who_teaches_nothing_takes_nothing_home_and_brings_nothing(
    store: RunStore, code: str
) -> None:
    data = taken_home(store, code)
    for person in (ANA, EVE):
        with pytest.raises(DigitappError):
            taken_home(store.seen_by(person), code)
        with pytest.raises(DigitappError):
            brought_back(store.seen_by(person), data)


def _changed(data: bytes, entry: str, change: Callable[[list[Any]], Any]) -> bytes:
    """Return the file with other lines in one of its tables."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for each in old.infolist():
            text = old.read(each)
            if each.filename == entry:
                lines = [json.loads(line) for line in text.splitlines()]
                text = "\n".join(json.dumps(line) for line in change(lines)).encode()
            new.writestr(each.filename, text)
    return target.getvalue()


def _with(entry: str, **values: Any) -> Callable[[bytes], bytes]:
    return lambda data: _changed(data, entry, lambda rows: [{**row, **values} for row in rows])


def test_a_changed_file_makes_nobody_a_teacher_and_gives_nobody_a_strangers_runs(
    store: RunStore, other: RunStore, code: str
) -> None:
    data = _with("members.jsonl", teacher=True)(taken_home(store, code))
    data = _with("runs.jsonl", person=EVE)(data)
    room, _ = brought_back(other, data)
    assert [each.person for each in classrooms.listed(other, room.code)] == [""]  # the house
    assert other.seen_by(EVE).all() == []
    with pytest.raises(UnknownName):
        classrooms.as_member(other.seen_by(ANA), room.code)


def test_nobody_is_brought_into_a_room_by_a_file_that_this_server_did_not_write(
    store: RunStore, code: str
) -> None:
    data = _with("members.jsonl", person=EVE, joined=4e9)(taken_home(store, code))
    data = _changed(data, "members.jsonl", lambda rows: [{**rows[0], "teacher": False}])
    room, _ = brought_back(store, _with("runs.jsonl", person=EVE, created=1.0)(data))
    assert classrooms.current(store.seen_by(EVE)) is None
    assert store.seen_by(EVE).all() == []
    assert all(each.nickname for each in classrooms.listed(store, room.code))


def test_a_room_that_comes_back_is_nobodys_current_one_before_another(
    store: RunStore, code: str
) -> None:
    data, newer = taken_home(store, code), classrooms.create(store, "8b").code
    join(store.seen_by(ANA), newer)
    classroom_teaching.delete(store, code)
    brought_back(store, data)
    for person, room in ((ANA, newer), (BEN, code)):
        found = classrooms.current(store.seen_by(person))
        assert found is not None
        assert found.classroom.code == room


@pytest.mark.parametrize("kind", ["onnx", "network now", "something else"])
def test_a_program_in_a_changed_file_does_not_come_in(
    other: RunStore, file: bytes, kind: str
) -> None:
    brought_back(other, _with("blobs.jsonl", kind=kind)(file))
    (run,) = other.all()
    assert other.blob(run.id, kind) is None


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no archive": lambda data: b"PK" + data[20:400],
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "another archive": lambda data: _changed(data, "room.json", lambda rows: [{"format": 9}]),
    "a code that is none": _with("room.json", code="../../x"),
    "text for a number": _with("runs.jsonl", images="many"),
    "a number too large": _with("runs.jsonl", images=2**40),
    "a missing column": lambda data: _changed(data, "epochs.jsonl", lambda rows: [{"run": 1}]),
    "an epoch of no run": _with("epochs.jsonl", run=77),
    "two of the same": lambda data: _changed(data, "epochs.jsonl", lambda rows: rows * 2),
    "settings of no network": _with("runs.jsonl", spec='{"epochs": "all"}'),
    "a name that turns": _with("runs.jsonl", name="a\u202eb"),
    "a file that is not there": _with("blobs.jsonl", data={"file": "../../etc/passwd"}),
    "the same part twice": lambda data: _changed(
        data, "blobs.jsonl", lambda rows: [{**rows[0], "epoch": epoch} for epoch in range(3)]
    ),
    "a drawing of another size": _with("sent_drawings.jsonl", image={"base64": "AAAA"}),
    "too many": lambda data: _changed(data, "members.jsonl", lambda rows: rows * 200),
    "no base64": _with("sent_drawings.jsonl", image={"base64": "???"}),
    "a dataset of the house": _with("datasets.jsonl", name="mnist"),
    "a dataset of another room": _with("datasets.jsonl", name="Signs (class CCCCC)"),
    "an example of nothing": _with("examples.jsonl", dataset="mine"),
    "not a number": _with("epochs.jsonl", loss=float("nan")),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_a_sentence_and_changes_nothing(
    damage: str, other: RunStore, file: bytes
) -> None:
    data = DAMAGE[damage](file)
    with pytest.raises(BadFile, match=r"^room\.zip: "):
        brought_back(other, data)
    assert classrooms.taught(other) == []
    assert other.all() == []
