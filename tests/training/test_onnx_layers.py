"""ONNX files read back: the layers are those that the file was made of, to the last bit."""

from dataclasses import fields

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.training import layer_table
from digitapp.training.architectures import ARCHITECTURES, layers
from digitapp.training.inference_layers import InferenceLayer, inference_layers
from digitapp.training.onnx_layers import layers_of
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import ACTIVATIONS, TrainingSpec

NAMES = ("circle", "square", "star")


def _values(spec: TrainingSpec) -> list[NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    wanted = layer_table.variables(layers(spec, len(NAMES)))
    return [np.abs(rng.normal(0, 1, each.shape)).astype(each.dtype) for each in wanted]


def _network(spec: TrainingSpec) -> bytes:
    return onnx_model(spec, NAMES, _values(spec))


def _plain(layer: InferenceLayer) -> list[object]:
    """The fields of a layer, arrays as what decides whether they are equal."""
    found: list[object] = [type(layer)]
    for each in fields(layer):
        value = getattr(layer, each.name)
        arrays = isinstance(value, np.ndarray)
        found.append((value.shape, value.dtype, value.tobytes()) if arrays else value)
    return found


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_layers_come_back(architecture: str, activation: str) -> None:
    spec = TrainingSpec(
        architecture=architecture, activation=activation, hidden=(30, 20), dropout=0.3
    )
    expected = inference_layers(spec, len(NAMES), _values(spec))
    found = layers_of(_network(spec))
    assert [*map(_plain, found)] == [*map(_plain, expected)]


def test_they_need_no_more_memory_than_their_own() -> None:
    for layer in layers_of(_network(TrainingSpec(architecture="simple-cnn"))):
        kernel = getattr(layer, "kernel", None)
        assert kernel is None or (kernel.flags["C_CONTIGUOUS"] and kernel.flags["OWNDATA"])


@pytest.mark.parametrize("file", [b"\x08\x08" * 99, b"no network"])
def test_a_damaged_file_is_refused(file: bytes) -> None:
    with pytest.raises(BadFile, match="not a network of this app"):
        layers_of(file)


def test_the_networks_of_others_are_refused() -> None:
    network = _network(TrainingSpec(activation="gelu"))
    for word, other in ((b"Softmax", b"Softmux"), (b"Erf", b"Exp"), (b"weights-1", b"weights-x")):
        assert word in network
        with pytest.raises(BadFile, match="not a network of this app"):
            layers_of(network.replace(word, other, 1))


def test_a_network_that_ends_within_a_function_is_refused() -> None:
    model = onnx.load_model_from_string(_network(TrainingSpec(activation="gelu")))
    nodes = model.graph.node
    del nodes[[node.op_type for node in nodes].index("Div") + 1 :]
    with pytest.raises(BadFile, match="not a network of this app"):
        layers_of(model.SerializeToString())
