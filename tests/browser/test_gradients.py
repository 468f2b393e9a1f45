"""Gradients in the browser: those of Keras, and finite differences in float64."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray
from playwright.sync_api import Error, Page

from digitapp.live.packing import Packed
from digitapp.training.architectures import ARCHITECTURES, build
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import ACTIVATIONS, TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import load_network, open_modules, received, sent
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium
from tests.untrained import random_values

NAMES = ("circle", "square", "star")
OUTPUT = 1
NETWORKS: dict[str, Packed] = {}
GRADIENT = """([images, output, edits]) =>
  sent(loaded.gradient(floats(images), output, edits ? { edits } : {}))"""
SCORES = "(images) => sent(loaded.scores(floats(images)))"

Images = NDArray[np.float32]


@pytest.fixture(scope="module")
def images() -> Images:
    """All ink; paper here and there; and paper but for the middle, where many values are equal."""
    rng = np.random.default_rng(0)
    found = rng.random((3, 28, 28), dtype=np.float32)
    found[1] *= rng.random((28, 28)) > 0.2  # no maximum of many equal values
    found[2, :8] = found[2, 20:] = 0
    return found


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown, NETWORKS)
        yield shown


def _load(page: Page, spec: TrainingSpec) -> list[NDArray[Any]]:
    """Load a network with random weights into the page, and return them."""
    weights = random_values(spec, len(NAMES))
    NETWORKS.clear()
    load_network(page, NETWORKS, onnx_model(spec, NAMES, weights), NAMES)
    return weights


def _gradient(page: Page, images: Images, edits: object = None) -> NDArray[np.float32]:
    found = received(page.evaluate(GRADIENT, [sent(images), OUTPUT, edits]))
    return found.reshape(images.shape)


def _gradient_in_keras(spec: TrainingSpec, weights: list[Any], images: Images) -> NDArray[Any]:
    model = build(spec, len(NAMES))
    for variable, value in zip(model.variables, weights, strict=True):
        variable.assign(value)
    model.layers[-1].activation = keras.activations.linear
    pixels = tf.convert_to_tensor(images)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        score = tf.reduce_sum(model(pixels, training=False)[:, OUTPUT])
    return np.asarray(tape.gradient(score, pixels))


def _differences(
    network: NumpyNetwork, images: Images, pixels: NDArray[Any], off: Any = ()
) -> NDArray[np.float64]:
    """Return central differences of the score by some pixels, (n, pixels)."""
    step = 1e-6
    moved = np.repeat(images.reshape(len(images), 1, 784), 2 * len(pixels), 1).astype(np.float64)
    for number, pixel in enumerate(pixels):
        moved[:, 2 * number, pixel] += step
        moved[:, 2 * number + 1, pixel] -= step
    scores = network.outputs(moved.reshape(-1, 28, 28), off)[-2][:, OUTPUT]
    above, below = scores.reshape(len(images), len(pixels), 2).transpose(2, 0, 1)
    found: NDArray[np.float64] = (above - below) / (2 * step)
    return found


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_they_are_exact(page: Page, architecture: str, activation: str, images: Images) -> None:
    spec = TrainingSpec(architecture=architecture, activation=activation, hidden=(30, 20))
    weights = _load(page, spec)
    found = _gradient(page, images)
    size = np.abs(found).max()
    assert size > 0.001
    expected = _gradient_in_keras(spec, weights, images)
    np.testing.assert_allclose(found / size, expected / size, atol=1e-5)
    pixels = np.random.default_rng(0).choice(784, 12, replace=False)
    wanted = _differences(NumpyNetwork(NETWORKS["a"]), images[:2], pixels)
    got = found[:2].reshape(2, 784)[:, pixels]
    np.testing.assert_allclose(got / size, wanted / size, atol=1e-5)


def test_they_are_of_the_network_with_its_changes(page: Page, images: Images) -> None:
    _load(page, TrainingSpec(architecture="simple-cnn", activation="tanh"))
    layers = json.loads(NETWORKS["a"].description)["layers"]
    first, second = (n for n, each in enumerate(layers) if each["kind"] == "Convolution")
    edits = {
        "off": [{"layer": first + 1, "unit": 3}, {"layer": second + 1, "unit": 0}],
        "weights": [{"layer": second, "part": "kernel", "index": 100, "value": 2.0}],
    }
    plain, found = _gradient(page, images), _gradient(page, images, edits)
    assert np.abs(plain - found).max() > 0.01
    network = NumpyNetwork(NETWORKS["a"]).changed(edits)
    pixels = np.random.default_rng(1).choice(784, 12, replace=False)
    wanted = _differences(network, images[:1], pixels, edits["off"])
    got = found[:1].reshape(1, 784)[:, pixels]
    np.testing.assert_allclose(got, wanted, atol=1e-5 * np.abs(found).max())
    np.testing.assert_array_equal(_gradient(page, images), plain)


def test_no_memory_is_lost(page: Page, images: Images) -> None:
    before = page.evaluate("() => window.loaded?.dispose() ?? window.tf?.memory().numTensors ?? 0")
    _load(page, TrainingSpec(architecture="deep-cnn", activation="gelu"))
    counts = []
    for _ in range(3):
        _gradient(page, images)
        counts.append(page.evaluate("tf.memory().numTensors"))
    assert len(set(counts)) == 1
    assert page.evaluate("() => loaded.dispose() ?? tf.memory().numTensors") == before


def test_an_answer_that_there_is_not_is_refused(page: Page, images: Images) -> None:
    _load(page, TrainingSpec(architecture="dense"))
    with pytest.raises(Error, match="There are 3 answers"):
        page.evaluate(GRADIENT, [sent(images), 3, None])
