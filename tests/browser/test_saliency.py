"""Explanations in the browser, held to Google's `saliency` package with Keras's gradients."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
import saliency.core as saliency
import tensorflow as tf
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import from_points
from digitapp.live.packing import packed
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import LOAD, RUNTIME, open_modules, received, sent
from tests.browser.session import Chromium
from tests.digits import DIGITS
from tests.untrained import as_if_trained, values

NAMES = tuple("0123456789")
SPEC = TrainingSpec(architecture="lenet-5", activation="tanh")
OUTPUT = 3
EXPLAIN = """async ([image, output]) => {
  const { gradientTimesInput, integratedGradients } = await import("/js/explaining/attribution.js");
  const { occlusion } = await import("/js/explaining/occlusion.js");
  const { finished } = await import("/js/slices.js");
  const picture = floats(image);
  return {
    gradient: sent(gradientTimesInput(loaded, picture, output)),
    integrated: sent(finished(integratedGradients(loaded, picture, output)).values),
    occlusion: sent(finished(occlusion(loaded, picture, output)).values),
  };
}"""

Values = NDArray[np.float32]
IMAGE: Values = stroke_image(from_points(DIGITS[3], 20))


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """A network that gives scores."""
    found = as_if_trained(SPEC, len(NAMES))
    found.layers[-1].activation = keras.activations.linear
    return found


@pytest.fixture(scope="module")
def explained(browser: Chromium, model: keras.Model) -> Iterator[dict[str, Values]]:
    """What the browser computes for the same network."""
    network = packed(onnx_model(SPEC, NAMES, values(model)), NAMES, "mnist")
    with opened(browser, "wide") as page:
        open_modules(page, {"a": network})
        yield _explained(page)


def _explained(page: Page) -> dict[str, Values]:
    page.evaluate(LOAD, [RUNTIME, "a"])
    found = page.evaluate(EXPLAIN, [sent(IMAGE), OUTPUT])
    return {name: received(text).reshape(28, 28) for name, text in found.items()}


@pytest.fixture(scope="module")
def call(model: keras.Model) -> Callable[..., dict[str, Any]]:
    """What `saliency` asks of a network."""

    def called(images: Values, call_model_args: Any = None, expected_keys: Any = None) -> Any:
        pixels = tf.convert_to_tensor(images, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            scores = model(pixels, training=False)[:, OUTPUT]
        gradients = np.asarray(tape.gradient(scores, pixels))
        return {
            saliency.base.INPUT_OUTPUT_GRADIENTS: gradients,
            saliency.base.OUTPUT_LAYER_VALUES: np.asarray(scores),
        }

    return called


def _expect(found: Values, expected: Values, share: float) -> None:
    size = np.abs(expected).max()
    assert size > 0
    np.testing.assert_allclose(found / size, expected / size, atol=share)


def test_gradients_times_the_input(explained: dict[str, Values], call: Any) -> None:
    expected = saliency.GradientSaliency().GetMask(IMAGE, call) * IMAGE
    _expect(explained["gradient"], expected, 1e-5)


def test_integrated_gradients(explained: dict[str, Values], call: Any) -> None:
    method = saliency.IntegratedGradients()
    expected = method.GetMask(IMAGE, call, x_steps=1000, batch_size=250)
    _expect(explained["integrated"], expected, 0.01)


def test_occlusion(explained: dict[str, Values], call: Any) -> None:
    """It adds up what all squares over a pixel do; those at the borders are left out."""
    expected = saliency.Occlusion().GetMask(IMAGE, call, size=5)
    found = np.zeros((28, 28))
    for row in range(2, 26):
        for column in range(2, 26):
            square = (slice(row - 2, row + 3), slice(column - 2, column + 3))
            found[square] += explained["occlusion"][row, column]
    _expect(found, expected, 1e-4)
