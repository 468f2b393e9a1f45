"""Networks in the browser: the outputs of the server's, and of each layer those of Keras."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.live.packing import Packed
from digitapp.reading.prediction import Predictor
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import ACTIVATIONS, TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import RUN, RUNTIME, load_network, open_modules, received, sent
from tests.browser.session import Chromium
from tests.untrained import as_if_trained, random_values, values

COUNT = 20  # images
AGREE = 1e-5
NAMES = ("circle", "square", "star")

WITHOUT_SIMD = """
async (folder) => {
  for (const name of ["tf-core.min.js", "tf-backend-wasm.min.js"]) {
    await new Promise((done) => {
      const script = document.createElement("script");
      Object.assign(script, { src: `${folder}/${name}`, onload: done });
      document.head.append(script);
    });
  }
  tf.env().set("WASM_HAS_SIMD_SUPPORT", false);
}
"""

Images = NDArray[np.float32]
NETWORKS: dict[str, Packed] = {}


@pytest.fixture(scope="module")
def images() -> Images:
    rng = np.random.default_rng(0)
    found = rng.random((COUNT, 28, 28), dtype=np.float32)
    found *= rng.random((COUNT, 28, 28)) > rng.random((COUNT, 1, 1))
    found[0], found[1] = 0, 1
    return found


@pytest.fixture(scope="module")
def with_simd(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as page:
        open_modules(page, NETWORKS)
        yield page


@pytest.fixture(scope="module")
def without_simd(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as page:
        open_modules(page, NETWORKS)
        page.evaluate(WITHOUT_SIMD, RUNTIME)
        yield page


def _spec(architecture: str, activation: str) -> TrainingSpec:
    return TrainingSpec(
        architecture=architecture, activation=activation, hidden=(30, 20), dropout=0.3
    )


def _load(page: Page, spec: TrainingSpec, weights: Sequence[NDArray[Any]]) -> Predictor:
    """Load a network into the page; return its reader by ONNX, which others hold to Keras."""
    network = onnx_model(spec, NAMES, weights)
    load_network(page, NETWORKS, network, NAMES)
    return Predictor(network, NAMES)


def _check(page: Page, spec: TrainingSpec, images: Images) -> None:
    """Check that a network gives the same probabilities in the browser."""
    expected = _load(page, spec, random_values(spec, len(NAMES))).outputs(images)
    assert np.ptp(expected, axis=0).max() > 100 * AGREE, "the images are told apart"
    found = received(page.evaluate(RUN, sent(images))).reshape(expected.shape)
    np.testing.assert_allclose(found, expected, atol=AGREE)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_it_gives_the_probabilities_of_the_server(
    with_simd: Page, architecture: str, activation: str, images: Images
) -> None:
    _check(with_simd, _spec(architecture, activation), images)


@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("architecture", ["lenet-5", "deep-cnn"])
def test_it_does_without_simd(
    without_simd: Page, architecture: str, activation: str, images: Images
) -> None:
    _check(without_simd, _spec(architecture, activation), images)
    asked_for = "performance.getEntriesByType('resource').map((each) => each.name)"
    used = [name for name in without_simd.evaluate(asked_for) if name.endswith(".wasm")]
    assert {name.rpartition("/")[2] for name in used} == {"tfjs-backend-wasm.wasm"}


@pytest.mark.parametrize(
    ("architecture", "activation"),
    [("simple-cnn", "relu"), ("lenet-5", "gelu"), ("deep-cnn", "elu")],
)
def test_every_layer_gives_what_it_gives_in_keras(
    with_simd: Page, architecture: str, activation: str, images: Images
) -> None:
    spec = _spec(architecture, activation)
    model = as_if_trained(spec, len(NAMES))
    _load(with_simd, spec, values(model))
    found = with_simd.evaluate(
        """(images) => loaded.run(floats(images), { activations: true }).activations.map(
          (each) => ({ ...each, values: sent(each.values) })
        )""",
        sent(images[:5]),
    )
    layers = json.loads(NETWORKS["a"].description)["layers"]
    expected = _layer_outputs(model, images[:5])
    for told, got, wanted in zip(layers, found, expected, strict=True):
        assert (got["kind"], got["name"]) == (told["kind"], told.get("name", ""))
        assert tuple(got["shape"]) == wanted.shape[1:]
        np.testing.assert_allclose(
            received(got["values"]).reshape(wanted.shape), wanted, atol=1e-5, rtol=1e-5
        )


def _layer_outputs(model: keras.Model, images: Images) -> list[Images]:
    """What each inference layer gives: before its activation, and after it."""
    x, found = keras.ops.convert_to_tensor(images), []
    for layer in model.layers:
        activation = getattr(layer, "activation", None)
        if layer.__class__.__name__ == "Dropout":
            continue
        if layer.__class__.__name__ == "BatchNormalization":
            found.pop()  # folded into the convolution
        if activation in (None, keras.activations.linear) or not layer.weights:
            x = layer(x)
            found.append(np.asarray(x))
            continue
        layer.activation = keras.activations.linear
        before = layer(x)
        x = activation(before)
        found += [np.asarray(before), np.asarray(x)]
    return found


def test_one_image_gives_what_it_gives_among_others(with_simd: Page, images: Images) -> None:
    spec = _spec("deep-cnn", "relu")
    _load(with_simd, spec, random_values(spec, len(NAMES)))
    together = received(with_simd.evaluate(RUN, sent(images[:4]))).reshape(4, 3)
    for image, expected in zip(images, together, strict=False):
        np.testing.assert_allclose(
            received(with_simd.evaluate(RUN, sent(image))), expected, atol=1e-6
        )
