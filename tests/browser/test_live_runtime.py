"""The runtime and networks in the browser: loading, memory, and what cannot run, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Error, Page

from digitapp.live import packing
from digitapp.live.packing import Packed, packed
from digitapp.reading.prediction import Predictor
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.live_page import LOAD, RUN, RUNTIME, open_modules, received, sent
from tests.browser.session import Chromium
from tests.untrained import random_values

NAMES = ("circle", "square", "star")
IMAGES = np.random.default_rng(0).random((5, 28, 28), dtype=np.float32)


@pytest.fixture(scope="module")
def network() -> bytes:
    """A network as an ONNX file, with ten arrays of weights."""
    spec = TrainingSpec(architecture="lenet-5", activation="gelu")
    return onnx_model(spec, NAMES, random_values(spec, len(NAMES)))


def _check(outputs: str, network: bytes) -> None:
    expected = Predictor(network, NAMES).outputs(IMAGES)
    np.testing.assert_allclose(received(outputs).reshape(expected.shape), expected, atol=1e-5)


def test_it_may_be_asked_for_before_the_runtime_is_there(modules: Page, network: bytes) -> None:
    open_modules(modules, {"a": packed(network, NAMES, "mnist")})
    outputs = modules.evaluate(
        """async ([folder, images]) => {
          const { runtime, network } = await import("/js/network.js");
          const both = [0, 1].map(() => network(runtime(folder), "/networks/a.json"));
          const [first, second] = await Promise.all(both);
          first.dispose();
          return sent(second.run(floats(images)).outputs);
        }""",
        [RUNTIME, sent(IMAGES)],
    )
    _check(outputs, network)
    assert modules.evaluate("document.querySelectorAll('script').length") == 2


def test_no_memory_is_lost(modules: Page, network: bytes) -> None:
    open_modules(modules, {"a": packed(network, NAMES, "mnist")})
    modules.evaluate(LOAD, [RUNTIME, "a"])
    counts = modules.evaluate(
        """async (images) => {
          const counts = [tf.memory().numTensors];
          for (let time = 0; time < 100; time++) {
            loaded.run(floats(images), { activations: time % 2 === 0 });
          }
          counts.push(tf.memory().numTensors);
          loaded.dispose();
          counts.push(tf.memory().numTensors, tf.memory().numBytes);
          return counts;
        }""",
        sent(IMAGES[0]),
    )
    assert counts == [10, 10, 0, 0]
    with pytest.raises(Error, match="The network was disposed of"):
        modules.evaluate(RUN, sent(IMAGES[0]))


def test_a_page_may_carry_the_files_itself(modules: Page, network: bytes) -> None:
    found = packed(network, NAMES, "mnist")
    outputs = modules.evaluate(
        """async ([folder, description, weights, images]) => {
          const blob = async (name) => URL.createObjectURL(
            await (await fetch(`${folder}/${name}`)).blob()
          );
          const { runtime, Network } = await import("/js/network.js");
          const tf = await runtime({
            core: await blob("tf-core.min.js"),
            backend: await blob("tf-backend-wasm.min.js"),
            simd: await blob("tfjs-backend-wasm-simd.wasm"),
            plain: await blob("tfjs-backend-wasm.wasm"),
          });
          const network = new Network(tf, JSON.parse(description), floats(weights));
          return sent(network.run(floats(images)).outputs);
        }""",
        [
            RUNTIME,
            found.description.decode(),
            sent(np.frombuffer(found.weights, "<f4")),
            sent(IMAGES),
        ],
    )
    _check(outputs, network)


@pytest.fixture
def unwatched(browser: Chromium) -> Iterator[Page]:
    """A page that may log errors: what it asks for is missing."""
    with browser.tab(1400, 844) as page:
        open_modules(page)
        yield page


@pytest.mark.parametrize(
    ("before", "folder", "said"),
    [
        ("delete window.WebAssembly", RUNTIME, "This browser has no WebAssembly"),
        ("0", "/nowhere", "The network's runtime cannot be loaded: http://live.test/nowhere/tf-co"),
    ],
)
def test_a_browser_that_cannot_run_it_is_told_why(
    unwatched: Page, before: str, folder: str, said: str
) -> None:
    unwatched.evaluate(before)
    with pytest.raises(Error, match=said):
        unwatched.evaluate(LOAD, [folder, "none"])


def _changed(change: dict[str, Any]) -> Packed:
    description = {
        "format": packing.FORMAT,
        "class_names": ["a"],
        "preparation": {},
        "layers": [{"kind": "Flatten"}],
        "weights": "changed.bin",
    }
    return Packed(json.dumps(description | change).encode(), bytes(4 * (784 * 2 + 1)))


DENSE = {
    "kind": "Dense",
    "kernel": {"shape": [784, 2], "offset": 0},
    "bias": {"shape": [2], "offset": 1568},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 1}, "has format 1; only 2 can be read"),
        ({"layers": [{"kind": "Attention"}]}, "a layer of an unknown kind.*Attention"),
        ({"layers": [{"kind": "Activation", "name": "mish"}]}, "an unknown kind.*mish"),
        ({"layers": [{"kind": "Flatten"}, DENSE]}, "weights are cut short"),
        ({"weights": "../missing.bin"}, "The network cannot be loaded: There is no such file."),
    ],
)
def test_a_network_that_cannot_be_read_says_why(
    unwatched: Page, change: dict[str, Any], said: str
) -> None:
    open_modules(unwatched, {"changed": _changed(change)})
    with pytest.raises(Error, match=said):
        unwatched.evaluate(LOAD, [RUNTIME, "changed"])
    assert unwatched.evaluate("window.tf?.memory().numTensors") == 0
