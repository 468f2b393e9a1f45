"""The models that can read a drawing, by name: built-in ones, and the networks of runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from digitapp.data.datasets import DATASETS, DIGIT_NAMES, DIGITS_AND_OTHER
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import BadFile, InvalidSetting, cause
from digitapp.files.folders import ASSETS
from digitapp.library import catalogue, onnx_networks
from digitapp.reading.prediction import Predictor
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.registry import lookup
from digitapp.runs import Run, RunStore
from digitapp.runs.records import CLASSES, STROKE_READER
from digitapp.training import checkpoints
from digitapp.training.spec import PRESETS, TrainingSpec

DEFAULT = "recogniser"
STROKE_FILE = "stroke_reader.onnx"  # beside the file of a network that reads strokes as well
OF_RUN = re.compile(r"run-(\d{1,9})")


@dataclass(frozen=True)
class Entry:
    """A trained model on disk, with its image preparation and the preset of its settings.

    Attributes:
        path: of its `.keras` file, from which training starts; the app reads with the `.onnx` file
            of the same name beside it.
        test_accuracy: the share of its dataset's test images that it reads right, as in its card;
            None when it was not tested.
        strokes: the file of the stroke reader beside it; None if it reads pictures alone.
    """

    title: str
    path: Path
    class_names: tuple[str, ...]
    preparation: str
    preset: str = DEFAULT
    test_accuracy: float | None = None
    strokes: Path | None = None


@dataclass(frozen=True)
class NetworkFile:
    """A network as the bytes of an ONNX file, with what it takes to read with it.

    Attributes:
        origin: for messages, such as `Run 12`.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        strokes: the stroke reader beside it, as the bytes of an ONNX file; empty if there is none.
    """

    origin: str
    content: bytes
    class_names: tuple[str, ...]
    preparation: str
    strokes: bytes = b""


def load(name: str, store: RunStore | None = None) -> Predictor:
    """Load a model by name, to read with.

    Args:
        name: an entry of `MODELS`, or `run-12` for the network of run 12.

    Raises:
        UnknownName: when there is no such model.
        BadFile: when its file is missing or damaged.
        StoreProblem: when the store fails.
    """
    found = network_file(name, store)
    try:
        strokes = StrokeReader(found.strokes) if found.strokes else None
        return Predictor(found.content, found.class_names, found.preparation, strokes)
    except BadFile as error:
        raise BadFile(f"{found.origin}: cannot be loaded as a network. {error}") from None


def network_file(name: str, store: RunStore | None = None) -> NetworkFile:
    """Return a model's ONNX file by name.

    Raises:
        UnknownName, StoreProblem: as `load`.
        BadFile: when its file is missing, or its stored weights are damaged.
    """
    number = run_of(name)
    if number is not None and store:
        run = store.get(number)
        names = class_names_of(store, run)
        network = onnx_networks.of_run(store, run, names)
        preparation = catalogue.preparation_of(run)
        strokes = onnx_networks.stroke_reader(store, run.id)
        return NetworkFile(f"Run {run.id}", network, names, preparation, strokes)
    entry = lookup(MODELS, "model", name)
    path = entry.path.with_suffix(".onnx")
    network, strokes = _content(path), _content(entry.strokes) if entry.strokes else b""
    return NetworkFile(str(path), network, entry.class_names, entry.preparation, strokes)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None


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
    if noted is None and run.images and _of_users(run.spec):
        return DIGIT_NAMES  # begun by an older version, whose users' datasets had no other classes
    if noted is None:
        return classes(run.spec, store)
    return tuple(map(str, checkpoints.unpack(noted)["names"]))


def _of_users(spec: TrainingSpec) -> bool:
    """Whether a network has the classes of a user's dataset, which may be another one by now."""
    return not spec.base and spec.dataset not in DATASETS


def classes(spec: TrainingSpec, store: RunStore) -> tuple[str, ...]:
    """Return the class names of the network that a spec trains: its base's, or its dataset's.

    The class of none of these comes last, if the spec asks for it.

    Raises:
        UnknownName: when there is no such base.
        InvalidSetting: when the dataset has a class of none of these already.
    """
    if spec.base and not spec.new_output:
        return class_names(spec.base, store)
    names = catalogue.class_names(store, spec.dataset)
    if not spec.none_of_these:
        return names
    if NOT_A_DIGIT in names:
        raise InvalidSetting(
            f"none_of_these is on, but the dataset {spec.dataset} has such a class already.",
            "none_of_these",
        )
    return *names, NOT_A_DIGIT


def settings(name: str, store: RunStore) -> TrainingSpec:
    """Return the settings that a model was trained with.

    Raises:
        UnknownName: when there is no such model.
    """
    run = run_of(name)
    if run is None:
        return PRESETS[lookup(MODELS, "model", name).preset]
    return store.get(run).spec


def preparation(name: str, store: RunStore) -> str:
    """Return the entry of `PREPARATIONS` for what a model reads.

    Raises:
        UnknownName: when there is no such model.
    """
    run = run_of(name)
    if run is None:
        return lookup(MODELS, "model", name).preparation
    return catalogue.preparation_of(store.get(run))


def run_of(name: str) -> int | None:
    """Return the run whose network has this name; None when the name is not a run's."""
    found = OF_RUN.fullmatch(name)
    return int(found[1]) if found else None


def test_accuracy(name: str, store: RunStore) -> float | None:
    """Return the share of test images that a model reads right; None if it was not tested.

    Raises:
        UnknownName: when there is no such model.
    """
    run = run_of(name)
    if run is None:
        return lookup(MODELS, "model", name).test_accuracy
    return store.get(run).test_accuracy


def reads_movement(name: str, store: RunStore) -> bool:
    """Whether a model has a stroke reader beside it; it need not be loaded.

    Raises:
        UnknownName: when there is no such model.
        StoreProblem: when the store fails.
    """
    run = run_of(name)
    if run is None:
        return lookup(MODELS, "model", name).strokes is not None
    return bool(store.blob_epochs(run, STROKE_READER))


def of_run(run: int) -> str:
    """Return the name of a run's model."""
    return f"run-{run}"


MODELS: dict[str, Entry] = {
    "recogniser": Entry(
        title="The built-in network",
        path=ASSETS / "recogniser.keras",
        class_names=DIGITS_AND_OTHER,
        preparation="mnist",
        test_accuracy=0.9884,
        strokes=ASSETS / STROKE_FILE,
    ),
}
