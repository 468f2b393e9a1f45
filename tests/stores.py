"""Both databases a store may use, for tests that run on each; and all store methods."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import numpy as np
import pytest
import sqlalchemy as sa

from digitapp.runs import (
    Lease,
    Outcome,
    RunStore,
    corrected_drawings,
    drawn_examples,
    handwriting_scores,
    imported_datasets,
    news,
    tables,
)
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.records import CHECKPOINT, DONE, PAUSED, STEP, STOP
from digitapp.training import phases
from digitapp.training.history import Point
from tests.postgres import install
from tests.tiny_runs import EPOCH, TINY

MUST_NOT_SKIP = "DIGITAPP_TESTS_MUST_NOT_SKIP"
SQLITE, POSTGRESQL = "sqlite", "postgresql"

# For a test, or as a module's `pytestmark`: run on both databases.
on_both = pytest.mark.parametrize("store_url", [SQLITE, POSTGRESQL], indirect=True)


def without_postgresql() -> NoReturn:
    """Skip the test, or fail if skipping is not allowed."""
    skip(f"There is no PostgreSQL server. {install.HOW}")


def skip(said: str) -> NoReturn:
    """Skip the test, or fail if skipping is not allowed, as in `.ci/run`."""
    if os.environ.get(MUST_NOT_SKIP):
        pytest.fail(said)
    pytest.skip(said)


@contextmanager
def held(store: RunStore, reading_too: bool = False) -> Iterator[None]:
    """Lock the store, as another program would, so that nobody can write.

    Args:
        reading_too: also prevent reading, where a database can.
    """
    engine = sa.create_engine(store.database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == SQLITE:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            mode = "ACCESS EXCLUSIVE" if reading_too else "SHARE"
            names = ", ".join(tables.metadata.tables)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN {mode} MODE")
        yield
        connection.rollback()


DIGIT = np.zeros((28, 28), np.float32)
IMAGE = np.zeros((28, 28), np.uint8)
ADDED = {
    **{"name": "", "epochs": [EPOCH], "model": b"model", "test": None, "test_loss": None},
    **{"test_accuracy": None, "images": 180, "batches": 9, "parameters": 7850},
}
READING: list[Callable[[RunStore], object]] = [
    lambda store: store.get(1),
    lambda store: store.all(),
    lambda store: store.listed(),
    lambda store: store.several([1, 2]),
    lambda store: store.latest(2),
    lambda store: news.read(store, 1),
    lambda store: store.watched(1),
    lambda store: store.active(),
    lambda store: store.has_of_others(),
    lambda store: store.deleted(),
    lambda store: store.epochs(1),
    lambda store: store.epochs_of([1, 2]),
    lambda store: store.points(1),
    lambda store: store.traceback(1),
    lambda store: store.blob(1, CHECKPOINT),
    lambda store: store.blobs(1, CHECKPOINT),
    lambda store: store.blob_epochs(1, CHECKPOINT),
    imported_datasets.names,
    lambda store: imported_datasets.read(store, "mine"),
    lambda store: imported_datasets.facts(store, "mine"),
    imported_datasets.listed,
    lambda store: drawn_examples.class_of(store, "signs", 1),
    lambda store: drawn_examples.read(store, "signs"),
    lambda store: drawn_examples.counts(store, "signs"),
    corrected_drawings.read,
    corrected_drawings.version,
    corrected_drawings.some_put_aside,
    lambda store: corrected_drawings.label_of(store, 1),
    lambda store: handwriting_scores.read(store, 1),
    lambda store: Lease(store, 1).look(),
    lambda store: Lease(store, 1).turn(1),  # writes only when the turn has come
]
WRITING: list[Callable[[RunStore], object]] = [
    lambda store: store.create(TINY),
    lambda store: store.add(TINY, **ADDED),  # type: ignore[arg-type]
    lambda store: store.ask(1, STOP),
    lambda store: store.ask_batches(1),
    lambda store: store.set_pace(1, 5.0),
    lambda store: store.resume(1),
    lambda store: store.rename(1, "Mine"),
    lambda store: store.annotate(1, "It is good."),
    lambda store: store.tag(1, ["good"]),
    lambda store: store.describe(1, "Mine", "It is good.", ["good"]),
    lambda store: store.star(1, True),
    lambda store: store.delete(2),
    lambda store: store.restore(2),
    lambda store: store.purge(),
    lambda store: store.set_learning_rate(1, 0.1),
    lambda store: store.fail_unstarted(1, "why"),
    lambda store: handwriting_scores.keep_own(store, 1, (1, 2)),
    lambda store: imported_datasets.add(store, "mine", "file", 1, b"data"),
    lambda store: imported_datasets.remove(store, "mine"),
    lambda store: drawn_examples.create(store, "signs", ["star", "spiral"]),
    lambda store: drawn_examples.keep(store, "signs", [NewExample(0, IMAGE)]),
    lambda store: drawn_examples.move(store, "signs", [1], 1),
    lambda store: drawn_examples.remove(store, "signs", [1]),
    lambda store: drawn_examples.add_classes(store, "signs", ["heart"]),
    lambda store: drawn_examples.rename_class(store, "signs", 0, "sun"),
    lambda store: drawn_examples.remove_class(store, "signs", 1),
    lambda store: corrected_drawings.add(store, DIGIT, 4, "9", "recogniser"),
    lambda store: corrected_drawings.relabel(store, 1, 5),
    lambda store: corrected_drawings.remove(store, [1]),
    corrected_drawings.clear,
    lambda store: Lease(store, 1).take(),
    lambda store: Lease(store, 1).beat(),
    lambda store: Lease(store, 1).begin(0, 10, 1),
    lambda store: Lease(store, 1).at(phases.NETWORK),
    lambda store: Lease(store, 1).keep_checkpoint(1, b"state"),
    lambda store: Lease(store, 1).built(10, 0, b"layer"),
    lambda store: Lease(store, 1).show(PAUSED),
    lambda store: Lease(store, 1).pause(1, b"pauses"),
    lambda store: Lease(store, 1).keep_new_rates(1, b"rates"),
    lambda store: Lease(store, 1).stepped(),
    lambda store: Lease(store, 1).keep_guesses(1, b"guesses"),
    lambda store: Lease(store, 1).keep_now(STEP, 7, b"step"),
    lambda store: Lease(store, 1).note([Point(1, 1, 1.0, 1.0, 1.0)]),
    lambda store: Lease(store, 1).keep(EPOCH, b"", None),
    lambda store: Lease(store, 1).finish(Outcome(DONE)),
]
