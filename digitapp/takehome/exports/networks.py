"""The network of a run for TensorFlow and for ONNX, its input and its output named.

They take `images`, float32 (n, 28, 28), 0 paper to 1 ink, as `digitapp.drawing` makes them,
and give `probabilities`, float32 (n, classes).
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
from digitapp.library import models
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports.zipped_folders import new_folder, zipped
from digitapp.training.architectures import IMAGE_SHAPE

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

INPUT, OUTPUT = "images", "probabilities"
CLASS_NAMES = "class_names"
ONE_AT_A_TIME = threading.Lock()  # the converters keep state of their own in their modules


def saved_model(store: RunStore, run: Run) -> bytes:
    """A TensorFlow SavedModel, zipped; the names of its classes are in `assets.extra`.

    Its signature `serving_default`, and its method `serve`, are as this module tells.

    Raises:
        UnknownName: when the run has left no network.
        BadFile: when the stored network is damaged.
    """
    names = models.class_names(models.of_run(run.id), store)
    with saved(store, run) as folder:
        extra = folder / "assets.extra"  # where TensorFlow leaves room for files of others
        extra.mkdir()
        (extra / f"{CLASS_NAMES}.txt").write_text("\n".join(names) + "\n", "utf-8")
        return zipped(folder)


@contextmanager
def saved(store: RunStore, run: Run) -> Iterator[Path]:
    """The folder of a SavedModel, for as long as the context lasts; no other conversion meanwhile.

    Raises:
        UnknownName, BadFile: as `saved_model`.
    """
    module = _servable(models.trained_by(store, run))
    import tensorflow as tf

    with ONE_AT_A_TIME, new_folder(models.of_run(run.id)) as folder:
        tf.saved_model.save(module, str(folder), signatures=module.serve)
        yield folder


def onnx_file(store: RunStore, run: Run) -> bytes:
    """An ONNX file by Keras's own exporter; its metadata tell the names of the classes as JSON.

    Raises:
        UnknownName, BadFile: as `saved_model`.
        ExportProblem: when ONNX has no operation for something in the network.
    """
    import onnx

    names = models.class_names(models.of_run(run.id), store)
    model = _named(_without_erfc(models.trained_by(store, run)))
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        model.export(str(path), format="onnx", verbose=False)
        found = onnx.load(path)
    onnx.helper.set_model_props(found, {CLASS_NAMES: json.dumps(names)})
    return _checked(found)


def _servable(network: keras.Model) -> tf.Module:
    """What TensorFlow saves; Keras's own export would write every weight twice."""
    import tensorflow as tf

    def serve(images: tf.Tensor) -> dict[str, tf.Tensor]:
        return {OUTPUT: network(images, training=False)}

    module = tf.Module()
    module.weights = [weight.value for weight in network.weights]
    signature = [tf.TensorSpec((None, *IMAGE_SHAPE), tf.float32, INPUT)]
    # AutoGraph, of no use here, would keep a temporary file of each until this process ends.
    module.serve = tf.function(serve, signature, autograph=False)
    return module


def _named(network: keras.Model) -> keras.Model:
    import keras

    images = keras.Input(IMAGE_SHAPE, name=INPUT)
    model = keras.Model(images, {OUTPUT: network(images)})
    model(np.zeros((1, *IMAGE_SHAPE), np.float32))  # Keras exports only what was called before
    return model


def _without_erfc(network: keras.Model) -> keras.Model:
    """GELU by Erf: TensorFlow computes it by Erfc, which ONNX does not have."""
    import keras

    for layer in network.layers:
        if getattr(layer, "activation", None) is keras.activations.gelu:
            layer.activation = _gelu
    return network


def _gelu(x: Any) -> Any:
    """The Gaussian error linear unit (Hendrycks & Gimpel, 2016), not approximated."""
    import keras

    return 0.5 * x * (1 + keras.ops.erf(x / math.sqrt(2)))


def _checked(found: Any) -> bytes:
    """The bytes of an ONNX model; the converter only logs what it leaves unconverted."""
    import onnx

    try:
        onnx.checker.check_model(found)
    except onnx.checker.ValidationError as error:
        reason = str(error).partition("\n")[0]
        raise ExportProblem(f"This network cannot be written as ONNX ({reason}).") from None
    return bytes(found.SerializeToString())
