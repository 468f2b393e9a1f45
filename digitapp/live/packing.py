"""Pack a network for the browser: a description as JSON, and its weights as one binary.

The description is read by `js/network.js`:

    {"format": 2, "class_names": [...], "preparation": {"box", "by_mass", "pen"},
     "layers": [{"kind": "Convolution", "stride": 1, "same": true,
                 "kernel": {"shape": [3, 3, 1, 16], "offset": 0}, "bias": {...}}, ...],
     "strokes": {"layers": [...], "combination": {"weight": 0.5, ...}},
     "weights": "<digest>.bin"}

`strokes` is the stroke reader beside it, and how the two are combined; null if there is none. Its
weights lie in the same file. Names are texts to show, so characters that could affect the text
around them are replaced. Layers are those of `training.inference_layers`, channels last. Weights
are little-endian float32 in C order; offsets count values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from digitapp.drawing.digit import PREPARATIONS, Preparation
from digitapp.errors import BadFile
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.registry import lookup
from digitapp.text.escaping import plain
from digitapp.training.inference_layers import (
    Activation,
    Convolution,
    Dense,
    Flatten,
    InferenceLayer,
    Pooling,
    Reshape,
    Weights,
)
from digitapp.training.onnx_layers import layers_of

FORMAT = 2  # raise it when the same network is packed differently: browsers keep what they fetched
DIGEST_BYTES = 12


@dataclass(frozen=True)
class Packed:
    """A network for the browser.

    Attributes:
        description: JSON, in UTF-8.
        weights: float32 values, little-endian.
    """

    description: bytes
    weights: bytes


def digest(
    network: bytes, class_names: Sequence[str], preparation: str, strokes: bytes = b""
) -> str:
    """Return the name of a network's packed content: 24 hexadecimal digits.

    It is made of what is packed, so that it costs little to ask for an address.

    Args:
        as `packed`.
    """
    about = json.dumps([FORMAT, list(class_names), preparation, len(network), len(strokes)])
    told = hashlib.blake2b(about.encode() + network + strokes, digest_size=DIGEST_BYTES)
    return told.hexdigest()


def packed(
    network: bytes, class_names: Sequence[str], preparation: str, strokes: bytes = b""
) -> Packed:
    """Pack a network.

    Args:
        network: the bytes of an ONNX file, as `training.onnx_model` makes it.
        class_names: one per output.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        strokes: the bytes of the stroke reader's ONNX file; empty if there is none.

    Raises:
        BadFile: when a file is damaged, is not a network of this app, or has another number of
            outputs.
        UnknownName: when there is no such preparation.
    """
    name = digest(network, class_names, preparation, strokes)
    return packed_layers(layers_of(network), class_names, preparation, name, strokes)


def packed_layers(
    layers: Sequence[InferenceLayer],
    class_names: Sequence[str],
    preparation: str,
    name: str,
    strokes: bytes = b"",
) -> Packed:
    """Pack the layers of a network.

    Args:
        class_names, preparation, strokes: as for `packed`.
        name: of the weights: their file is `<name>.bin`.

    Raises:
        BadFile: when a network has another number of outputs, or the stroke reader's file is
            damaged.
        UnknownName: when there is no such preparation.
    """
    _check_outputs(layers, class_names)
    weights, how = _Weights(), lookup(PREPARATIONS, "preparation", preparation)
    description = {
        "format": FORMAT,
        "class_names": [plain(each) for each in class_names],
        "preparation": packed_preparation(how),
        "layers": [_described(layer, weights) for layer in layers],
        "strokes": _strokes(strokes, class_names, weights) if strokes else None,
        "weights": f"{name}.bin",
    }
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    return Packed(text.encode(), bytes(weights.values))


def packed_preparation(how: Preparation) -> dict[str, Any]:
    """Return a preparation as `js/ink.js` needs it."""
    return {"box": how.box, "by_mass": how.by_mass, "pen": how.pen}


def _strokes(network: bytes, class_names: Sequence[str], weights: _Weights) -> dict[str, Any]:
    reader, layers = StrokeReader(network), layers_of(network)
    _check_outputs(layers, class_names)
    described = [_described(layer, weights) for layer in layers]
    return {"layers": described, "combination": asdict(reader.combination)}


def _check_outputs(layers: Sequence[InferenceLayer], class_names: Sequence[str]) -> None:
    outputs = next(each.bias.size for each in reversed(layers) if isinstance(each, Dense))
    if outputs != len(class_names):
        raise BadFile(f"It has {outputs} outputs, but there are {len(class_names)} classes.")


class _Weights:
    """The values of a network's weights, one array after the other."""

    def __init__(self) -> None:
        self.values = bytearray()

    def add(self, values: Weights) -> dict[str, Any]:
        place = {"shape": list(values.shape), "offset": len(self.values) // 4}
        self.values += np.ascontiguousarray(values, "<f4").tobytes()
        return place


def _described(layer: InferenceLayer, weights: _Weights) -> dict[str, Any]:
    kind = {"kind": type(layer).__name__}
    match layer:
        case Reshape() | Flatten():
            return kind
        case Activation():
            return {**kind, "name": layer.name}
        case Pooling():
            return {**kind, "side": layer.side, "average": layer.average}
        case Dense():
            return {**kind, "kernel": weights.add(layer.kernel), "bias": weights.add(layer.bias)}
        case Convolution():
            options = {"stride": layer.stride, "same": layer.same}
            arrays = {"kernel": weights.add(layer.kernel), "bias": weights.add(layer.bias)}
            return kind | options | arrays
