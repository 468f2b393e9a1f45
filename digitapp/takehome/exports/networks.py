"""Export a run's network as a TensorFlow SavedModel or as ONNX, with named input and output.

The input is `images`, float32 (n, 28, 28), 0 paper to 1 ink, prepared as in `digitapp.drawing`.
The output is `probabilities`, float32 (n, classes).
"""

from __future__ import annotations

import json
import math
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitapp.errors import ExportProblem
from digitapp.library import keras_models, models
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports.zipped_folders import new_folder, zipped
from digitapp.training.architectures import IMAGE_SHAPE

if TYPE_CHECKING:
    import tensorflow as tf

INPUT, OUTPUT = "images", "probabilities"
CLASS_NAMES = "class_names"
CONVERTING = threading.Lock()  # the converters keep global state


def saved_model(store: RunStore, run: Run) -> bytes:
    """Return a zipped TensorFlow SavedModel; its class names are in `assets.extra`.

    The signature `serving_default` and the method `serve` have the input and output described in
    this module's docstring.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
    """
    names = models.class_names_of(store, run)
    with saved(store, run) as folder:
        extra = folder / "assets.extra"  # TensorFlow reserves this folder for other programs
        extra.mkdir()
        (extra / f"{CLASS_NAMES}.txt").write_text("\n".join(names) + "\n", "utf-8")
        return zipped(folder)


@contextmanager
def saved(store: RunStore, run: Run) -> Iterator[Path]:
    """Yield a temporary folder with a SavedModel; no other conversion runs during the context.

    Raises:
        UnknownName, BadFile: as for `saved_model`.
    """
    network = keras_models.trained_by(store, run)
    import tensorflow as tf

    def serve(images: tf.Tensor) -> dict[str, tf.Tensor]:
        return {OUTPUT: network(images, training=False)}

    module = tf.Module()  # Keras's own export would write every weight twice
    module.weights = [weight.value for weight in network.weights]
    signature = [tf.TensorSpec((None, *IMAGE_SHAPE), tf.float32, INPUT)]
    # AutoGraph is not needed, and would keep a temporary file per network until the process ends.
    module.serve = tf.function(serve, signature, autograph=False)
    with CONVERTING, new_folder(models.of_run(run.id)) as folder:
        tf.saved_model.save(module, str(folder), signatures=module.serve)
        yield folder


def onnx_file(store: RunStore, run: Run) -> bytes:
    """Return an ONNX file written by Keras's exporter, with the class names as JSON metadata.

    Raises:
        UnknownName, BadFile: as for `saved_model`.
        ExportProblem: if the network uses an operation that ONNX lacks.
    """
    import onnx

    names = models.class_names_of(store, run)
    network = keras_models.trained_by(store, run)
    import keras

    for layer in network.layers:
        if getattr(layer, "activation", None) is keras.activations.gelu:
            layer.activation = _gelu  # with Erf: TensorFlow uses Erfc, which ONNX lacks
    images = keras.Input(IMAGE_SHAPE, name=INPUT)
    model = keras.Model(images, {OUTPUT: network(images)})
    model(np.zeros((1, *IMAGE_SHAPE), np.float32))  # Keras exports only models that were called
    with CONVERTING, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        model.export(str(path), format="onnx", verbose=False)
        found = onnx.load(path)
    onnx.helper.set_model_props(found, {CLASS_NAMES: json.dumps(names)})
    try:
        onnx.checker.check_model(found)  # the converter only logs unconverted operations
    except onnx.checker.ValidationError as error:
        reason = str(error).partition("\n")[0]
        raise ExportProblem(f"This network cannot be written as ONNX ({reason}).") from None
    return bytes(found.SerializeToString())


def _gelu(x: Any) -> Any:
    """Compute the exact Gaussian error linear unit (Hendrycks & Gimpel, 2016)."""
    import keras

    return 0.5 * x * (1 + keras.ops.erf(x / math.sqrt(2)))
