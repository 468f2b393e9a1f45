"""Every operation of the store, tried by its owner and by those whom it is none of the business."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from digitapp.errors import DigitappError, NotYours, UnknownName
from digitapp.runs import (
    RunStore,
    access,
    corrected_drawings,
    drawn_examples,
    imported_datasets,
    people,
    queue,
    stored_arrays,
    tables,
)
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.records import CHECKPOINT, GUESS
from digitapp.runs.tables import runs
from tests import stores
from tests.stores import ADDED, DIGIT, IMAGE, READING, WRITING
from tests.tiny_runs import TINY

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
    _fill(whole)
    assert _outcome(operation, whole) == done


def _count_from(connection: sa.Connection, table: str, last: int) -> None:
    """Let the next id of a table be 1 again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    else:
        connection.exec_driver_sql(f"ALTER SEQUENCE {table}_id_seq RESTART")


def _own_run(store: RunStore, person: str, shown: bool = False) -> int:
    """Make a run of a person's in her current room."""
    run = store.seen_by(person).add(TINY, **ADDED)  # type: ignore[arg-type]
    store.database.change(runs.update().where(runs.c.id == run).values(shown=shown))
    return run


def test_a_new_run_is_its_persons_and_of_the_room_she_is_in(whole: RunStore) -> None:
    made = [whole.get(_own_run(whole, person)) for person in (ADA, EVE, access.HOUSE)]
    assert [(run.person, run.room) for run in made] == [(ADA, ROOM), (EVE, ""), ("", "")]


def test_a_run_in_a_room_is_read_by_its_teacher_and_changed_by_nobody_else(
    whole: RunStore,
) -> None:
    run, teacher = _own_run(whole, ADA), whole.seen_by(TEACHER)
    assert teacher.get(run).person == ADA
    assert [each.id for each in teacher.all()] == []  # her own lists have her own
    with pytest.raises(NotYours, match="somebody else's"):
        teacher.rename(run, "Mine")
    with pytest.raises(UnknownName):
        whole.seen_by(BOB).get(run)


@stores.on_both
def test_a_run_that_is_shown_is_read_in_its_room_alone(whole: RunStore) -> None:
    run = _own_run(whole, ADA, shown=True)
    bob = whole.seen_by(BOB)
    assert bob.get(run).shown
    assert len(bob.epochs(run)) == 1
    for change in (lambda: bob.delete(run), lambda: bob.star(run), lambda: bob.resume(run)):
        with pytest.raises(NotYours):
            change()
    with pytest.raises(UnknownName):
        whole.seen_by(EVE).get(run)


@stores.on_both
def test_what_one_notes_of_a_run_that_is_shown_stays_ones_own(whole: RunStore) -> None:
    run = _own_run(whole, ADA, shown=True)
    ada = whole.seen_by(ADA)
    ada.describe(run, "The fast one", "I copied this from Bob.", ["secret"])
    ada.star(run)
    private = {"watched": DIGIT.tobytes(), "traceback": "Traceback"}
    whole.database.change(runs.update().where(runs.c.id == run).values(private))
    stored_arrays.keep(whole, run, GUESS, b"guess")
    for person, there in ((ADA, True), (access.HOUSE, True), (BOB, False), (TEACHER, False)):
        store = whole.seen_by(person)
        found = store.get(run)
        assert found.name == "The fast one"
        assert (bool(found.note), bool(found.tags), found.starred) == (there,) * 3
        assert (store.watched(run) is not None, store.traceback(run) != "") == (there,) * 2
        assert (store.blob(run, GUESS) is not None) is there


def test_who_was_removed_from_a_room_reads_nothing_in_it(whole: RunStore) -> None:
    run = _own_run(whole, ADA, shown=True)
    gone = tables.members.update().where(tables.members.c.person == BOB).values(removed=True)
    whole.database.change(gone)
    with pytest.raises(UnknownName):
        whole.seen_by(BOB).get(run)


@stores.on_both
@pytest.mark.parametrize(
    ("table", "row"),
    [
        (tables.points, {"run": 1, "epoch": 9, "batch": 9, "loss": 1, "accuracy": 1, "seconds": 1}),
        (tables.blobs, {"run": 1, "kind": "model", "epoch": 5, "data": b""}),
        (tables.fingerprints, {"dataset": f"signs:{ADA}", "fingerprint": "x"}),
        (tables.datasets, {"name": f"new:{ADA}", "origin": "", "images": 1, "data": b""}),
        (tables.datasets, {"name": "everybody's", "origin": "", "images": 1, "data": b""}),
        (tables.people, {"id": "x", "created": 1, "seen": 1, "house": True}),
        (tables.secrets, {"name": "x", "value": b""}),
        (tables.usage, {"person": BOB, "kind": "x", "minute": 1, "amount": -100}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
@pytest.mark.parametrize("several", [False, True])
def test_nobody_adds_to_what_is_anothers_or_the_servers(
    table: sa.Table, row: dict[str, object], several: bool, whole: RunStore
) -> None:
    with pytest.raises(NotYours), whole.seen_by(BOB).database.begin() as connection:
        connection.execute(table.insert(), [row]) if several else connection.execute(
            table.insert().values(row)
        )


@stores.on_both
def test_a_new_row_is_stamped_whatever_it_says_itself(whole: RunStore) -> None:
    values = {"created": 1, "label": 1, "guess": "", "model": "", "aside": False, "image": b"1"}
    insert = tables.handwriting.insert()
    with whole.seen_by(EVE).database.begin() as connection:
        connection.execute(insert.values(**values, person=ADA))
        connection.execute(insert, [{**values, "person": ADA}, {**values, "person": BOB}])
    query = sa.select(tables.handwriting.c.person).where(tables.handwriting.c.image == b"1")
    assert [row.person for row in whole.database.rows(query)] == [EVE] * 3


@pytest.mark.parametrize(
    "statement",
    [
        sa.select(runs.c.id).union(sa.select(runs.c.id)),
        sa.text("SELECT id FROM runs"),
        sa.schema.DropTable(runs),
        runs.insert().from_select(["id"], sa.select(runs.c.id)),
        tables.secrets.delete(),
        tables.members.update().values(teacher=True),
        tables.classrooms.update().values(teacher=EVE),
        tables.people.update().values(house=True),
    ],
    ids=lambda statement: " ".join(str(statement).split())[:60],
)
def test_what_has_no_rule_is_refused(statement: sa.Executable, whole: RunStore) -> None:
    with pytest.raises(NotYours), whole.seen_by(EVE).database.begin() as connection:
        connection.execute(statement)


@stores.on_both
@pytest.mark.parametrize(
    "query",
    [
        sa.select(runs.c.id),
        sa.select(runs.alias("other").c.id),
        sa.select(sa.func.count()).select_from(runs).having(sa.func.count() > 0),
        sa.select(sa.select(runs.c.id).limit(1).scalar_subquery()),
        sa.select(sa.literal(1)).where(sa.exists().where(runs.c.id > 0)),
        sa.select(sa.select(runs.c.id).subquery().c.id),
        sa.select(sa.select(runs.c.id).cte("found").c.id),
        sa.select(tables.epochs.c.loss).join(runs),
        sa.select(tables.epochs.c.loss),
        sa.select(runs.c.id).select_from(tables.store.outerjoin(runs, sa.true())),
        sa.select(tables.secrets.c.name),
        sa.select(tables.dataset_people.c.dataset),
        sa.select(tables.examples.c.id).join(tables.datasets),
    ],
    ids=lambda statement: " ".join(str(statement).split())[:60],
)
def test_however_it_is_asked_nothing_of_anothers_is_found(
    query: sa.Select, whole: RunStore
) -> None:
    people.signing_key(whole)
    found = [row for row in whole.seen_by(EVE).database.rows(query) if row[-1] is not None]
    assert found == []
    assert whole.database.rows(query)


@stores.on_both
def test_two_people_and_the_house_give_datasets_the_same_name(whole: RunStore) -> None:
    for store in (whole.seen_by(BOB), whole):
        drawn_examples.create(store, "signs", ["moon", "sun"])
    assert drawn_examples.counts(whole.seen_by(ADA), "signs") == {0: 1, 1: 1}
    assert drawn_examples.counts(whole.seen_by(BOB), "signs") == {}
    assert list(imported_datasets.names(whole.seen_by(BOB))) == ["signs"]
    assert list(imported_datasets.names(whole.own)) == ["signs"]
    assert len(imported_datasets.names(whole)) == 4
    key = access.key_of("signs", ADA)
    assert drawn_examples.counts(whole, key) == {0: 1, 1: 1}  # the house has them all
    imported_datasets.remove(whole.seen_by(BOB), "signs")
    assert drawn_examples.counts(whole.seen_by(ADA), "signs") == {0: 1, 1: 1}


def test_nobody_reaches_anothers_dataset_by_the_name_it_is_stored_under(whole: RunStore) -> None:
    for name in (access.key_of("signs", ADA), access.key_of("mine", ADA), f"signs:{ADA}:{EVE}"):
        assert imported_datasets.read(whole.seen_by(EVE), name) is None
        with pytest.raises(UnknownName):
            drawn_examples.facts(whole.seen_by(EVE), name)


def test_the_house_lists_everything_or_its_own_and_has_a_handwriting_of_its_own(
    whole: RunStore,
) -> None:
    mine = _own_run(whole, access.HOUSE)
    assert [run.id for run in whole.own.all()] == [mine]
    assert {run.id for run in whole.all()} == {mine, 1}
    assert whole.get(1).person == ADA  # it reads and changes all
    whole.rename(1, "The house named it")
    assert whole.seen_by(ADA).get(1).name == "The house named it"
    assert corrected_drawings.read(whole) == []
    corrected_drawings.clear(whole)
    assert len(corrected_drawings.read(whole.seen_by(ADA))) == 1


@stores.on_both
def test_the_queue_is_everybodys(whole: RunStore) -> None:
    for person in (ADA, BOB):
        whole.seen_by(person).create(TINY)
    assert len(queue.look(whole.seen_by(EVE)).waiting) == 2
    assert whole.seen_by(BOB).all()[0].ahead == 1
