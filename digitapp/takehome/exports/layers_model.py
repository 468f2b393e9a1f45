"""A trained network in the format that `tf.loadLayersModel` of TensorFlow.js loads.

`model.json` describes the layers as Keras 2 did, and names the files of weights. The layers are
those with which the app itself reads (`training.inference_layers`), not those of the training:
without dropout, and with batch normalisation folded into the convolutions. The network is smaller
and faster for it, gives the app's own answers, and uses only layers that every version of
TensorFlow.js has. Its activations are exact, too: `gelu` is that of the error function since
TensorFlow.js 4.22, as in Keras.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.digit import Preparation
from digitapp.live.packing import packed_preparation
from digitapp.training.architectures import IMAGE_SHAPE
from digitapp.training.inference_layers import (
    Activation,
    Convolution,
    Dense,
    Flatten,
    InferenceLayer,
    Pooling,
    Reshape,
)
from digitapp.training.onnx_model import CLASS_NAMES, INPUT, OUTPUT

MODEL = "model.json"
SHARD_BYTES = 4 * 2**20  # as TensorFlow's own converter splits weights, so that browsers cache them

Weights = dict[str, NDArray[np.float32]]  # by TensorFlow.js's names


def layers_model(
    name: str, layers: Sequence[InferenceLayer], class_names: Sequence[str], how: Preparation
) -> dict[str, bytes]:
    """Return the files of a network by name: `model.json`, and its weights.

    The input is `images`, float32 (n, 28, 28), 0 paper to 1 ink; the output is `probabilities`,
    float32 (n, classes). The names of the classes and how drawings are prepared are in the model's
    user-defined metadata.

    Args:
        name: of the network.
        how: how drawings are prepared for it.
    """
    described, weights = _described(layers)
    data = b"".join(np.asarray(values, "<f4").tobytes() for values in weights.values())
    pieces = [data[start : start + SHARD_BYTES] for start in range(0, len(data), SHARD_BYTES)]
    shards = {
        f"group1-shard{number}of{len(pieces)}.bin": piece
        for number, piece in enumerate(pieces, start=1)
    }
    model = {
        "format": "layers-model",
        "generatedBy": "digitapp",
        "convertedBy": None,
        "modelTopology": {
            "keras_version": "2.15.0",
            "backend": "tensorflow",
            "model_config": {
                "class_name": "Sequential",
                "config": {"name": name, "layers": described},
            },
        },
        "weightsManifest": [
            {
                "paths": [*shards],
                "weights": [
                    {"name": each, "shape": [*values.shape], "dtype": "float32"}
                    for each, values in weights.items()
                ],
            }
        ],
        "userDefinedMetadata": {
            CLASS_NAMES: [*class_names],
            "preparation": packed_preparation(how),
        },
    }
    return {MODEL: json.dumps(model, indent=1).encode(), **shards}


def _described(layers: Sequence[InferenceLayer]) -> tuple[list[dict[str, Any]], Weights]:
    """Return the layers as Keras 2 describes them, and their weights in the same order."""
    images = {"name": INPUT, "batch_input_shape": [None, *IMAGE_SHAPE], "dtype": "float32"}
    described: list[dict[str, Any]] = [{"class_name": "InputLayer", "config": images}]
    weights: Weights = {}
    seen = Counter[str]()
    for layer in layers:
        kind, options = _as_keras(layer)
        seen[kind] += 1
        name = OUTPUT if layer is layers[-1] else f"{kind.lower()}_{seen[kind]}"
        described.append({"class_name": kind, "config": {"name": name, **options}})
        if isinstance(layer, Convolution | Dense):
            weights |= {f"{name}/kernel": layer.kernel, f"{name}/bias": layer.bias}
    return described, weights


def _as_keras(layer: InferenceLayer) -> tuple[str, dict[str, Any]]:
    """Return Keras's name for a kind of layer, and the layer's options."""
    match layer:
        case Reshape():
            return "Reshape", {"target_shape": [*IMAGE_SHAPE, 1]}
        case Flatten():
            return "Flatten", {}
        case Convolution():
            height, width, _, filters = layer.kernel.shape
            return "Conv2D", {
                "filters": filters,
                "kernel_size": [height, width],
                "strides": [layer.stride] * 2,
                "padding": "same" if layer.same else "valid",
            }
        case Pooling():
            kind = "AveragePooling2D" if layer.average else "MaxPooling2D"
            return kind, {"pool_size": [layer.side] * 2, "strides": [layer.side] * 2}
        case Dense():
            return "Dense", {"units": layer.kernel.shape[1]}
        case Activation():
            return "Activation", {"activation": layer.name}
