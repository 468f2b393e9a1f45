"""Import an exported run into the store: settings and weights, never code."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import BadFile
from digitapp.library import catalogue, models, test_sets
from digitapp.runs import RunStore
from digitapp.runs.note_text import LONGEST_NOTE
from digitapp.takehome.bundle import weights
from digitapp.takehome.bundle.bundle_format import Bundle, read
from digitapp.text.percent import counted_percent
from digitapp.training import architectures, checkpoints, layer_table
from digitapp.training.architectures import build
from digitapp.training.batching import as_input, steps_per_epoch
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

BATCH = 1000  # images read at a time
LEAST_PROBABILITY = 1e-7  # lower bound of probabilities before taking the logarithm, as in Keras
ELSEWHERE = "-elsewhere"
MEASURED_HERE = (
    "The test accuracy was measured here, on {count:,} images of {data}; the file says {told}."
)
NOT_MEASURED = (
    "The scores are as told by the file: the images of {data} on which it was tested are not here."
)


def import_run(store: RunStore, data: bytes, name: str = "") -> int:
    """Import a run that `keras_bundle` wrote, here or elsewhere, and return its new id.

    This program's own code builds the network from the settings and fills in the weights from
    the file; the file's own description of the network is ignored. The test accuracy is measured
    again if the test images are available here.

    Args:
        name: the new name; by default the name in the file.

    Raises:
        BadFile: if this is not such a file, or something in it is invalid.
        InvalidSetting: if the name is too long or the network too large.
        StoreProblem: if the store fails.
    """
    bundle = read(data)
    layers = architectures.layers(bundle.spec, len(bundle.class_names))
    values = weights.read(bundle.weights, layer_table.variables(layers))
    model = _network(bundle, values)
    tested = _test_images(store, bundle)
    loss, accuracy, answers = bundle.test_loss, bundle.test_accuracy, None
    if tested:
        loss, accuracy, answers = _measured(model, tested)
        loss += layer_table.penalty(layers, values)
    return store.add(
        here(bundle.spec),
        name=name or bundle.name,
        preset=bundle.preset,
        epochs=bundle.epochs,
        model=checkpoints.pack(checkpoints.numbered("model", values)),
        test=answers,
        test_loss=loss,
        test_accuracy=accuracy,
        images=bundle.images,
        batches=steps_per_epoch(bundle.spec, bundle.images),
        parameters=layer_table.parameters(layers),
        class_names=bundle.class_names,
        note=_note(bundle, tested),
    )


def here(spec: TrainingSpec) -> TrainingSpec:
    """Rename the base run in imported settings: here, that id belongs to a different run.

    Otherwise, training again with these settings could start from the wrong network. The imported
    network is complete without its base.
    """
    foreign = models.run_of(spec.base) is not None
    return replace(spec, base=spec.base + ELSEWHERE) if foreign else spec


def _network(bundle: Bundle, values: Sequence[NDArray[Any]]) -> keras.Model:
    """Build the network from the bundle's settings, with the values of its variables.

    Raises:
        BadFile: if the outputs are not finite.
    """
    model = build(bundle.spec, len(bundle.class_names))
    checkpoints.assign(model.variables, values)
    tried = np.random.default_rng(0).random((2, 28, 28), np.float32) * [[[0]], [[1]]]
    _answers(model, tried.astype(np.float32))
    return model


def _answers(model: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    found = np.asarray(model.predict(images, batch_size=BATCH, verbose=0))
    if not np.isfinite(found).all():
        raise BadFile("The network in this file gives no probabilities: its weights are too large.")
    return found


def _test_images(store: RunStore, bundle: Bundle) -> Dataset | None:
    """Return the dataset that the run was tested on, with the network's classes, if it is here.

    A user's own dataset must have the same fingerprint: the same name may mean another dataset.
    """
    name = bundle.spec.dataset
    found = test_sets.here(store, name, bundle.class_names)
    if found is None or name in DATASETS:
        return found
    return found if catalogue.fingerprint(found) == bundle.tested_on else None


def _measured(model: keras.Model, data: Dataset) -> tuple[float, float, bytes]:
    """Return loss without penalty and accuracy, as Keras measures them, and the packed answers."""
    found = _answers(model, as_input(data.x_test))
    sure = np.clip(found[np.arange(len(found)), data.y_test], LEAST_PROBABILITY, 1)
    loss = float(-np.log(sure).mean())
    accuracy = float((found.argmax(axis=1) == data.y_test).mean())
    return loss, accuracy, test_sets.pack_answers(found, data)


def _note(bundle: Bundle, tested: Dataset | None) -> str:
    """Return the note in the file, followed by the run's origin and what was checked."""
    told, data = counted_percent(bundle.test_accuracy), catalogue.title(bundle.spec.dataset)
    how = MEASURED_HERE.format(count=len(tested.x_test), data=data, told=told) if tested else ""
    day = datetime.datetime.now().date().isoformat()
    origin = f"Imported on {day} from a file. {how or NOT_MEASURED.format(data=data)}"
    return f"{bundle.note[: LONGEST_NOTE - len(origin) - 1]}\n{origin}"
