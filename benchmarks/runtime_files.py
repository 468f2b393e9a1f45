"""One network of each architecture and activation, in the files of all runtimes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.runtime_loaders import Images
from digitapp.data import pen
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.library import onnx_networks
from digitapp.library.stored_networks import StoredNetwork
from digitapp.takehome.exports import conversions
from digitapp.training import checkpoints
from digitapp.training.architectures import ARCHITECTURES, build
from digitapp.training.spec import ACTIVATIONS, TrainingSpec

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
    convert(folder, StoredNetwork(name, spec, DIGIT_NAMES, checkpoints.pack_model(model.variables)))
    return np.asarray(model(images, training=False))


def convert(folder: Path, network: StoredNetwork) -> None:
    """Write a network as `.tflite` and `.onnx` files of its name, as the app exports it."""
    made = onnx_networks.made(network.spec, network.class_names, network.weights)
    (folder / f"{network.name}.onnx").write_bytes(made)
    (folder / f"{network.name}.tflite").write_bytes(conversions.tflite(network))
