"""The network of a run for phones and small computers: TensorFlow Lite, now called LiteRT.

The signature `serving_default` is as `exports.networks` tells, in both formats: who uses the
quantised one need not know the scales of its whole numbers.
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
from digitapp.takehome.exports.networks import INPUT, ONE_AT_A_TIME, OUTPUT, saved
from digitapp.training.batching import as_input, sizes

REPRESENTATIVE = 500


def tflite(store: RunStore, run: Run) -> bytes:
    """The network with its weights as they are, float32.

    Raises:
        UnknownName: when the run has left no network.
        BadFile: when the stored network is damaged.
    """
    with saved(store, run) as folder:
        return bytes(_converter(folder).convert())


def tflite_int8(store: RunStore, run: Run) -> bytes:
    """The network with whole numbers: int8 weights and int8 values between the layers.

    Their scales come from images of the run's own training part (Jacob et al., 2018); each image
    is quantised as it comes in, and the probabilities go out as float32, in steps of 1/256.

    Raises:
        UnknownName, BadFile: as `tflite`; or when the run's dataset is gone, or damaged.
        DatasetUnavailable, InvalidSetting: when its dataset cannot be had.
    """
    images = representative(store, run)
    with saved(store, run) as folder:
        import tensorflow as tf

        converter = _converter(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([image[np.newaxis]] for image in images)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        return bytes(converter.convert())


def representative(store: RunStore, run: Run) -> NDArray[np.float32]:
    """Images from all over the part that a run was trained on, float32 (n, 28, 28), 0 to 1.

    Raises:
        UnknownName, BadFile, DatasetUnavailable, InvalidSetting: when its dataset cannot be had.
    """
    names = models.class_names(models.of_run(run.id), store)
    x = catalogue.dataset_for(store, run.spec.dataset, names).x_train
    size, _ = sizes(run.spec, len(x))
    return as_input(spread(x[:size], REPRESENTATIVE))


def answers(data: bytes, images: NDArray[np.float32]) -> Probabilities:
    """What a TensorFlow Lite file says of images, one at a time, in one thread.

    Args:
        data: of the file.
        images: float32 (n, 28, 28), 0 to 1.

    Returns:
        float32 (n, classes).
    """
    with ONE_AT_A_TIME:
        ask = _interpreter(data).get_signature_runner()
        found = [ask(**{INPUT: image[np.newaxis]})[OUTPUT] for image in images]
    return np.concatenate(found)


def _converter(folder: Path) -> Any:
    import tensorflow as tf

    return tf.lite.TFLiteConverter.from_saved_model(str(folder))


def _interpreter(data: bytes) -> Any:
    """TensorFlow's own; it warns of moving to the package ai-edge-litert, as users are told to."""
    backend.start()
    import tensorflow as tf

    warnings.filterwarnings("ignore", r"\s*Warning: tf\.lite\.Interpreter is deprecated")
    return tf.lite.Interpreter(model_content=data, num_threads=1)
