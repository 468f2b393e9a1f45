"""ONNX files of runs: kept with the weights, made anew when missing, damaged or outdated."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.errors import BadFile, StoreProblem, UnknownName
from digitapp.library import keras_models, models, onnx_networks
from digitapp.runs import Outcome, Run, RunStore, stored_arrays
from digitapp.runs.records import MODEL, ONNX, STOPPED
from digitapp.runs.tables import blobs
from digitapp.training import checkpoints
from tests import stores
from tests.tiny_runs import TINY, trained_store

DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda kept: b"",
    "cut short": lambda kept: kept[: len(kept) // 2],
    "a byte changed": lambda kept: kept[:3000] + bytes([kept[3000] ^ 255]) + kept[3001:],
    "other arrays": lambda kept: checkpoints.pack({"weights": np.zeros(3)}),
    "of other weights": lambda kept: onnx_networks.packed(b"another network", b"other weights"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> RunStore:
    """A store with one finished run."""
    return trained_store(tmp_path_factory.mktemp("onnx"), toy, ("first", TINY))


@pytest.fixture
def run(home: RunStore) -> Run:
    return home.get(1)


def _kept(store: RunStore) -> bytes:
    found = store.blob(1, ONNX)
    assert found is not None
    return found


def test_a_finished_run_keeps_the_network_that_reads(
    home: RunStore, run: Run, toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_networks, "made", None)  # it is not made again
    images = toy.x_test.astype(np.float32) / 255
    found = models.load("run-1", home).outputs(images)
    expected = keras_models.trained_by(home, run).predict(images, verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_one_is_made_anew_from_the_weights_and_kept(
    damage: str, home: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = _kept(home)
    file = onnx_networks.of_run(home, run, DIGIT_NAMES)
    stored_arrays.keep(home, 1, ONNX, DAMAGED[damage](good))
    assert onnx_networks.of_run(home, run, DIGIT_NAMES) == file
    assert _kept(home) == good


def test_that_of_an_older_version_is_made_when_it_is_first_read(home: RunStore, run: Run) -> None:
    good = _kept(home)
    with home.database.begin() as connection:
        connection.execute(blobs.delete().where(blobs.c.kind == ONNX))
    models.load("run-1", home)
    assert _kept(home) == good


def test_a_network_is_read_even_if_its_file_cannot_be_kept(
    home: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = _kept(home)
    stored_arrays.keep(home, 1, ONNX, b"")

    def full(*arguments: object) -> None:
        raise StoreProblem("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(stored_arrays, "keep", full)
        models.load("run-1", home)
    assert _kept(home) == b""
    stored_arrays.keep(home, 1, ONNX, good)


def test_nobody_waits_for_a_locked_store_to_keep_its_file(
    home: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = _kept(home)
    stored_arrays.keep(home, 1, ONNX, b"")
    file = sa.make_url(home.database.url).database or ""
    with monkeypatch.context() as patched, closing(sqlite3.connect(file)) as other:
        patched.setattr(stored_arrays, "keep", lambda *given: pytest.fail("It would wait."))
        other.execute("BEGIN IMMEDIATE")
        models.load("run-1", home)
    assert _kept(home) == b""
    stored_arrays.keep(home, 1, ONNX, good)


def test_damaged_weights_are_reported(home: RunStore, run: Run) -> None:
    good = home.blob(1, MODEL)
    assert good
    stored_arrays.keep(home, 1, MODEL, good[:-500])
    with pytest.raises(BadFile, match=r"^Run 1: its network cannot be read\. .* damaged"):
        models.load("run-1", home)
    stored_arrays.keep(home, 1, MODEL, good)


def test_a_file_that_the_runtime_cannot_load_is_named(home: RunStore, run: Run) -> None:
    good, model = _kept(home), home.blob(1, MODEL)
    assert model
    stored_arrays.keep(home, 1, ONNX, onnx_networks.packed(b"no ONNX file", model))
    with pytest.raises(BadFile, match=r"^Run 1: cannot be loaded as a network\."):
        models.load("run-1", home)
    stored_arrays.keep(home, 1, ONNX, good)


@stores.on_both
def test_both_forms_are_stored_in_one_transaction(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digitapp.runs import Lease, lease

    store = RunStore(store_url)
    number = store.create(TINY)
    held = Lease(store, number)
    held.take()

    def fails(connection: object, run: int, kind: str, *more: object) -> None:
        if kind == ONNX:
            raise StoreProblem("The disk is full.")
        stored_arrays.put(connection, run, kind, *more)  # type: ignore[arg-type]

    outcome = Outcome(STOPPED, model=b"weights", onnx=b"file")
    with monkeypatch.context() as patched:
        patched.setattr(lease, "put", fails)
        with pytest.raises(StoreProblem):
            held.finish(outcome)
    assert store.blob(number, MODEL) is None
    held.finish(outcome)
    assert (store.blob(number, MODEL), store.blob(number, ONNX)) == (b"weights", b"file")


def test_a_run_without_a_network_is_named(tmp_path: Path) -> None:
    store = RunStore(f"sqlite:///{tmp_path / 'runs.db'}")
    number = store.create(TINY)
    with pytest.raises(UnknownName, match="has no trained network"):
        models.load(models.of_run(number), store)
