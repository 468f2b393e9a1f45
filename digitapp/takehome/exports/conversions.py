"""Conversion of networks by TensorFlow, in the process that has it loaded.

Each function gets and returns plain values, as `jobs.tensorflow_process` calls it. The input and
output of the converted networks are described in `exports.networks`; also those of the network
quantised to int8 are float32, so a caller need not know its scales.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp import backend
from digitapp.library.stored_networks import StoredNetwork
from digitapp.reading.prediction import Probabilities
from digitapp.takehome.zipped_folders import new_folder, zipped
from digitapp.training.architectures import IMAGE_SHAPE
from digitapp.training.onnx_model import CLASS_NAMES, INPUT, OUTPUT

if TYPE_CHECKING:
    import tensorflow as tf


def saved_model(network: StoredNetwork) -> bytes:
    """Return a zipped SavedModel, its class names in `assets.extra`.

    Raises:
        BadFile: if the network is damaged.
        ExportProblem: if the disk cannot be written.
    """
    with _saved(network) as folder:
        extra = folder / "assets.extra"  # TensorFlow reserves this folder for other programs
        extra.mkdir()
        names = "\n".join(network.class_names) + "\n"
        (extra / f"{CLASS_NAMES}.txt").write_text(names, "utf-8")
        return zipped(folder)


def tflite(network: StoredNetwork) -> bytes:
    """Return a TensorFlow Lite file with the original float32 weights.

    Raises:
        BadFile, ExportProblem: as `saved_model`.
    """
    with _saved(network) as folder:
        return bytes(_converter(folder).convert())


def tflite_int8(network: StoredNetwork, images: NDArray[np.float32]) -> bytes:
    """Return a TensorFlow Lite file with int8 weights and activations.

    Images are quantised on input; the probabilities are returned as float32, in steps of 1/256.

    Args:
        images: float32 (n, 28, 28), 0 to 1, from which the scales are taken.

    Raises:
        BadFile, ExportProblem: as `saved_model`.
    """
    with _saved(network) as folder:
        import tensorflow as tf

        converter = _converter(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([image[np.newaxis]] for image in images)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        return bytes(converter.convert())


def lite_answers(data: bytes, images: NDArray[np.float32]) -> Probabilities:
    """Classify images with a TensorFlow Lite file, one at a time, in one thread.

    Args:
        data: the contents of the file.
        images: float32 (n, 28, 28), 0 to 1.

    Returns:
        Probabilities, float32 (n, classes).
    """
    backend.start()
    import tensorflow as tf

    # TensorFlow's own interpreter announces that it moves to ai-edge-litert.
    warnings.filterwarnings("ignore", r"\s*Warning: tf\.lite\.Interpreter is deprecated")
    ask = tf.lite.Interpreter(model_content=data, num_threads=1).get_signature_runner()
    return np.concatenate([ask(**{INPUT: image[np.newaxis]})[OUTPUT] for image in images])


@contextmanager
def _saved(network: StoredNetwork) -> Iterator[Path]:
    """Yield a temporary folder with a SavedModel."""
    model = network.built()
    import tensorflow as tf

    def serve(images: tf.Tensor) -> dict[str, tf.Tensor]:
        return {OUTPUT: model(images, training=False)}

    module = tf.Module()  # Keras's own export would write every weight twice
    module.weights = [weight.value for weight in model.weights]
    signature = [tf.TensorSpec((None, *IMAGE_SHAPE), tf.float32, INPUT)]
    # AutoGraph is not needed, and would keep a temporary file per network until the process ends.
    module.serve = tf.function(serve, signature, autograph=False)
    with new_folder(network.name) as folder:
        tf.saved_model.save(module, str(folder), signatures=module.serve)
        yield folder


def _converter(folder: Path) -> Any:
    import tensorflow as tf

    return tf.lite.TFLiteConverter.from_saved_model(str(folder))
