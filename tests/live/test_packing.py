"""Networks packed for the browser: layers, weights, names; the digest that is their address."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing.digit import PREPARATIONS
from digitapp.errors import BadFile, UnknownName
from digitapp.files.folders import ASSETS
from digitapp.live.packing import digest, packed
from digitapp.reading.combination import Combination
from digitapp.text.escaping import plain
from digitapp.training.inference_layers import Convolution, Dense, Pooling
from digitapp.training.onnx_layers import layers_of
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.hostile import BIDI
from tests.untrained import MOVEMENT_COUNTS, stroke_reader

NAMES = (*DIGIT_NAMES, "not a digit")
BUNDLED = (ASSETS / "recogniser.onnx").read_bytes()
STROKES = stroke_reader()


def _at(place: dict[str, Any], weights: bytes) -> NDArray[np.float32]:
    values = np.frombuffer(weights, "<f4", int(np.prod(place["shape"])), 4 * place["offset"])
    return values.reshape(place["shape"])


def test_the_description_and_the_weights_say_all_of_the_bundled_network() -> None:
    found = packed(BUNDLED, NAMES, "mnist")
    description = json.loads(found.description)
    assert description["format"] == 2
    assert description["strokes"] is None
    assert description["class_names"] == [*NAMES]
    assert _used(BUNDLED, description["layers"], found.weights) == len(found.weights)


def test_a_stroke_reader_is_packed_behind_the_network_with_what_combines_them() -> None:
    found = packed(BUNDLED, NAMES, "mnist", STROKES)
    description = json.loads(found.description)
    strokes = description["strokes"]
    used = _used(BUNDLED, description["layers"], found.weights)
    used += _used(STROKES, strokes["layers"], found.weights)
    assert used == len(found.weights)
    assert strokes["combination"] == asdict(MOVEMENT_COUNTS)
    alone = json.loads(packed(BUNDLED, NAMES, "mnist").description)
    assert {**description, "strokes": None, "weights": ""} == {**alone, "weights": ""}


def _used(network: bytes, described: list[dict[str, Any]], weights: bytes) -> int:
    """Check that layers are described as they are; return the bytes of their weights."""
    used = 0
    for layer, told in zip(layers_of(network), described, strict=True):
        assert told["kind"] == type(layer).__name__
        if isinstance(layer, Convolution):
            assert (told["stride"], told["same"]) == (layer.stride, layer.same)
        if isinstance(layer, Convolution | Dense):
            np.testing.assert_array_equal(_at(told["kernel"], weights), layer.kernel)
            np.testing.assert_array_equal(_at(told["bias"], weights), layer.bias)
            used += layer.kernel.nbytes + layer.bias.nbytes
    return used


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_the_preparation_is_the_datasets(preparation: str) -> None:
    how = PREPARATIONS[preparation]
    found = json.loads(packed(BUNDLED, NAMES, preparation).description)["preparation"]
    assert found == {"box": how.box, "by_mass": how.by_mass, "pen": how.pen}


def test_poolings_and_activations_are_told() -> None:
    spec = TrainingSpec(architecture="lenet-5", activation="gelu")
    values = [np.zeros(shape, np.float32) for shape in ((5, 5, 1, 6), 6, (5, 5, 6, 16), 16)]
    values += [np.zeros(shape, np.float32) for shape in ((400, 120), 120, (120, 84), 84)]
    values += [np.zeros(shape, np.float32) for shape in ((84, 2), 2)]
    network = onnx_model(spec, "01", values)
    told = json.loads(packed(network, "01", "mnist").description)["layers"]
    assert [each for each in told if each["kind"] == Pooling.__name__] == [
        {"kind": "Pooling", "side": 2, "average": True}
    ] * 2
    names = [each["name"] for each in told if each["kind"] == "Activation"]
    assert names == ["gelu", "gelu", "gelu", "gelu", "softmax"]


def test_the_digest_changes_with_all_that_is_packed() -> None:
    changes: list[tuple[bytes, tuple[str, ...], str, bytes]] = [
        (BUNDLED, NAMES, "mnist", b""),
        (BUNDLED[:-1] + b"0", NAMES, "mnist", b""),
        (BUNDLED, NAMES[::-1], "mnist", b""),
        (BUNDLED, NAMES, "fashion_mnist", b""),
        (BUNDLED, NAMES, "mnist", STROKES),
        (BUNDLED, NAMES, "mnist", stroke_reader(seed=1)),
        (BUNDLED, NAMES, "mnist", stroke_reader(combination=Combination())),
    ]
    assert len({digest(*each) for each in changes}) == len(changes)
    named = json.loads(packed(BUNDLED, NAMES, "mnist").description)["weights"]
    assert named == f"{digest(BUNDLED, NAMES, 'mnist')}.bin"


def test_what_cannot_be_packed_is_refused() -> None:
    with pytest.raises(BadFile):
        packed(b"no network", NAMES, "mnist")
    with pytest.raises(UnknownName):
        packed(BUNDLED, NAMES, "letters")
    with pytest.raises(BadFile, match="has 11 outputs, but there are 10 classes"):
        packed(BUNDLED, NAMES[:10], "mnist")
    with pytest.raises(BadFile):
        packed(BUNDLED, NAMES, "mnist", b"no network")
    with pytest.raises(BadFile, match="it is no stroke reader"):
        packed(BUNDLED, NAMES, "mnist", BUNDLED)


def test_names_cannot_affect_the_text_around_them() -> None:
    names = (BIDI, *NAMES[1:])
    description = json.loads(packed(BUNDLED, names, "mnist").description)
    assert description["class_names"] == [plain(BIDI), *NAMES[1:]]
    assert "\u202e" not in description["class_names"][0]
    assert description["weights"] == f"{digest(BUNDLED, names, 'mnist')}.bin"
