"""Helpers for runs that train quickly: waiting for their state, comparing results exactly."""

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.data.array_files import PARTS
from digitapp.data.datasets import DATASETS, FOLDER_VARIABLE, Dataset
from digitapp.errors import DigitappError
from digitapp.jobs import worker
from digitapp.runs import Lease, Run, RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.records import MODEL, STOP
from digitapp.runs.retrying import retry_while_busy
from digitapp.runs.tables import metadata, runs
from digitapp.training import checkpoints
from digitapp.training.checkpoints import Checkpoint
from digitapp.training.history import Epoch, Point
from digitapp.training.spec import TrainingSpec

ROOT = Path(__file__).resolve().parent.parent
TINY = TrainingSpec(hidden=(16,), batch_size=20, epochs=2, learning_rate=0.01)
SGD = replace(TINY, optimizer="sgd", hidden=(8,))
EPOCH = Epoch(1, 2.0, 0.5, 2.5, 0.25, 0.01, 3.0)
Arrays = list[NDArray[Any]]


def write_mnist(folder: Path, data: Dataset, times: int = 1) -> Path:
    """Create a folder of datasets whose MNIST is this one, its training split repeated."""
    folder.mkdir()
    x_train, y_train = np.tile(data.x_train, (times, 1, 1)), np.tile(data.y_train, times)
    test = {"x_test": data.x_test, "y_test": data.y_test}
    np.savez(folder / "mnist.npz", allow_pickle=False, x_train=x_train, y_train=y_train, **test)
    return folder


def write_datasets(data: Dataset, folder: Path) -> None:
    """Fill a folder of datasets with this one as MNIST and as Fashion-MNIST."""
    (folder / "fashion-mnist").mkdir(parents=True)
    arrays = [getattr(data, name) for name in PARTS]
    np.savez(folder / "mnist.npz", **dict(zip(PARTS, arrays, strict=True)), allow_pickle=False)
    for file, array in zip(DATASETS["fashion_mnist"].files, arrays, strict=True):
        start = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
        (folder / file).write_bytes(gzip.compress(start + array.tobytes()))


def trained_store(folder: Path, data: Dataset, *named: tuple[str, TrainingSpec]) -> RunStore:
    """Return a store in a folder with a finished run of each name and spec, on this MNIST."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", data)))
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        for name, spec in named:
            assert worker.execute(store, store.create(spec, name=name)).status == "done"
    return store


def until(happened: Callable[[], Any], seconds: float = 200) -> Any:
    """Wait until a function returns something true; return that."""
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        if found := happened():
            return found
        time.sleep(0.04)
    raise AssertionError(f"This did not happen within {seconds} seconds.")


def over(store: RunStore, run: int) -> Run:
    """Wait for the end of a run; return it."""
    return until(lambda: (found := store.get(run)).active is False and found)


@contextmanager
def training(store: RunStore, run: int, callbacks: Sequence[Any] = ()) -> Iterator[Future[Run]]:
    """Train a run in a thread of this process; on exit, stop it if it is still running."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(worker.execute, store, run, callbacks)
        finally:
            with suppress(DigitappError):
                retry_while_busy(lambda: store.ask(run, STOP))


def process(
    store: RunStore, *arguments: str, program: tuple[str, ...] = ("-m", "digitapp")
) -> subprocess.Popen[str]:
    """Start `python -m digitapp` with these arguments, on this store, in its own process group."""
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        cwd=ROOT,
        env={**os.environ, DATABASE_VARIABLE: store.database.url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def within_an_epoch(store: RunStore, run: int) -> bool:
    """Return whether at least one epoch is done and the next has begun."""
    done, noted = store.get(run).epoch, store.points(run)
    return bool(done and noted and noted[-1].epoch > done)


def pid(store: RunStore, run: int) -> int:
    """Return the id of the process that trains a run."""
    with store.database.begin() as connection:
        found = connection.execute(sa.select(runs.c.pid).where(runs.c.id == run)).scalar_one()
    return int(found)


def change(store: RunStore, run: int, **values: Any) -> None:
    """Write into a run's row, even if a process trains it."""
    with store.database.begin() as connection:
        connection.execute(runs.update().where(runs.c.id == run).values(values))


def age(store: RunStore, run: int) -> None:
    """Pretend that a run's last heartbeat was long ago."""
    change(store, run, heartbeat=0.0)


def rows(store: RunStore, run: int) -> dict[str, int]:
    """Return the number of a run's rows in each table."""
    counts = {}
    with store.database.begin() as connection:
        for table in metadata.sorted_tables:
            column = table.c.id if table is runs else table.c.get("run")
            if column is not None and (table is runs or column.foreign_keys):
                query = sa.select(sa.func.count()).select_from(table).where(column == run)
                counts[table.name] = connection.execute(query).scalar_one()
    return counts


def ran(store: RunStore, spec: TrainingSpec = TINY, epochs: int = 1) -> tuple[int, Lease]:
    """Add a run that is training, according to the store; return its id and lease."""
    run = store.create(spec)
    lease = Lease(store, run)
    lease.take()
    until(lambda: lease.turn(64) or not lease.beat())  # not lost for good if the machine pauses
    lease.begin(0, 180, 9, fingerprint="of its images")
    lease.built(7850, 0, b"layer 0", b"all 0")
    for number in range(1, epochs + 1):
        lease.note([Point(number, 5, 2.2, 0.4, 0.1)])
        lease.keep(replace(EPOCH, number=number), b"checkpoint", b"layer", b"all")
    return run, lease


def weights(store: RunStore, run: int) -> Arrays:
    """Return the weights a run has stored."""
    stored = store.blob(run, MODEL)
    assert stored
    return checkpoints.unpack_model(stored)


def variables(model: Any) -> Arrays:
    """Return all variables of a network, including random generators' states."""
    return [np.array(variable) for variable in model.variables]


def measured(epochs: list[Epoch]) -> list[Epoch]:
    """Return the epochs without their durations."""
    return [replace(epoch, seconds=0.0) for epoch in epochs]


def equal(first: Arrays, second: Arrays) -> bool:
    """Return whether all values are equal, to the last bit."""
    return len(first) == len(second) and all(map(np.array_equal, first, second))


def last(kept: list[Checkpoint]) -> Checkpoint:
    """Return the last checkpoint, as read from a store."""
    return Checkpoint.from_bytes(kept[-1].to_bytes())
