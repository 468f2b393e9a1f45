"""Exported networks in every format, run by the usual tool for each format in one thread.

`python -m benchmarks.exports` prints a separate table, as there is no plain implementation to
compare with. Two networks are trained for one epoch; the third is the app's bundled network.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import runtime_loaders
from benchmarks.predicting import milliseconds
from digitapp import backend
from digitapp.library import catalogue, keras_models, models
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports import EXPORTS, export
from digitapp.training import checkpoints
from digitapp.training.batching import as_input
from digitapp.training.history import from_keras
from digitapp.training.spec import PRESETS, TrainingSpec

Images = NDArray[np.float32]
Network = Callable[[Images], Images]

SPECS = {
    "dense-128": PRESETS["dense-128"].changed({"epochs": 1}),
    "simple-cnn": TrainingSpec(architecture="simple-cnn", epochs=1),
}
COMPARED = 1000
BATCH = 100
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
PACKAGES = ("keras", "ai-edge-litert", "onnx", "onnxruntime")
HEADER = (
    "| network | format | size | largest difference | test accuracy, % | ms an image |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


def by_keras(path: Path) -> Network:
    """Load a `.keras` file with Keras."""
    import keras

    model = keras.models.load_model(path, compile=False)
    return lambda images: np.asarray(model(images, training=False))


def by_tensorflow(path: Path) -> Network:
    """Load a zipped SavedModel with TensorFlow, without Keras."""
    import tensorflow as tf

    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent)
        folder = archive.namelist()[0].partition("/")[0]
    loaded = tf.saved_model.load(str(path.parent / folder))
    return lambda images: np.asarray(loaded.serve(images)["probabilities"])


def rows(store: RunStore, run: Run) -> Iterator[str]:
    """Yield a table row for each export format of a run's network."""
    names = models.class_names_of(store, run)
    data = catalogue.dataset_for(store, run.spec.dataset, names)
    images = as_input(data.x_test)
    home = np.asarray(keras_models.trained_by(store, run)(images[:COMPARED], training=False))
    for name, load in TOOLS.items():
        exported = export(store, run, name)
        with _opened(load, exported.file_name, exported.data) as network:
            found = _answers(network, images)
            pace = milliseconds(lambda: network(images[:1]))
        difference = np.abs(found[:COMPARED] - home).max()
        accuracy = 100 * np.mean(found.argmax(axis=1) == data.y_test)
        yield (
            f"| {run.name} | {EXPORTS[name].title} | {exported.size} | {difference:.1e} "
            f"| {accuracy:.2f} | {pace:.3f} |"
        )


@contextmanager
def _opened(load: Callable[[Path], Network], name: str, data: bytes) -> Iterator[Network]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield load(path)


def _answers(network: Network, images: Images) -> Images:
    batches = range(0, len(images), BATCH)
    return np.concatenate([network(images[at : at + BATCH]) for at in batches])


def _trained(store: RunStore, name: str) -> int:
    from digitapp.training.trainer import train

    spec = SPECS[name]
    trained = train(spec, catalogue.dataset(store, spec.dataset))
    return store.add(
        spec,
        name=name,
        epochs=from_keras(trained.history),
        model=checkpoints.pack_model(trained.model.variables),
        test=None,
        test_loss=trained.test_loss,
        test_accuracy=trained.test_accuracy,
        images=trained.images,
        batches=1,
        parameters=trained.model.count_params(),
    )


def _bundled(store: RunStore) -> int:
    model = keras_models.network(models.DEFAULT)
    return store.add(
        PRESETS[models.DEFAULT],
        name=models.DEFAULT,
        epochs=(),
        model=checkpoints.pack_model(model.variables),
        test=None,
        test_loss=None,
        test_accuracy=None,
        images=0,
        batches=0,
        parameters=model.count_params(),
        class_names=models.MODELS[models.DEFAULT].class_names,
    )


def main() -> None:
    """Print the table, and the versions of the packages used."""
    print(HEADER)
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.db")
        made = [_trained(store, name) for name in SPECS]
        for run in (*made, _bundled(store)):
            for row in rows(store, store.get(run)):
                print(row, flush=True)
    print(f"\n{_versions()}")


def _versions() -> str:
    import tensorflow as tf

    packages = [f"{package} {version(package)}" for package in PACKAGES]
    return ", ".join([f"tensorflow {tf.__version__}", *packages])


TOOLS: dict[str, Callable[[Path], Network]] = {
    "keras": by_keras,
    "savedmodel": by_tensorflow,
    "tflite": runtime_loaders.litert,
    "tflite-int8": runtime_loaders.litert,
    "onnx": runtime_loaders.onnxruntime,
}

if __name__ == "__main__":
    os.environ.update(ONE_THREAD)
    backend.start()
    main()
