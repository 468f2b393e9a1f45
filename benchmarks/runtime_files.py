"""One network of each architecture and activation, in the files of all runtimes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.runtime_loaders import Images
from digitapp.data import pen
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.training.architectures import ARCHITECTURES, build
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import ACTIVATIONS, TrainingSpec

if TYPE_CHECKING:
    import keras

EPOCHS, BATCH, RATE = 3, 50, 0.003
MOMENTUM = 0.5  # of the normalisations: they must settle within a few steps


def specs() -> dict[str, TrainingSpec]:
    """Return a spec for each architecture and activation, with dropout and two hidden layers."""
    return {
        f"{architecture}-{activation}": TrainingSpec(
            architecture=architecture, activation=activation, hidden=(128, 64), dropout=0.2
        )
        for architecture in ARCHITECTURES
        for activation in ACTIVATIONS
    }


def write(folder: Path, name: str, spec: TrainingSpec, images: Images) -> Images:
    """Write a network as `name.tflite` and `name.onnx`; return Keras's probabilities.

    It is trained for a moment, on other digits: fresh networks are sure of nothing, and their
    biases and normalisations are trivial.
    """
    import keras

    model = build(spec, len(DIGIT_NAMES))
    x, labels = pen.generate(len(images), seed=3)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = MOMENTUM
    model.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy")
    model.fit(x / np.float32(255), labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    values = [np.asarray(variable) for variable in model.variables]
    (folder / f"{name}.onnx").write_bytes(onnx_model(spec, DIGIT_NAMES, values))
    (folder / f"{name}.tflite").write_bytes(tflite(model))
    return np.asarray(model(images, training=False))


def tflite(model: keras.Model) -> bytes:
    """Convert a network as the app's export does."""
    import tensorflow as tf

    module = tf.Module()
    module.weights = [weight.value for weight in model.weights]
    signature = [tf.TensorSpec((None, 28, 28), tf.float32, name="images")]
    module.serve = tf.function(
        lambda images: {"probabilities": model(images, training=False)}, signature, autograph=False
    )
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures=module.serve)
        return bytes(tf.lite.TFLiteConverter.from_saved_model(folder).convert())
