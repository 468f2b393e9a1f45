"""A store on a real PostgreSQL server: down, locked, access denied, other versions, training.

What it has in common with SQLite is tested in the modules with `stores.on_both`.
"""

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.errors import StoreProblem
from digitapp.jobs import worker
from digitapp.runs import Outcome, RunStore, corrected_drawings, database, tables
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.records import DONE
from tests import stores
from tests.postgres.server import CUT_OFF, GUARDED, PASSWORD, Server
from tests.runs import older_stores
from tests.stores import DIGIT, READING, WRITING
from tests.tiny_runs import TINY, age, equal, process, ran, until, weights, write_mnist

SOME = TINY.changed({"epochs": 3})

# A training process that sleeps after each epoch, so that it can be killed there.
SLOW = """
import sys, time
from digitapp.jobs import recorder
from digitapp.cli import main

class Slow(recorder.Recorder):
    def keep(self, checkpoint):
        super().keep(checkpoint)
        time.sleep(1000)

recorder.Recorder = Slow
main(["work", sys.argv[1]])
"""


@pytest.fixture
def url(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a store with two runs."""
    found = postgres.url(postgres.emptied())
    store = RunStore(found)
    ran(store, epochs=3)
    _, lease = ran(store)
    lease.finish(Outcome(DONE, model=b"model" * 2000))
    monkeypatch.setenv(DATABASE_VARIABLE, found)
    return found


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    """The name of a database without tables."""
    name = postgres.new_database()
    yield name
    postgres.drop(name)


def problem(attempt: Callable[[], object]) -> str:
    with pytest.raises(StoreProblem) as caught:
        attempt()
    return str(caught.value)


@contextmanager
def down(server: Server) -> Iterator[None]:
    """Stop the server inside the block."""
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def locked(server: Server, store: str) -> Iterator[None]:
    """Lock all tables, as another program would."""
    names = ", ".join(tables.metadata.tables)
    with server.connected(store.rpartition("/")[2]) as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        yield


def test_a_server_that_is_down_is_a_sentence_from_every_method_and_nothing_is_lost(
    url: str, postgres: Server
) -> None:
    store = RunStore()
    before = store.all()
    with down(postgres):
        for attempt in [*READING, *WRITING, lambda store: RunStore()]:
            said = problem(lambda attempt=attempt: attempt(store))
            assert re.fullmatch(r"The store postgresql\S+ cannot be reached\. Check .*\)", said)
    assert store.all() == before
    assert store.create(TINY) > 2  # a crash may leave a gap in the ids


def test_a_server_that_was_restarted_is_used_again_at_once(url: str, postgres: Server) -> None:
    store = RunStore()
    before = store.all()
    with down(postgres):
        pass
    assert store.all() == before


def test_a_connection_that_was_cut_is_replaced_unnoticed(url: str, postgres: Server) -> None:
    store = RunStore()
    before = store.all()
    postgres.execute(CUT_OFF)
    assert store.all() == before


def test_a_command_says_in_one_line_that_the_server_is_down(
    url: str,
    postgres: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secret = url.replace("tests@", f"{GUARDED}:sesame@")
    monkeypatch.setenv(DATABASE_VARIABLE, secret)
    with down(postgres):
        for command in ("runs list", "runs show 1", "train --epochs 1", "work 1"):
            assert main(command.split()) == 1
            out, err = capsys.readouterr()
            assert out == ""
            assert re.fullmatch(r"digitapp: The store \S+ cannot be reached\. .*\n", err)
            assert "sesame" not in err


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("tests@", f"{GUARDED}:wrong@"), "does not let you in. Check the user and the password"),
        (("tests@", f"{GUARDED}@"), "does not let you in. Check the user and the password"),
        (("tests@", "nobody_here@"), "does not let you in. Check the user and the password"),
        (("/store_", "/nothing_"), "does not exist: its server runs, but has no such database"),
    ],
    ids=["wrong password", "no password", "unknown user", "missing database"],
)
def test_a_server_that_refuses_is_a_sentence_that_tells_no_password(
    change: tuple[str, str], sentence: str, url: str
) -> None:
    said = problem(lambda: RunStore(url.replace(*change)))
    assert re.fullmatch(rf"The store postgresql\S+ {re.escape(sentence)}.*\)", said)
    assert DATABASE_VARIABLE in said
    assert "wrong" not in said


def test_with_the_right_password_the_store_opens(empty: str, postgres: Server) -> None:
    postgres.execute(f"GRANT CREATE ON SCHEMA public TO {GUARDED}", empty)
    store = RunStore(postgres.url(empty, GUARDED, PASSWORD.replace(" ", "%20")))
    assert store.create(TINY) == 1
    assert store.all() == RunStore(postgres.url(empty)).all()


def test_a_user_who_may_make_no_tables_is_told_so(empty: str, postgres: Server) -> None:
    said = problem(lambda: RunStore(postgres.url(empty, GUARDED, PASSWORD.replace(" ", "%20"))))
    assert "does not let you in. Check the user" in said
    assert "may create tables there" in said


def test_a_user_who_may_not_change_the_tables_of_an_old_store_is_told_so(
    empty: str, postgres: Server
) -> None:
    older_stores.make(postgres.url(empty), 4)
    postgres.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {GUARDED}", empty)
    postgres.execute(f"GRANT CREATE ON SCHEMA public TO {GUARDED}", empty)
    said = problem(lambda: RunStore(postgres.url(empty, GUARDED, PASSWORD.replace(" ", "%20"))))
    assert "does not let you in. Check the user" in said
    assert len(RunStore(postgres.url(empty)).all()) == 2


def test_a_driver_that_is_missing_is_named_with_what_to_install(url: str) -> None:
    said = problem(lambda: RunStore(url.replace("psycopg", "pg8000")))
    assert "needs a Python package that is not installed (No module named 'pg8000')" in said
    assert "pip install 'psycopg[binary]'" in said


def test_a_locked_store_is_a_sentence_and_works_again_afterwards(
    url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.02)
    store = RunStore()
    before = store.all()
    postgres.execute(CUT_OFF)  # older connections would keep the long timeout
    with locked(postgres, url):
        for attempt in [*READING, *WRITING]:
            said = problem(lambda attempt=attempt: attempt(store))
            assert re.fullmatch(r"The store \S+ has been locked by another program .*\)", said)
    assert store.all() == before
    assert store.create(TINY) == 3


def test_a_short_lock_is_waited_for(url: str, postgres: Server) -> None:
    held = threading.Event()

    def hold() -> None:
        with locked(postgres, url):
            held.set()
            threading.Event().wait(0.3)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        held.wait()
        assert RunStore().create(TINY) == 3


def test_a_table_that_is_missing_is_a_sentence(url: str, postgres: Server) -> None:
    store = RunStore()
    postgres.execute("DROP TABLE points", url.rpartition("/")[2])
    assert "is damaged. It was not changed" in problem(lambda: store.points(1))


def test_many_may_open_an_empty_store_at_the_same_moment(postgres: Server) -> None:
    for _ in range(5):
        name = postgres.new_database()
        where = postgres.url(name)
        made = at_once(lambda where=where: RunStore(where).create(TINY))
        assert sorted(made) == [1, 2, 3, 4, 5, 6]
        postgres.drop(name)


def at_once(call: Callable[[], int]) -> list[int]:
    """Return what six simultaneous calls return."""
    barrier = threading.Barrier(6)

    def called() -> int:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(6) as pool:
        return [each.result() for each in [pool.submit(called) for _ in range(6)]]


@pytest.mark.parametrize(
    ("must", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_without_a_server_a_test_says_what_to_install(
    must: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(stores.MUST_NOT_SKIP, must)
    with pytest.raises(outcome, match=r"^There is no PostgreSQL server\. .*install postg"):
        stores.without_postgresql()


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory, postgres: Server, toy: Dataset
) -> Iterator[RunStore]:
    """A store with run 1, killed and resumed, and run 2, uninterrupted.

    There was some handwriting before them.
    """
    folder: Path = tmp_path_factory.mktemp("postgresql")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        store = RunStore(postgres.url(postgres.new_database()))
        for label in range(8):
            corrected_drawings.add(store, DIGIT, label, "9", "recogniser")
        patched.setenv(worker.AT_ONCE_VARIABLE, "2")
        # Made before `nobody_dispatches` applies; another process must not train the killed run.
        patched.setattr("digitapp.jobs.worker.look_after", lambda store: None)
        killed, whole = store.create(SOME), store.create(SOME)
        slow = process(store, str(killed), program=("-c", SLOW))
        worker.execute(store, whole)
        until(lambda: store.get(killed).epoch)
        os.killpg(slow.pid, signal.SIGKILL)
        slow.communicate()
        age(store, killed)
        store.resume(killed)
        worker.execute(store, killed)
        yield store


def test_a_training_ends_with_all_that_it_leaves(trained: RunStore) -> None:
    found = trained.get(2)
    assert (found.status, found.epoch, found.error) == ("done", 3, "")
    assert found.test_accuracy is not None
    assert found.handwriting is not None
    assert found.handwriting[1] == 2
    assert [epoch.number for epoch in trained.epochs(2)] == [1, 2, 3]


def test_a_killed_training_goes_on_as_if_it_had_never_been(trained: RunStore) -> None:
    assert trained.get(1).status == "done"
    assert equal(weights(trained, 1), weights(trained, 2))
