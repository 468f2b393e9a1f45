"""Faults that must not cost a run: killed processes, a dying server, a full disk.

The processes, the signals and the full disks are real.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset, load
from digitapp.errors import StoreProblem
from digitapp.jobs import worker
from digitapp.runs import Outcome, RunStore
from digitapp.runs.records import CHECKPOINT, DONE, FIRST_LAYER
from digitapp.training.history import as_keras
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import Trained, train
from tests.tiny_runs import (
    age,
    equal,
    over,
    pid,
    process,
    ran,
    rows,
    until,
    variables,
    weights,
    within_an_epoch,
    write_mnist,
)

SPECS = {
    "dense": TrainingSpec(hidden=(128,), dropout=0.1, batch_size=1, epochs=3, train_size=2000),
    "cnn": TrainingSpec.from_json(
        '{"architecture": "simple-cnn", "dropout": 0.3, "batch_size": 1, "epochs": 3,'
        ' "train_size": 600, "augmentation": {"rotate": 10, "shift": 1, "thickness": 0.5}}'
    ),
}
# A checkpoint takes 1.2 MB, and a snapshot 0.2 MB.
LARGE = TrainingSpec(train_size=100, validation_split=0, epochs=12)
FULL = r"The store \S+ cannot grow: the disk is full or failing\. Free some space; .*\)"

# A server that starts the given runs and then serves until it is killed.
SERVER = """
import sys, time
from digitapp.jobs import worker
from digitapp.runs import RunStore
store = RunStore()
for run in sys.argv[1:]:
    worker.launch(store, int(run))
print("serving", flush=True)
time.sleep(1000)
"""

# A training process with little room for its files.
CRAMPED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2_500_000, resource.RLIM_INFINITY))
from digitapp.cli import main
sys.exit(main(["work", sys.argv[1]]))
"""


@pytest.fixture(scope="module", autouse=True)
def datasets(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[None]:
    """An MNIST of 5,000 toy images, and two runs at once."""
    folder = write_mnist(tmp_path_factory.mktemp("faults") / "datasets", toy, times=25)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(folder))
        patched.setenv(worker.AT_ONCE_VARIABLE, "2")
        yield


@pytest.fixture(scope="module")
def never_left(datasets: None) -> dict[str, Trained]:
    """The same runs, uninterrupted."""
    return {name: train(spec, load("mnist")) for name, spec in SPECS.items()}


@pytest.fixture(scope="module")
def killed(
    tmp_path_factory: pytest.TempPathFactory, datasets: None, request: pytest.FixtureRequest
) -> tuple[RunStore, dict[str, int], dict[str, list[str]]]:
    """Two runs killed in the middle of an epoch, then resumed by a server that is killed as well.

    Returns the store, the runs, and the statuses each was seen in.
    """
    store = RunStore(f"sqlite:///{tmp_path_factory.mktemp('killed') / 'runs.db'}")
    made = {name: store.create(spec) for name, spec in SPECS.items()}
    for run in made.values():
        worker.launch(store, run)
    seen = {name: [status] for name, status in _killed_in_an_epoch(store, made).items()}
    killed_at = time.monotonic()
    request.getfixturevalue("never_left")  # meanwhile
    left = max(0.1, killed_at + 15 - time.monotonic())
    for name, run in made.items():
        until(lambda run=run: store.get(run).status != "running", left)
        seen[name].append(store.get(run).status)
        store.resume(run)
    server = process(store, *map(str, made.values()), program=("-c", SERVER))
    assert server.stdout
    assert server.stdout.readline() == "serving\n"
    for run in made.values():
        until(lambda run=run: store.get(run).status == "running")
    os.killpg(server.pid, signal.SIGKILL)  # including all processes that stayed in its group
    assert server.wait() == -signal.SIGKILL
    for name, run in made.items():
        seen[name].append(over(store, run).status)
    return store, made, seen


def _killed_in_an_epoch(store: RunStore, made: dict[str, int]) -> dict[str, str]:
    """Kill each run in its second epoch or later; return the statuses seen just afterwards."""
    found: dict[str, str] = {}

    def look() -> bool:
        for name, run in made.items():
            if name not in found and within_an_epoch(store, run):
                os.kill(pid(store, run), signal.SIGKILL)
                assert store.get(run).epoch < store.get(run).spec.epochs
                found[name] = store.get(run).status
        return len(found) == len(made)

    until(look)
    return found


Killed = tuple[RunStore, dict[str, int], dict[str, list[str]]]


@pytest.mark.parametrize("name", SPECS)
def test_a_killed_training_is_seen_as_lost_goes_on_and_outlives_its_server(
    name: str, killed: Killed
) -> None:
    store, made, seen = killed
    assert seen[name] == ["running", "lost", "done"]
    assert store.get(made[name]).error == ""


@pytest.mark.parametrize("name", SPECS)
def test_a_killed_training_ends_with_the_weights_of_one_never_interrupted(
    name: str, killed: Killed, never_left: dict[str, Trained]
) -> None:
    store, made, _ = killed
    assert equal(weights(store, made[name]), variables(never_left[name].model))
    assert store.get(made[name]).test_loss == never_left[name].test_loss


@pytest.mark.parametrize("name", SPECS)
def test_a_killed_trainings_history_has_every_epoch_once_as_if_never_interrupted(
    name: str, killed: Killed, never_left: dict[str, Trained]
) -> None:
    store, made, _ = killed
    epochs = store.epochs(made[name])
    assert [epoch.number for epoch in epochs] == [1, 2, 3]
    assert as_keras(epochs) == never_left[name].history
    assert store.blob_epochs(made[name], FIRST_LAYER) == [0, 1, 2, 3]
    points = [(point.epoch, point.batch) for point in store.points(made[name])]
    assert points == sorted(set(points))


@pytest.fixture(scope="module")
def with_room(datasets: None) -> Trained:
    """The training below, on a disk with enough space."""
    return train(LARGE, load("mnist"))


def _neighbour(store: RunStore) -> int:
    """A finished run in the same store."""
    run, lease = ran(store, epochs=2)
    lease.finish(Outcome(DONE, "", 0.5, 0.75, b"model", b"test"))
    return run


def _all_of(store: RunStore, run: int) -> list[object]:
    kept = [store.blob(run, kind) for kind in (CHECKPOINT, FIRST_LAYER, "model", "test")]
    return [store.get(run), store.epochs(run), store.points(run), rows(store, run), kept]


def test_a_training_that_may_write_no_more_fails_with_a_sentence_and_goes_on_later(
    with_room: Trained,
) -> None:
    store = RunStore()
    other = _neighbour(store)
    before = _all_of(store, other)
    run = store.create(LARGE)
    cramped = process(store, str(run), program=("-c", CRAMPED))
    assert cramped.communicate() == ("", "")
    found = store.get(run)
    assert found.status == "failed"
    assert re.fullmatch(FULL, found.error)
    _assert_goes_on(store, run, with_room)
    assert _all_of(store, other) == before


def _assert_goes_on(store: RunStore, run: int, whole: Trained) -> None:
    """Check that a run kept its epochs and last checkpoint, and resumes as if never stopped."""
    done = store.get(run).epoch
    assert 0 < done < LARGE.epochs
    assert store.blob_epochs(run, CHECKPOINT) == [done]
    assert [epoch.loss for epoch in store.epochs(run)] == whole.history["loss"][:done]
    store.resume(run)
    assert worker.execute(store, run).status == "done"
    assert equal(weights(store, run), variables(whole.model))
    assert [epoch.loss for epoch in store.epochs(run)] == whole.history["loss"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A 3 MB disk, which can be enlarged."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = _mount(folder, "size=3m")
    if mounted.returncode:
        pytest.skip(f"No file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def _mount(folder: Path, options: str) -> subprocess.CompletedProcess[str]:
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


@pytest.mark.parametrize("already", [0, 600_000])
def test_a_full_disk_fails_the_training_and_nothing_else(
    already: int, small_disk: Path, with_room: Trained
) -> None:
    store = RunStore(f"sqlite:///{small_disk / 'runs.db'}")
    other = _neighbour(store)
    before = _all_of(store, other)
    run = store.create(LARGE)
    (small_disk / "something else").write_bytes(np.random.default_rng(0).bytes(already))
    assert re.fullmatch(FULL, _reason(store, run))
    assert store.get(run).resumable
    _mount(small_disk, "remount,size=30m")
    _assert_goes_on(store, run, with_room)
    assert _all_of(store, other) == before


def _reason(store: RunStore, run: int) -> str:
    """Train and return why it failed; if even that had no room to be stored, the run is lost."""
    try:
        found = worker.execute(store, run)
    except StoreProblem as problem:
        age(store, run)
        return str(problem)
    assert found.status == "failed"
    return found.error
