"""The stroke reader in a bundle: an ONNX file, of which only layers and plain numbers are used.

Older versions of digitapp ignore it, and most runs have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np

from digitapp.drawing.pen_path import CHANNELS, POINTS
from digitapp.errors import BadFile
from digitapp.reading.combination import Combination
from digitapp.reading.prediction import STROKE_CLASSES
from digitapp.reading.stroke_reader import COMBINATION, StrokeReader
from digitapp.training import onnx_model
from digitapp.training.onnx_layers import layers_of
from digitapp.training.stroke_network import INPUT

DAMAGED = "The stroke reader in this file cannot be used. "


def read(data: bytes, class_names: Sequence[str]) -> bytes:
    """Return a stroke reader made anew from the layers and numbers in an ONNX file from anywhere.

    Args:
        class_names: of the network beside it.

    Raises:
        BadFile: when it is damaged, of another kind, does not go with the network, or gives
            anything but probabilities.
    """
    if tuple(class_names) != STROKE_CLASSES:
        raise BadFile(f"{DAMAGED}The network beside it knows {', '.join(class_names)}.")
    try:
        notes = {COMBINATION: _combination(data).to_json()}
        layers = layers_of(data)
        made = onnx_model.of_layers(layers, STROKE_CLASSES, INPUT, (POINTS, CHANNELS), notes)
        found = _outputs(StrokeReader(made))
    except (BadFile, ArithmeticError, AttributeError, ValueError) as error:
        raise BadFile(f"{DAMAGED}{error}") from None
    if not np.isfinite(found).all():
        raise BadFile(f"{DAMAGED}It gives no probabilities: its weights are too large.")
    return made


def _combination(data: bytes) -> Combination:
    """Return how its answers are combined; also check that all numbers are in the file itself."""
    import onnx
    from google.protobuf.message import DecodeError
    from onnx.external_data_helper import uses_external_data

    try:
        model = onnx.ModelProto.FromString(data)
    except DecodeError:
        raise BadFile("It is no ONNX file.") from None
    if any(map(uses_external_data, model.graph.initializer)):
        raise BadFile("Its weights are in another file.")
    notes = {each.key: each.value for each in model.metadata_props}
    found = Combination.from_json(notes.get(COMBINATION, ""))
    if not np.isfinite(astuple(found)).all():
        raise BadFile("It does not say how to combine two readers: some numbers are not finite.")
    return found


def _outputs(reader: StrokeReader) -> np.ndarray:
    paths = np.random.default_rng(0).uniform(-1, 1, (2, POINTS, CHANNELS)).astype(np.float32)
    paths[0] = 0
    return reader.outputs(paths)
