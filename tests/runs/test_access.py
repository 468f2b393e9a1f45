"""Every operation of the store, tried by its owner and by those whom it is none of the business."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from digitapp.errors import DigitappError
from digitapp.runs import (
    RunStore,
    access,
    corrected_drawings,
    drawn_examples,
    imported_datasets,
    tables,
)
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.records import CHECKPOINT
from digitapp.runs.tables import runs
from tests import stores
from tests.stores import ADDED, DIGIT, IMAGE, READING, WRITING
from tests.tiny_runs import TINY

pytestmark = stores.on_both

ADA, BOB, EVE, TEACHER = "ada", "bob", "eve", "teacher"
ROOM = "K7QPX"
# What makes something of one's own, in everybody's hands.
MAKING = {"create", "add"}


@pytest.fixture
def whole(store_url: str) -> RunStore:
    """A store with one of everything of Ada's: run 1 is stopped, run 2 is deleted."""
    store = RunStore(store_url)
    _room(store)
    _fill(store.seen_by(ADA))
    return store


def _room(store: RunStore) -> None:
    with store.database.begin() as connection:
        texts = {"name": "7b", "teacher": TEACHER, "link_key": "", "settings": "{}", "leading": ""}
        row = {"code": ROOM, "created": 1.0, "revision": 0, **texts}
        connection.execute(tables.classrooms.insert().values(row))
        for person in (ADA, BOB, TEACHER):
            flags = {"teacher": person == TEACHER, "hidden": False, "removed": False}
            times = {"joined": 1.0, "seen": 1.0}
            member = {"room": ROOM, "person": person, "nickname": person, **flags, **times}
            connection.execute(tables.members.insert().values(member))


def _fill(store: RunStore) -> None:
    """Make one of everything, by a person's own hands where that is possible."""
    for name in ("first", "second"):
        run = store.add(TINY, **{**ADDED, "name": name})  # type: ignore[arg-type]
    store.delete(run)
    stopped = runs.update().where(runs.c.id == 1).values(status="stopped", traceback="Traceback")
    store.database.change(stopped)
    watched = runs.update().where(runs.c.id == 1).values(watched=DIGIT.tobytes())
    store.database.change(watched)
    with store.database.begin() as connection:
        point = {"run": 1, "epoch": 1, "batch": 3, "loss": 1.0, "accuracy": 0.5, "seconds": 0.1}
        connection.execute(tables.points.insert().values(point))
        blob = {"run": 1, "kind": CHECKPOINT, "epoch": 1, "data": b"state"}
        connection.execute(tables.blobs.insert().values(blob))
        score = {"run": 1, "data": "mnist", "before_right": 1, "after_right": 2, "total": 3}
        connection.execute(tables.scores.insert().values(score))
    imported_datasets.add(store, "mine", "a file", 12, b"data", "abc")
    drawn_examples.create(store, "signs", ["star", "spiral"])
    drawn_examples.keep(store, "signs", [NewExample(0, IMAGE), NewExample(1, IMAGE)])
    corrected_drawings.add(store, DIGIT, 4, "9", "recogniser")


def _everything(store: RunStore, person: str = ADA) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows that are a person's, or parts of what is."""
    with store.seen_by(person).database.begin() as connection:
        return {
            name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for name, table in tables.metadata.tables.items()
            if name not in ("store", "store_revision", "secrets")
        }


def _outcome(operation: Callable[[RunStore], object], store: RunStore) -> object:
    """Return what an operation returns, or the text of its error."""
    try:
        return repr(operation(store))
    except DigitappError as error:
        return type(error), str(error)


def _name(operation: Callable[[RunStore], object]) -> str:
    code = getattr(operation, "__code__", None)
    if code is None or operation.__name__ != "<lambda>":
        return operation.__name__
    return "-".join(each for each in code.co_names if each not in ("store", "NewExample", "IMAGE"))


each_reading = pytest.mark.parametrize("operation", READING, ids=_name)
each_writing = pytest.mark.parametrize("operation", WRITING, ids=_name)


@each_reading
@pytest.mark.parametrize("person", [BOB, EVE])
def test_a_stranger_reads_of_anothers_things_what_there_is_of_nothing(
    operation: Callable[[RunStore], object], person: str, whole: RunStore
) -> None:
    found = _outcome(operation, whole.seen_by(person))
    for each in whole.seen_by(ADA).listed()[0] + whole.seen_by(ADA).deleted():
        whole.database.change(runs.delete().where(runs.c.id == each.id))
    for table in (tables.datasets, tables.handwriting):
        whole.database.change(table.delete())
    assert found == _outcome(operation, whole.seen_by(person))


@each_writing
@pytest.mark.parametrize("person", [BOB, EVE, TEACHER])
def test_nobody_else_changes_what_is_anothers(
    operation: Callable[[RunStore], object], person: str, whole: RunStore
) -> None:
    before = _everything(whole)
    _outcome(operation, whole.seen_by(person))
    assert _everything(whole) == before


@each_writing
def test_a_person_and_the_house_do_with_a_persons_things_what_they_could_before(
    operation: Callable[[RunStore], object], whole: RunStore
) -> None:
    """What an owner is allowed is what the house is allowed with things of its own."""
    done = _outcome(operation, whole.seen_by(ADA))
    with whole.database.begin() as connection:
        for table in ("datasets", "handwriting", "runs"):
            connection.execute(tables.metadata.tables[table].delete())
        for table, last in (("runs", 2), ("examples", 2), ("handwriting", 1)):
            _count_from(connection, table, last)
    _fill_again(whole)
    assert _outcome(operation, whole) == done


def _count_from(connection: sa.Connection, table: str, last: int) -> None:
    """Let the next id of a table be 1 again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    else:
        connection.exec_driver_sql(f"ALTER SEQUENCE {table}_id_seq RESTART")


def _fill_again(store: RunStore) -> None:
    _fill(store)


def test_a_run_without_epochs_is_among_ones_own(store_url: str) -> None:
    """It is read together with its last epoch, if there is one."""
    mine = RunStore(store_url).seen_by(ADA)
    run = mine.create(TINY)
    assert [each.id for each in mine.all()] == [run]
    assert mine.get(run).person == ADA


def test_a_statement_about_everybody_finds_everything_within_a_persons_transaction(
    store_url: str,
) -> None:
    store = RunStore(store_url)
    store.seen_by(ADA).create(TINY)
    query = sa.select(sa.func.count()).select_from(runs)
    with store.seen_by(BOB).database.begin() as connection:
        assert connection.execute(query).scalar_one() == 0
        assert connection.execute(access.of_house(query)).scalar_one() == 1
        assert connection.execute(query).scalar_one() == 0
