"""Nodes switched off and weights changed in the browser: as a NumPy forward pass with the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.live.packing import Packed
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.spec import ACTIVATIONS, TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import load_random, open_modules, received, sent
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium

NAMES = ("circle", "square", "star")
AGREE = 1e-4
NETWORKS: dict[str, Packed] = {}

RUN = """([images, edits]) => loaded.run(floats(images), { activations: true, edits })
  .activations.map(({ values }) => sent(values))"""
SCORES = "([images, edits]) => sent(loaded.scores(floats(images), { edits }))"

# Runs with edits between two without: what is left of them, and how many tensors there are.
PUT_BACK = """async (images) => {
  const { NO_EDITS, switched, changed } = await import("/js/edits.js");
  const layer = loaded.description.layers.findIndex(({ kind }) => kind === "Dense");
  const read = (edits) => loaded.run(floats(images), { edits }).outputs;
  const counts = [tf.memory().numTensors];
  const before = read(NO_EDITS);
  const seen = [];
  for (let n = 0; n < 5; n += 1) {
    const edits = changed(switched(NO_EDITS, layer + 1, n), layer, "kernel", n, 2 + n);
    seen.push(read(edits), loaded.scores(floats(images), { edits }));
    counts.push(tf.memory().numTensors);
  }
  const after = read(NO_EDITS);
  const edits = switched(NO_EDITS, layer + 1, 0);
  tf.tidy(() => void loaded.forward(loaded.input(floats(images)), edits, 2)); // it outlives this
  const again = sent(read(edits)) === sent(read(switched(NO_EDITS, layer + 1, 0)));
  loaded.dispose();
  counts.push(tf.memory().numTensors);
  return { before: sent(before), after: sent(after), different: sent(seen[0]), again, counts };
}"""

Images = NDArray[np.float32]


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown, NETWORKS)
        yield shown


@pytest.fixture(scope="module")
def images() -> Images:
    rng = np.random.default_rng(3)
    return np.asarray(rng.random((2, 28, 28)) * (rng.random((2, 28, 28)) > 0.6), np.float32)


def _load(page: Page, architecture: str, activation: str = "relu") -> NumpyNetwork:
    """Load a network into the page; return the same in NumPy."""
    spec = TrainingSpec(architecture=architecture, activation=activation, hidden=(30, 20))
    load_random(page, NETWORKS, spec, NAMES)
    return NumpyNetwork(NETWORKS["a"])


def _off(layer: int, *units: int) -> list[dict[str, int]]:
    return [{"layer": layer, "unit": unit} for unit in units]


def _compare(page: Page, network: NumpyNetwork, images: Images, edits: Mapping[str, Any]) -> None:
    expected = network.changed(edits).outputs(images, edits["off"])
    found = page.evaluate(RUN, [sent(images), edits])
    for got, wanted in zip(found, expected, strict=True):
        values = received(got).reshape(wanted.shape)
        np.testing.assert_allclose(values, wanted, atol=AGREE, rtol=AGREE)


def _every_kind(network: NumpyNetwork) -> dict[str, Any]:
    """Return edits of each layer: two nodes off, a weight and a bias changed."""
    found: dict[str, Any] = {"off": [], "weights": []}
    for number, layer in enumerate(network.layers):
        if layer["kind"] == "Activation" and layer["name"] != "softmax":
            found["off"] += _off(number, 1, 2)
        if layer["kind"] == "Pooling":
            found["off"] += _off(number, 3)
        if "kernel" in layer:
            index = layer["kernel"].size // 2
            found["weights"] += [
                {"layer": number, "part": "kernel", "index": index, "value": 1.5},
                {"layer": number, "part": "bias", "index": 0, "value": -0.75},
            ]
    return found


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_layer_gives_what_it_gives_in_numpy(
    page: Page, architecture: str, activation: str, images: Images
) -> None:
    network = _load(page, architecture, activation)
    _compare(page, network, images, {"off": [], "weights": []})
    _compare(page, network, images, _every_kind(network))


@pytest.mark.parametrize("architecture", ["dense", "simple-cnn"])
def test_an_answer_that_is_switched_off_leaves_the_whole_to_the_others(
    page: Page, architecture: str, images: Images
) -> None:
    network = _load(page, architecture)
    last = len(network.layers) - 1
    edits = {"off": _off(last, 0), "weights": []}
    _compare(page, network, images, edits)
    shares = received(page.evaluate(RUN, [sent(images), edits])[-1]).reshape(-1, len(NAMES))
    assert np.all(shares[:, 0] == 0)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    none = received(page.evaluate(RUN, [sent(images), {**edits, "off": _off(last, 0, 1, 2)}])[-1])
    assert np.all(none == 0)


def test_scores_are_what_the_softmax_gets(page: Page, images: Images) -> None:
    network = _load(page, "lenet-5", "tanh")
    edits = _every_kind(network)
    expected = network.changed(edits).outputs(images, edits["off"])[-2]
    found = received(page.evaluate(SCORES, [sent(images), edits])).reshape(expected.shape)
    np.testing.assert_allclose(found, expected, atol=AGREE, rtol=AGREE)


@pytest.mark.parametrize("architecture", ["dense", "deep-cnn"])
def test_put_back_it_answers_as_before_bit_by_bit(
    page: Page, architecture: str, images: Images
) -> None:
    empty = page.evaluate("() => (window.loaded?.dispose(), window.tf?.memory().numTensors ?? 0)")
    _load(page, architecture)
    found = page.evaluate(PUT_BACK, sent(images))
    assert found["before"] == found["after"] != found["different"]
    assert found["again"]
    loaded, *edited, disposed = found["counts"]
    assert len(set(edited)) == 1, "tensors of earlier edits are left"
    assert edited[0] > loaded
    assert disposed == empty


def test_weights_in_force_are_read(page: Page) -> None:
    network = _load(page, "simple-cnn")
    read = "([layer, part, edits]) => sent(loaded.values(layer, part, edits))"
    none: dict[str, Any] = {"off": [], "weights": []}
    change = {"layer": 1, "part": "kernel", "index": 7, "value": 0.5}
    edits = {**none, "weights": [change]}
    kernel = network.layers[1]["kernel"].reshape(-1)
    np.testing.assert_array_equal(received(page.evaluate(read, [1, "kernel", none])), kernel)
    kernel[7] = 0.5
    np.testing.assert_array_equal(received(page.evaluate(read, [1, "kernel", edits])), kernel)
    bias = received(page.evaluate(read, [1, "bias", edits]))
    np.testing.assert_array_equal(bias, network.layers[1]["bias"])
    with pytest.raises(Exception, match="Layer 0 has no weights"):
        page.evaluate(read, [0, "kernel", none])


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"off": _off(99, 0), "weights": []}, "no layer 99"),
        ({"off": _off(2, 16), "weights": []}, "Layer 2 has 16 nodes, no 16"),
        (
            {"off": [], "weights": [{"layer": 1, "part": "bias", "index": 16, "value": 0}]},
            "Layer 1 has 16 values as bias, no 16",
        ),
    ],
)
def test_edits_that_do_not_fit_are_refused(
    page: Page, images: Images, edits: dict[str, Any], told: str
) -> None:
    _load(page, "simple-cnn")
    with pytest.raises(Exception, match=told):
        page.evaluate(RUN, [sent(images), edits])


STEPS = """async () => {
  const edits = await import("/js/edits.js");
  const { NO_EDITS, switched, changed, restored, isOff, changeOf, count } = edits;
  const off = switched(NO_EDITS, 2, 5);
  const both = changed(off, 1, "bias", 5, 0.5);
  const more = changed(both, 1, "bias", 5, 0.75);
  return JSON.parse(JSON.stringify({
    both, more,
    isOff: [isOff(off, 2, 5), isOff(off, 2, 6), isOff(off, 1, 5)],
    at: [changeOf(more, 1, "bias", 5), changeOf(more, 1, "kernel", 5)],
    counts: [NO_EDITS, off, both, more].map(count),
    again: switched(off, 2, 5) === NO_EDITS,
    restored: restored(more, more.off[0]),
    none: restored(restored(more, more.off[0]), more.weights[0]) === NO_EDITS,
    frozen: [both, both.off, both.weights].every(Object.isFrozen),
  }));
}"""


def test_edits_are_made_and_taken_back(page: Page) -> None:
    found = page.evaluate(STEPS)
    bias = {"layer": 1, "part": "bias", "index": 5}
    assert found["both"] == {"off": _off(2, 5), "weights": [{**bias, "value": 0.5}]}
    assert found["more"] == {"off": _off(2, 5), "weights": [{**bias, "value": 0.75}]}
    assert found["isOff"] == [True, False, False]
    assert found["at"] == [{**bias, "value": 0.75}, None]
    assert found["counts"] == [0, 1, 2, 2]
    assert found["again"]
    assert found["restored"] == {"off": [], "weights": [{**bias, "value": 0.75}]}
    assert found["none"]
    assert found["frozen"]
