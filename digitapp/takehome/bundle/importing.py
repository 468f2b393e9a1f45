"""Import an exported run into the store: settings and weights, never code."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import BadFile
from digitapp.library import catalogue, models, onnx_networks, test_sets
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore, stored_arrays
from digitapp.runs.note_text import LONGEST_NOTE
from digitapp.takehome.bundle import epoch_weights, stroke_readers, weights
from digitapp.takehome.bundle.bundle_format import Bundle, read
from digitapp.text.percent import counted_percent
from digitapp.training import architectures, checkpoints, layer_table
from digitapp.training.batching import as_input, steps_per_epoch
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec

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

    This program's own code makes the network from the settings and the weights in the file; the
    file's own description of the network is ignored. The test accuracy is measured
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
    variables = layer_table.variables(layers)
    values = weights.read(bundle.weights, variables)
    kept = bundle.epoch_weights
    snapshots = epoch_weights.read(kept, variables, len(bundle.epochs)) if kept else {}
    strokes = stroke_readers.read(bundle.strokes, bundle.class_names) if bundle.strokes else b""
    model = checkpoints.pack_model(values)
    with np.errstate(all="ignore"):  # of absurd weights: `_tried` refuses them
        onnx = onnx_model(bundle.spec, bundle.class_names, values)
    predictor = _tried(Predictor(onnx, bundle.class_names))
    tested = _test_images(store, bundle)
    loss, accuracy, answers = bundle.test_loss, bundle.test_accuracy, None
    if tested:
        loss, accuracy, answers = _measured(predictor, tested)
        loss += layer_table.penalty(layers, values)
    return store.add(
        here(bundle.spec),
        name=name or bundle.name,
        preset=bundle.preset,
        epochs=[*([bundle.untrained] if bundle.untrained else []), *bundle.epochs],
        model=model,
        onnx=onnx_networks.packed(onnx, model),
        strokes=onnx_networks.packed_strokes(strokes),
        test=answers,
        test_loss=loss,
        test_accuracy=accuracy,
        images=bundle.images,
        batches=steps_per_epoch(bundle.spec, bundle.images),
        parameters=layer_table.parameters(layers),
        class_names=bundle.class_names,
        snapshots=snapshots,
        note=_note(bundle, tested),
        pauses=stored_arrays.packed_pauses(bundle.pauses),
        resumed=bundle.resumed,
        new_rates=stored_arrays.packed_new_rates(bundle.new_rates),
        guess=stored_arrays.pack_guess(bundle.guess) if bundle.guess else None,
        preparation=bundle.preparation,
    )


def here(spec: TrainingSpec) -> TrainingSpec:
    """Rename the base run in imported settings: here, that id belongs to a different run.

    Otherwise, training again with these settings could start from the wrong network. The imported
    network is complete without its base.
    """
    foreign = models.run_of(spec.base) is not None
    return replace(spec, base=spec.base + ELSEWHERE) if foreign else spec


def _tried(predictor: Predictor) -> Predictor:
    """Return a network that gives probabilities.

    Raises:
        BadFile: if its outputs are not finite.
    """
    images = np.random.default_rng(0).random((2, 28, 28), np.float32)
    images[0] = 0
    _answers(predictor, images)
    return predictor


def _answers(predictor: Predictor, images: NDArray[np.float32]) -> NDArray[np.float32]:
    found = predictor.outputs(images)
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


def _measured(predictor: Predictor, data: Dataset) -> tuple[float, float, bytes]:
    """Return loss without penalty and accuracy, as Keras measures them, and the packed answers."""
    found = _answers(predictor, as_input(data.x_test))
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
