"""The exported layers, loaded in a browser by TensorFlow.js: the answers of our ONNX files."""

import hashlib
import json
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.data.datasets import CLOTHES_NAMES
from digitapp.drawing.digit import PREPARATIONS
from digitapp.reading.prediction import Predictor
from digitapp.takehome.exports.layers_model import MODEL, layers_model
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.inference_layers import inference_layers
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import ACTIVATIONS, TrainingSpec
from tests.browser.session import Chromium
from tests.browser.tensorflow_js import LAYERS, loaded
from tests.untrained import as_if_trained, values

AGREE = 1e-5  # the largest difference measured was 2e-6
NAMES = ("circle", "square", "star")
MNIST = PREPARATIONS["mnist"]


@pytest.fixture(scope="module")
def images() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    found = rng.random((50, 28, 28), dtype=np.float32) * (rng.random((50, 28, 28)) > 0.6)
    found[0], found[1] = 0, 1
    return found


@pytest.fixture
def page(browser: Chromium) -> Iterator[Page]:
    with browser.tab(1400, 844) as found:
        yield found


def test_the_vendored_layers_are_those_of_npm() -> None:
    digest, name = (LAYERS / "SHA256SUMS").read_text().split()
    assert hashlib.sha256((LAYERS / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_it_gives_the_probabilities_of_our_onnx_file(
    architecture: str, activation: str, images: NDArray[np.float32], page: Page
) -> None:
    spec = TrainingSpec(
        architecture=architecture, activation=activation, hidden=(30, 20), dropout=0.3
    )
    weights = values(as_if_trained(spec, len(NAMES)))
    files = layers_model("run-1", inference_layers(spec, len(NAMES), weights), NAMES, MNIST)
    found = loaded(page, files, images)["shares"]
    expected = Predictor(onnx_model(spec, NAMES, weights), NAMES).outputs(images)
    assert np.ptp(expected, axis=0).max() > 10 * AGREE, "the images are told apart"
    np.testing.assert_allclose(found, expected, atol=AGREE)


@pytest.mark.parametrize("classes", [2, 26])
@pytest.mark.parametrize("hidden", [(), (1,)])
def test_it_agrees_for_other_classes_and_layers(
    classes: int, hidden: tuple[int, ...], images: NDArray[np.float32], page: Page
) -> None:
    spec, names = TrainingSpec(hidden=hidden), [str(each) for each in range(classes)]
    weights = values(as_if_trained(spec, classes))
    files = layers_model("run-1", inference_layers(spec, classes, weights), names, MNIST)
    found = loaded(page, files, images)
    expected = Predictor(onnx_model(spec, names, weights), names).outputs(images)
    np.testing.assert_allclose(found["shares"], expected, atol=AGREE)
    assert found["input"] == ["images", [None, 28, 28]]
    assert found["output"] == ["probabilities", [None, classes]]


def test_large_weights_are_split_and_the_model_tells_its_classes(
    images: NDArray[np.float32], page: Page
) -> None:
    spec = TrainingSpec(hidden=(2000,))
    weights, clothes = values(as_if_trained(spec, 10)), PREPARATIONS["fashion_mnist"]
    files = layers_model("run-1", inference_layers(spec, 10, weights), CLOTHES_NAMES, clothes)
    assert [*files] == [MODEL, "group1-shard1of2.bin", "group1-shard2of2.bin"]
    found = loaded(page, files, images)
    expected = Predictor(onnx_model(spec, CLOTHES_NAMES, weights), CLOTHES_NAMES).outputs(images)
    np.testing.assert_allclose(found["shares"], expected, atol=AGREE)
    assert found["told"]["class_names"] == [*CLOTHES_NAMES]
    assert found["told"]["preparation"] == {"box": 28, "by_mass": False, "pen": 0}


def test_it_is_what_keras_2_wrote() -> None:
    spec = TrainingSpec(architecture="lenet-5", activation="gelu")
    weights = values(as_if_trained(spec, 3))
    files = layers_model("run-1", inference_layers(spec, 3, weights), NAMES, MNIST)
    model = json.loads(files[MODEL])
    told = model["modelTopology"]["model_config"]["config"]["layers"]
    assert [each["class_name"] for each in told] == [
        *("InputLayer", "Reshape", "Conv2D", "Activation", "AveragePooling2D"),
        *("Conv2D", "Activation", "AveragePooling2D", "Flatten"),
        *("Dense", "Activation") * 3,
    ]
    assert told[2]["config"] == {
        "name": "conv2d_1",
        "filters": 6,
        "kernel_size": [5, 5],
        "strides": [1, 1],
        "padding": "same",
    }
    (group,) = model["weightsManifest"]
    sizes = [4 * np.prod(each["shape"]) for each in group["weights"]]
    assert sum(sizes) == sum(len(files[name]) for name in group["paths"])
