"""Export a run's network as a TensorFlow SavedModel, TensorFlow Lite or ONNX.

In all of them the input is `images`, float32 (n, 28, 28), 0 paper to 1 ink, prepared as in
`digitapp.drawing`, and the output is `probabilities`, float32 (n, classes). This module runs in the
server or a command; what needs TensorFlow is in `conversions`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitapp.jobs import tensorflow_process
from digitapp.library import catalogue, models, onnx_networks
from digitapp.library.stored_networks import stored_network
from digitapp.reading.prediction import Probabilities
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports import conversions
from digitapp.takehome.exports.conversion_check import spread
from digitapp.training.batching import as_input, sizes

CLASS_NAMES, PREPARATION = "class_names", "preparation"  # in an exported network's metadata
LABELS, METADATA = "labels.txt", "metadata.json"  # in a TensorFlow Lite file
REPRESENTATIVE = 500  # images, from which the scales of int8 are taken


def saved_model(store: RunStore, run: Run) -> bytes:
    """Return a zipped TensorFlow SavedModel; its class names are in `assets.extra`.

    Its signature `serving_default` and its method `serve` have the input and output described in
    this module's docstring.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
        ExportProblem: if it cannot be written, for instance on a full disk.
        StoreProblem: if the store fails.
        WorkerProblem, TensorFlowMissing: as `tensorflow_process.call`.
    """
    return tensorflow_process.call(conversions.saved_model, stored_network(store, run))


def tflite(store: RunStore, run: Run) -> bytes:
    """Return a TensorFlow Lite (now called LiteRT) file with the original float32 weights.

    Its class names and its preparation are in it, as `labelled` puts them there.

    Raises:
        Everything that `saved_model` raises.
    """
    network = stored_network(store, run)
    file = tensorflow_process.call(conversions.tflite, network)
    return labelled(file, network.class_names, catalogue.preparation_of(run))


def tflite_int8(store: RunStore, run: Run) -> bytes:
    """Return a TensorFlow Lite file with int8 weights and activations.

    The scales come from images of the run's training set (Jacob et al., 2018).

    Raises:
        Everything that `saved_model` raises.
        UnknownName, BadFile, DatasetUnavailable, InvalidSetting: if the run's dataset is missing
            or damaged.
    """
    network = stored_network(store, run)
    data = catalogue.dataset_for(store, run.spec.dataset, network.class_names)
    trained_on, _ = sizes(run.spec, len(data.x_train), data.writers)
    images = as_input(spread(data.x_train[:trained_on], REPRESENTATIVE))
    file = tensorflow_process.call(conversions.tflite_int8, network, images)
    return labelled(file, network.class_names, catalogue.preparation_of(run))


def labelled(file: bytes, class_names: Sequence[str], preparation: str) -> bytes:
    """Return a TensorFlow Lite file with a zip archive behind it, which interpreters ignore.

    It is what TensorFlow's metadata calls associated files: `labels.txt`, a class a line, in the
    order of the outputs; and `metadata.json` with class names and preparation as in `onnx_file`.
    """
    known = {CLASS_NAMES: list(class_names), PREPARATION: preparation}
    whole = io.BytesIO(file)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr(LABELS, "".join(f"{name}\n" for name in class_names))
        archive.writestr(METADATA, json.dumps(known, ensure_ascii=False))
    return whole.getvalue()


def lite_answers(data: bytes, images: NDArray[np.float32]) -> Probabilities:
    """Classify images with a TensorFlow Lite file.

    Args:
        data: the contents of the file.
        images: float32 (n, 28, 28), 0 to 1.

    Returns:
        Probabilities, float32 (n, classes).
    """
    return tensorflow_process.call(conversions.lite_answers, data, images)


def onnx_file(store: RunStore, run: Run) -> bytes:
    """Return the ONNX file with which the app reads.

    Its metadata are the class names, as JSON, and how images are prepared for it: a name in
    `PREPARATIONS`.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
        StoreProblem: if the store fails.
    """
    import onnx

    file = onnx_networks.of_run(store, run, models.class_names_of(store, run))
    model = onnx.load_model_from_string(file)
    model.metadata_props.add(key=PREPARATION, value=catalogue.preparation_of(run))
    return bytes(model.SerializeToString())
