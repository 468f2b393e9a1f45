"""The models that can read a drawing, by name: built-in ones, and the networks of runs."""

from __future__ import annotations

import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digitapp import backend
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import BadFile, UnknownName
from digitapp.files.folders import ASSETS
from digitapp.library import catalogue
from digitapp.reading.prediction import Predictor
from digitapp.registry import lookup
from digitapp.runs import Run, RunStore
from digitapp.runs.records import CLASSES, MODEL, TEST
from digitapp.training import checkpoints
from digitapp.training.architectures import build
from digitapp.training.history import as_keras
from digitapp.training.spec import PRESETS, TrainingSpec

if TYPE_CHECKING:
    import keras

    from digitapp.training.trainer import Trained

DEFAULT = "recogniser"
OF_RUN = re.compile(r"run-(\d{1,9})")


@dataclass(frozen=True)
class Entry:
    """A trained model on disk, with its image preparation and the preset of its settings."""

    title: str
    path: Path
    class_names: tuple[str, ...]
    preparation: str
    preset: str = DEFAULT


def load(name: str, store: RunStore | None = None) -> Predictor:
    """Load a model by name; the first call imports TensorFlow, which takes seconds.

    Args:
        name: an entry of `MODELS`, or `run-12` for the network of run 12.

    Raises:
        UnknownName: when there is no such model.
        BadFile: when its file is missing or damaged.
        StoreProblem: when the store fails.
    """
    number = run_of(name)
    if number is not None and store:
        run = store.get(number)
        names = class_names_of(store, run)
        return Predictor(trained_by(store, run), names, catalogue.preparation(run.spec.dataset))
    entry = lookup(MODELS, "model", name)
    return Predictor(network(name), entry.class_names, entry.preparation)


def network(name: str, store: RunStore | None = None) -> keras.Model:
    """Load the Keras model itself, not compiled.

    Raises:
        UnknownName, BadFile, StoreProblem: as `load`.
    """
    run = run_of(name)
    if run is not None and store:
        return trained_by(store, store.get(run))
    entry = lookup(MODELS, "model", name)
    backend.start()
    import keras

    try:
        return keras.models.load_model(entry.path, compile=False)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadFile(f"{entry.path}: cannot be loaded as a Keras model ({error}).") from None


def trained_by(store: RunStore, run: Run) -> keras.Model:
    """Rebuild a run's network from its settings and stored weights; not compiled.

    Raises:
        UnknownName: when it has no network.
        BadFile: when the stored weights are damaged.
    """
    stored = store.blob(run.id, MODEL)
    if stored is None:
        raise UnknownName(f"Run {run.id} has no trained network: it is {run.status}.")
    model = build(run.spec, len(class_names_of(store, run)))
    values = checkpoints.listed("model", checkpoints.unpack(stored))
    checkpoints.assign(model.variables, values)
    return model


def keras_file(model: keras.Model) -> bytes:
    """Return a model as the bytes of a `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def trained(store: RunStore, run: Run) -> Trained:
    """Return all results of a run's training.

    Raises:
        UnknownName, BadFile: as `trained_by`.
    """
    from digitapp.training.trainer import Trained

    model, test = trained_by(store, run), store.blob(run.id, TEST)
    return Trained(
        spec=run.spec,
        model=model,
        history=as_keras(store.epochs(run.id)),
        test_loss=run.test_loss or 0.0,
        test_accuracy=run.test_accuracy or 0.0,
        test_probabilities=checkpoints.unpack(test or b"")["probabilities"],
        seconds=run.seconds,
        images=run.images,
    )


def class_names(name: str, store: RunStore) -> tuple[str, ...]:
    """Return the names of a model's classes.

    Raises:
        UnknownName: when there is no such model.
    """
    run = run_of(name)
    if run is None:
        return lookup(MODELS, "model", name).class_names
    return class_names_of(store, store.get(run))


def class_names_of(store: RunStore, run: Run) -> tuple[str, ...]:
    """Return the names of the classes of a run's network.

    They are stored with the run if they are not its dataset's: its base may be deleted by now.

    Raises:
        UnknownName: when they are not stored, and its base does not exist.
    """
    noted = store.blob(run.id, CLASSES)
    if noted is None:
        return classes(run.spec, store)
    return tuple(map(str, checkpoints.unpack(noted)["names"]))


def classes(spec: TrainingSpec, store: RunStore) -> tuple[str, ...]:
    """Return the class names of the network that a spec trains: its base's, or its dataset's.

    Raises:
        UnknownName: when there is no such base.
    """
    return class_names(spec.base, store) if spec.base else catalogue.class_names(spec.dataset)


def settings(name: str, store: RunStore) -> TrainingSpec:
    """Return the settings that a model was trained with.

    Raises:
        UnknownName: when there is no such model.
    """
    run = run_of(name)
    if run is None:
        return PRESETS[lookup(MODELS, "model", name).preset]
    return store.get(run).spec


def run_of(name: str) -> int | None:
    """Return the run whose network has this name; None when the name is not a run's."""
    found = OF_RUN.fullmatch(name)
    return int(found[1]) if found else None


def of_run(run: int) -> str:
    """Return the name of a run's model."""
    return f"run-{run}"


MODELS: dict[str, Entry] = {
    "recogniser": Entry(
        title="The built-in network",
        path=ASSETS / "recogniser.keras",
        class_names=(*DIGIT_NAMES, NOT_A_DIGIT),
        preparation="mnist",
    ),
}
