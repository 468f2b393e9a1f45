"""Runs to export, trained once on the toy as MNIST."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.data.datasets import DIGIT_NAMES, FOLDER_VARIABLE, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.library import keras_models
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports import Exported, export
from digitapp.training import checkpoints
from digitapp.training.architectures import build
from digitapp.training.batching import as_input
from digitapp.training.history import Epoch
from digitapp.training.spec import TrainingSpec
from tests.tiny_runs import write_mnist

ELEVEN = (*DIGIT_NAMES, NOT_A_DIGIT)
DENSE, SMALL, DEEP = "dense", "small cnn with gelu, eleven classes", "deep cnn"
QUICK = TrainingSpec(hidden=(32,), batch_size=20, epochs=3, learning_rate=0.01)
SPECS = {
    DENSE: QUICK,
    SMALL: QUICK.changed(
        {
            "architecture": "simple-cnn",
            "activation": "gelu",
            "dropout": 0.1,
            "base": "run-1",
            "learning_rate": 0.002,
        }
    ),
    DEEP: QUICK.changed({"architecture": "deep-cnn", "epochs": 1}),
}
EPOCHS = (
    Epoch(1, 2.25, 0.5, 2.5, 0.25, 0.01, 3.0),
    Epoch(2, 1.125, 0.75, 1.5, 0.625, 0.005, 4.5),
)


@dataclass(frozen=True)
class Kept:
    """A store, its runs by name, and images float32 (1000, 28, 28) to compare answers on."""

    store: RunStore
    ids: dict[str, int]
    images: NDArray[np.float32]
    files: dict[tuple[str, str], Exported] = field(default_factory=dict)

    def run(self, name: str) -> Run:
        return self.store.get(self.ids[name])

    def exported(self, name: str, kind: str) -> Exported:
        """Return a run in a format, exported once for all tests."""
        if (name, kind) not in self.files:
            self.files[name, kind] = export(self.store, self.run(name), kind)
        return self.files[name, kind]

    def answers(self, name: str) -> NDArray[np.float32]:
        """Return the run's own network's probabilities for the images."""
        model = keras_models.trained_by(self.store, self.run(name))
        return np.asarray(model(self.images, training=False))


@pytest.fixture(scope="session")
def trained_runs(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Kept:
    folder = tmp_path_factory.mktemp("exported")
    write_mnist(folder / "datasets", toy)
    store = RunStore(f"sqlite:///{folder / 'runs.db'}")
    ids = {name: _add(store, spec, toy) for name, spec in SPECS.items()}
    noise = np.random.default_rng(2).integers(0, 60, (1000, 28, 28), dtype=np.uint8)
    patches = np.tile(toy.x_test, (20, 1, 1))
    faded = np.linspace(0.2, 1, 1000, dtype=np.float32)[:, np.newaxis, np.newaxis]
    return Kept(store, ids, as_input(np.where(patches > 60, patches, noise)) * faded)


@pytest.fixture
def kept(trained_runs: Kept, monkeypatch: pytest.MonkeyPatch) -> Kept:
    folder = Path(trained_runs.store.database.url.removeprefix("sqlite:///")).parent / "datasets"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return trained_runs


def _add(store: RunStore, spec: TrainingSpec, toy: Dataset) -> int:
    names = ELEVEN if spec.base else DIGIT_NAMES
    model = build(spec, len(names))
    _teach(model, spec, toy)
    found = model.predict(as_input(toy.x_test), verbose=0).argmax(axis=1)
    return store.add(
        spec,
        name="",
        epochs=EPOCHS,
        model=checkpoints.pack_model(model.variables),
        test=None,
        test_loss=None,
        test_accuracy=float(np.mean(found == toy.y_test)),
        images=len(toy.x_train),
        batches=9,
        parameters=model.count_params(),
        class_names=names,
    )


def _teach(model: Any, spec: TrainingSpec, toy: Dataset) -> None:
    """Train with Keras alone, which is done before our training would be compiled."""
    import keras

    model.compile(keras.optimizers.Adam(spec.learning_rate), spec.loss)
    x, size = as_input(toy.x_train), spec.batch_size
    model.fit(x, toy.y_train, batch_size=size, epochs=spec.epochs, verbose=0)
