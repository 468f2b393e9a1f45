"""Fixtures shared by all tests."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from digitapp.data.datasets import DIGIT_NAMES, FOLDER_VARIABLE, Dataset
from digitapp.library import models
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from tests import of_classes, stores
from tests.postgres import install

if TYPE_CHECKING:
    from tests.postgres.server import Server


# Same arithmetic, compiled in three quarters of the time; test processes inherit it.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")
# Servers of tests load no TensorFlow ahead, unless a test asks for it.
os.environ["DIGITAPP_STANDBY"] = "no"


MAIN_MODULE = sys.modules["__main__"]
NOBODY = "http://127.0.0.1:9/"  # no server listens on this port


@pytest.fixture(scope="session")
def recogniser() -> Predictor:
    """The bundled model, loaded once."""
    return models.load("recogniser")


@pytest.fixture(scope="session")
def toy() -> Dataset:
    """Ten easy classes: each has its own bright patch on a noisy background."""
    x_train, y_train = _patches(200, seed=0)
    x_test, y_test = _patches(50, seed=1)
    return Dataset("toy", DIGIT_NAMES, x_train, y_train, x_test, y_test)


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Server]":
    """A PostgreSQL server started for the tests, one per pytest process."""
    if (programs := install.found()) is None:
        stores.without_postgresql()
    from tests.postgres import server

    with server.running(programs) as found:
        yield found


@pytest.fixture(autouse=True)
def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The URL of an empty store for every test, never the user's own.

    SQLite, unless the test is one of `stores.on_both`.
    """
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    if getattr(request, "param", stores.SQLITE) == stores.POSTGRESQL:
        server = request.getfixturevalue("postgres")
        url = server.url(server.emptied())
    monkeypatch.setenv(DATABASE_VARIABLE, url)
    return url


@pytest.fixture(autouse=True)
def nobody_dispatches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this process from starting others for queued runs, unless a test asks for it."""
    monkeypatch.setattr("digitapp.jobs.worker.look_after", lambda store: None)


@pytest.fixture(autouse=True)
def stays_as_urgent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep training in this process from lowering the priority of later tests."""
    monkeypatch.setattr("digitapp.jobs.worker.step_back", lambda: None)


@pytest.fixture(autouse=True)
def same_main_module() -> None:
    """Put back the main module, which pages that are run replace: spawned processes import it."""
    sys.modules["__main__"] = MAIN_MODULE


@pytest.fixture
def no_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory without any datasets, on a machine that cannot download any."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setattr("digitapp.data.downloads.ORIGIN", NOBODY)
    return home


@pytest.fixture
def toy_mnist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toy: Dataset, no_datasets: Path
) -> Path:
    """A datasets folder whose MNIST is the toy."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    parts = {name: getattr(toy, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(folder / "mnist.npz", allow_pickle=False, **parts)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


@pytest.fixture(scope="session")
def of_other_classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with networks of two, three and twenty-six classes, trained once."""
    file = tmp_path_factory.mktemp("classes") / "runs.db"
    of_classes.trained(file)
    return file


@pytest.fixture
def other_classes(
    of_other_classes: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> RunStore:
    """Those networks in this test's store, and the datasets that they were trained on."""
    of_classes.registered(monkeypatch)
    shutil.copy(of_other_classes, store_url.removeprefix("sqlite:///"))
    return RunStore(store_url)


def _patches(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = np.random.default_rng(seed).integers(0, 60, (count, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        top, left = 4 + 12 * (label // 5), 2 + 5 * (label % 5)
        image[top : top + 8, left : left + 4] = 220
    return images, labels
