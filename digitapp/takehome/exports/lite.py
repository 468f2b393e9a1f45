"""Export a run's network as TensorFlow Lite (now called LiteRT), as float32 or quantised to int8.

Both formats have the signature `serving_default` described in `exports.networks`, with float32
input and output, so a caller need not know the scales of the quantised network.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp import backend
from digitapp.library import catalogue, models
from digitapp.reading.prediction import Probabilities
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports.conversion_check import spread
from digitapp.takehome.exports.networks import CONVERTING, INPUT, OUTPUT, saved
from digitapp.training.batching import as_input, sizes

REPRESENTATIVE = 500  # images, from which the scales are taken


def tflite(store: RunStore, run: Run) -> bytes:
    """Convert the network with its original float32 weights.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
    """
    with saved(store, run) as folder:
        return bytes(_converter(folder).convert())


def tflite_int8(store: RunStore, run: Run) -> bytes:
    """Convert the network with int8 weights and activations.

    The scales come from images of the run's training set (Jacob et al., 2018). Images are
    quantised on input; the probabilities are returned as float32, in steps of 1/256.

    Raises:
        UnknownName, BadFile: as for `tflite`, or if the run's dataset is missing or damaged.
        DatasetUnavailable, InvalidSetting: if its dataset is unavailable.
    """
    names = models.class_names_of(store, run)
    x = catalogue.dataset_for(store, run.spec.dataset, names).x_train
    trained_on, _ = sizes(run.spec, len(x))
    images = as_input(spread(x[:trained_on], REPRESENTATIVE))
    with saved(store, run) as folder:
        import tensorflow as tf

        converter = _converter(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([image[np.newaxis]] for image in images)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        return bytes(converter.convert())


def answers(data: bytes, images: NDArray[np.float32]) -> Probabilities:
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
    with CONVERTING:
        ask = tf.lite.Interpreter(model_content=data, num_threads=1).get_signature_runner()
        found = [ask(**{INPUT: image[np.newaxis]})[OUTPUT] for image in images]
    return np.concatenate(found)


def _converter(folder: Path) -> Any:
    import tensorflow as tf

    return tf.lite.TFLiteConverter.from_saved_model(str(folder))
