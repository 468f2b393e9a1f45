"""ONNX models: every network gives Keras's probabilities; nothing of the training is left in it."""

import json

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.reading.prediction import Predictor
from digitapp.training.architectures import ARCHITECTURES, build
from digitapp.training.inference_layers import Activation, inference_layers
from digitapp.training.onnx_model import CLASS_NAMES, IR_VERSION, OPSET, onnx_model
from digitapp.training.spec import ACTIVATIONS, TrainingSpec
from tests.untrained import as_if_trained, values

AGREE = 1e-5
NAMES = ("circle", "square", "star")


@pytest.fixture(scope="module")
def images() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    found = rng.random((50, 28, 28), dtype=np.float32) * (rng.random((50, 28, 28)) > 0.6)
    found[0], found[1] = 0, 1
    return found


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_it_gives_the_probabilities_of_keras(
    architecture: str, activation: str, images: NDArray[np.float32]
) -> None:
    spec = TrainingSpec(
        architecture=architecture, activation=activation, hidden=(30, 20), dropout=0.3
    )
    model = as_if_trained(spec, len(NAMES))
    found = Predictor(onnx_model(spec, NAMES, values(model)), NAMES).outputs(images)
    expected = np.asarray(model(images, training=False))
    assert np.ptp(expected, axis=0).max() > 10 * AGREE, "the images are told apart"
    np.testing.assert_allclose(found, expected, atol=AGREE)


@pytest.mark.parametrize("classes", [2, 10, 26])
@pytest.mark.parametrize(
    "changes",
    [{"hidden": ()}, {"hidden": (1,)}, {"architecture": "deep-cnn", "base": "run-1", "l2": 0.01}],
)
def test_it_agrees_for_other_classes_and_settings(
    classes: int, changes: dict[str, object], images: NDArray[np.float32]
) -> None:
    spec, names = TrainingSpec(**changes), [str(each) for each in range(classes)]
    model = as_if_trained(spec, classes)
    found = Predictor(onnx_model(spec, names, values(model)), names).outputs(images)
    np.testing.assert_allclose(found, np.asarray(model(images, training=False)), atol=AGREE)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_it_is_a_valid_model_that_knows_its_classes(architecture: str) -> None:
    spec = TrainingSpec(architecture=architecture, activation="gelu")
    found = onnx.load_from_string(onnx_model(spec, NAMES, values(build(spec, 3))))
    onnx.checker.check_model(found, full_check=True)
    assert (found.ir_version, found.opset_import[0].version) == (IR_VERSION, OPSET)
    assert {each.key: json.loads(each.value) for each in found.metadata_props} == {
        CLASS_NAMES: [*NAMES]
    }


def test_dropout_and_normalisation_are_gone() -> None:
    spec = TrainingSpec(architecture="deep-cnn", dropout=0.5)
    found = inference_layers(spec, 3, values(build(spec, 3)))
    assert [type(each).__name__ for each in found] == [
        "Reshape",
        *("Convolution", "Activation") * 4,
        *("Flatten", "Dense", "Activation", "Dense", "Activation"),
    ]
    assert found[-1] == Activation("softmax")


@pytest.mark.parametrize("change", ["one less", "one more", "another shape"])
@pytest.mark.parametrize("architecture", ["dense", "deep-cnn"])
def test_weights_of_another_network_are_refused(architecture: str, change: str) -> None:
    spec = TrainingSpec(architecture=architecture, dropout=0.1)
    given = values(build(spec, 3))
    if change == "one less":
        given.pop()
    elif change == "one more":
        given.append(given[-1])
    else:
        given[0] = given[0][:-1]
    with pytest.raises(BadFile, match="do not fit the network"):
        onnx_model(spec, NAMES, given)
