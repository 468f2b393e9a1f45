"""A store that a newer version of the program migrates while older processes are at work."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from digitapp.errors import StoreProblem
from digitapp.runs import RunStore, database, tables
from digitapp.runs.database import Database
from tests import stores
from tests.tiny_runs import TINY

pytestmark = stores.on_both
WRITERS = 10
SENTENCE = "was upgraded by a newer version of digitapp while this one was running"


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOOKS_EVERY", 0.05)


@pytest.fixture(autouse=True)
def as_it_was(store_url: str) -> Iterator[None]:
    """Undo the upgrade of the database that other tests use afterwards."""
    yield
    engine = sa.create_engine(store_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE handwriting DROP COLUMN mood")


def _upgrade(url: str) -> None:
    """Do what a newer version does: change a table, and raise the version, all at once."""
    newer = Database(url)
    with newer.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("ALTER TABLE handwriting ADD COLUMN mood TEXT DEFAULT 'calm'")
        raised = tables.store.update().values(version=tables.VERSION + 1)
        connection.execute(raised)
    newer._engine.dispose()


def _soon(attempt: Callable[[], object]) -> str:
    """Return what an attempt says once it fails."""
    latest = time.monotonic() + 20
    while time.monotonic() < latest:
        try:
            attempt()
        except StoreProblem as error:
            return str(error)
        time.sleep(0.01)
    return "it never failed"


def test_an_older_process_says_so_and_changes_nothing_more(store_url: str) -> None:
    store = RunStore(store_url)
    store.create(TINY, name="before")
    _upgrade(store_url)
    assert SENTENCE in _soon(store.all)
    with pytest.raises(StoreProblem, match="newer version"):
        store.create(TINY, name="after")
    with pytest.raises(StoreProblem, match="made by another version"):
        RunStore(store_url)
    engine = sa.create_engine(store_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        names = connection.execute(sa.select(tables.runs.c.name)).scalars().all()
        assert names == ["before"]
        connection.execute(tables.store.update().values(version=tables.VERSION))
    assert [run.name for run in store.all()] == ["before"]  # as after a restored backup


def test_nothing_is_lost_when_it_is_upgraded_while_many_write(store_url: str) -> None:
    RunStore(store_url)
    kept: list[int] = []
    said: list[str] = []
    row = {"created": 1.0, "label": 3, "guess": "3", "model": "m", "aside": False, "image": b"i"}

    def write(writer: int) -> None:
        own = Database(store_url)
        drawings = iter(range(writer * 1_000_000, (writer + 1) * 1_000_000))

        def draw() -> None:
            label = next(drawings)
            own.change(tables.handwriting.insert().values({**row, "label": label}))
            kept.append(label)

        said.append(_soon(draw))
        own._engine.dispose()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for each in writers:
        each.start()
    while len(kept) < 5 * WRITERS:
        time.sleep(0.01)
    _upgrade(store_url)
    for each in writers:
        each.join()
    assert all(SENTENCE in each for each in said)
    assert len(said) == WRITERS
    engine = sa.create_engine(store_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        found = connection.execute(sa.select(tables.handwriting.c.label)).scalars().all()
        moods = connection.exec_driver_sql("SELECT DISTINCT mood FROM handwriting").scalars().all()
    assert sorted(found) == sorted(kept)
    assert moods == ["calm"]
