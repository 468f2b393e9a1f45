"""A node's rule in numbers: in the browser, and by NumPy from the same packed weights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.live.packing import Packed
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.spec import ACTIVATIONS, TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import load_random, open_modules, sent
from tests.browser.numpy_network import NumpyNetwork, forward
from tests.browser.session import Chromium

NAMES = ("circle", "square", "not a digit")
AGREE = {"atol": 1e-4, "rtol": 1e-4}
NETWORKS: dict[str, Packed] = {}

# Rules of a few units of each column, each at some positions, as JSON.
RULES = """async ([image, edits]) => {
  const { ruleOf } = await import("/js/explaining/rule.js");
  const { activated } = await import("/js/explaining/activation_functions.js");
  const { columnsOf } = await import("/js/views/layers.js");
  const columns = columnsOf(loaded.description);
  const picture = floats(image);
  const { activations } = loaded.run(picture, { activations: true, edits });
  const passage = { network: loaded, columns, image: picture, activations, edits };
  const found = [];
  columns.slice(1).forEach((column, n) => {
    for (const unit of [0, 1, column.count - 1]) {
      for (const [down, across] of [[0, 0], [0.5, 0.4], [1, 1]]) {
        const row = Math.floor(down * (column.height - 1));
        const place = { row, column: Math.floor(across * (column.width - 1)) };
        const rule = ruleOf(passage, { column: n + 1, unit }, place);
        const name = rule.activation;
        const again = name && name !== "softmax" ? activated(name, rule.z) : null;
        found.push({ ...rule, again, place });
        if (column.height === 1) break;
      }
    }
  });
  const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
  return JSON.stringify(found, plain);
}"""

Image = NDArray[np.float32]


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown, NETWORKS)
        yield shown


@pytest.fixture(scope="module")
def image() -> Image:
    rng = np.random.default_rng(5)
    found = np.asarray(rng.random((28, 28)) * (rng.random((28, 28)) > 0.5), np.float32)
    found[0, 0] = found[27, 27] = 1
    return found


def _load(page: Page, spec: TrainingSpec) -> NumpyNetwork:
    load_random(page, NETWORKS, spec, NAMES)
    return NumpyNetwork(NETWORKS["a"])


def _rules(page: Page, image: Image, edits: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.evaluate(RULES, [sent(image), edits]))
    return found


def _edits(network: NumpyNetwork) -> dict[str, Any]:
    """Return a changed weight of each layer, and a node that is switched off."""
    weights = [
        {"layer": number, "part": part, "index": 1, "value": 1.25}
        for number, layer in enumerate(network.layers)
        if "kernel" in layer
        for part in ("kernel", "bias")
    ]
    last = len(network.layers) - 1
    hidden = next(n for n, layer in enumerate(network.layers) if layer["kind"] == "Activation")
    off = [{"layer": hidden, "unit": 1}] if hidden < last else []
    return {"off": off, "weights": weights}


@pytest.mark.parametrize("edited", [False, True], ids=["as trained", "edited"])
@pytest.mark.parametrize(
    ("architecture", "activation", "hidden"),
    [
        *((name, "relu", (30, 20)) for name in ARCHITECTURES if name != "dense"),
        *(("dense", name, (30, 20)) for name in ACTIVATIONS),
        ("lenet-5", "gelu", ()),
        ("dense", "relu", ()),
    ],
)
def test_rules_are_what_numpy_computes(
    page: Page,
    architecture: str,
    activation: str,
    hidden: tuple[int, ...],
    edited: bool,
    image: Image,
) -> None:
    spec = TrainingSpec(architecture=architecture, activation=activation, hidden=hidden)
    network = _load(page, spec)
    edits: dict[str, Any] = _edits(network) if edited else {"off": [], "weights": []}
    network = network.changed(edits)
    outputs = [each[0] for each in network.outputs(image[None], edits["off"])]
    rules = _rules(page, image, edits)
    assert {rule["kind"] for rule in rules} >= {"dense"}
    for rule in rules:
        CHECKS[rule["kind"]](network, rule, outputs, image)


def _inputs(network: NumpyNetwork, layer: int, outputs: list[Any], image: Image) -> NDArray[Any]:
    """Return what a layer gets; pixels with a channel."""
    return outputs[layer - 1] if layer else image[..., None]


def _check_value(rule: dict[str, Any], outputs: list[Any]) -> None:
    column, place = rule["column"], rule["place"]
    values = outputs[column["place"]]
    at = (place["row"], place["column"]) if values.ndim == 3 else ()
    np.testing.assert_allclose(rule["value"], values[(*at, rule["unit"])], **AGREE)
    if rule["off"]:
        assert rule["value"] == 0
    elif rule.get("again") is not None:
        np.testing.assert_allclose(rule["again"], rule["value"], **AGREE)


def _check_dense(
    network: NumpyNetwork, rule: dict[str, Any], outputs: list[Any], image: Image
) -> None:
    column, unit = rule["column"], rule["unit"]
    layer = network.layers[column["layer"]]
    inputs = _inputs(network, column["layer"], outputs, image).reshape(-1)
    weights = layer["kernel"][:, unit]
    np.testing.assert_allclose(rule["inputs"], inputs, **AGREE)
    np.testing.assert_allclose(rule["weights"], weights, **AGREE)
    np.testing.assert_allclose(rule["products"], inputs * weights, **AGREE)
    np.testing.assert_allclose(rule["sum"], inputs @ weights, **AGREE)
    np.testing.assert_allclose(rule["bias"], layer["bias"][unit], **AGREE)
    np.testing.assert_allclose(rule["z"], outputs[column["layer"]][unit], **AGREE)
    values = outputs[column["place"]]
    assert rule["rank"] == 1 + int((values > values[unit] + 1e-9).sum())
    _check_value(rule, outputs)
    assert (rule["softmax"] is None) == (column["kind"] != "outputs")
    if rule["softmax"]:
        np.testing.assert_allclose(rule["softmax"]["scores"], outputs[-2], **AGREE)
        np.testing.assert_allclose(rule["softmax"]["shares"], outputs[-1], **AGREE)


def _check_convolution(
    network: NumpyNetwork, rule: dict[str, Any], outputs: list[Any], image: Image
) -> None:
    column, unit, place, patch = (rule[key] for key in ("column", "unit", "place", "patch"))
    layer = network.layers[column["layer"]]
    inputs = _inputs(network, column["layer"], outputs, image)
    before = forward(layer, inputs[None])[0]
    height, width, given, _ = layer["kernel"].shape
    where = (patch["top"], patch["left"], height, width)
    total = 0.0
    for each in patch["maps"]:
        values, outside = _patch(inputs[..., each["map"]], *where)
        weights = layer["kernel"][:, :, each["map"], unit].reshape(-1)
        np.testing.assert_allclose(each["inputs"], values, **AGREE)
        np.testing.assert_allclose(each["weights"], weights, **AGREE)
        np.testing.assert_allclose(each["products"], values * weights, **AGREE)
        np.testing.assert_allclose(each["sum"], values @ weights, **AGREE)
        assert patch["outside"] == outside
        total += values @ weights
    assert len(patch["maps"]) == given
    sizes = [abs(patch["maps"][each]["sum"]) for each in patch["order"]]
    assert sizes == sorted(sizes, reverse=True)
    np.testing.assert_allclose(rule["sum"], total, **AGREE)
    np.testing.assert_allclose(rule["z"], before[place["row"], place["column"], unit], **AGREE)
    _check_value(rule, outputs)


def _check_pooling(
    network: NumpyNetwork, rule: dict[str, Any], outputs: list[Any], image: Image
) -> None:
    column, patch = rule["column"], rule["patch"]
    layer = network.layers[column["layer"]]
    inputs = _inputs(network, column["layer"], outputs, image)[..., rule["unit"]]
    values, outside = _patch(inputs, patch["top"], patch["left"], layer["side"], layer["side"])
    assert not any(outside)
    np.testing.assert_allclose(patch["inputs"], values, **AGREE)
    expected = values.mean() if layer["average"] else values.max()
    np.testing.assert_allclose(patch["result"], expected, **AGREE)
    np.testing.assert_allclose(patch["inputs"][patch["best"]], values.max(), **AGREE)
    if not rule["off"]:
        np.testing.assert_allclose(rule["value"], expected, **AGREE)
    _check_value(rule, outputs)


CHECKS = {"dense": _check_dense, "convolution": _check_convolution, "pooling": _check_pooling}


def _patch(
    values: NDArray[Any], top: int, left: int, height: int, width: int
) -> tuple[NDArray[Any], list[bool]]:
    """Return a patch row by row, 0 outside, and what of it is outside."""
    padded = np.pad(values.astype(float), 8, constant_values=np.nan)
    cut = padded[top + 8 : top + 8 + height, left + 8 : left + 8 + width].reshape(-1)
    return np.nan_to_num(cut), np.isnan(cut).tolist()


WEIGHTS = """async () => {
  const { ruleOf, denseWeight, filterWeight } = await import("/js/explaining/rule.js");
  const { columnsOf } = await import("/js/views/layers.js");
  const { NO_EDITS: edits } = await import("/js/edits.js");
  const columns = columnsOf(loaded.description);
  const image = new Float32Array(784).fill(1);
  const { activations } = loaded.run(image, { activations: true });
  const passage = { network: loaded, columns, image, activations, edits };
  const same = [];
  columns.forEach((column, n) => {
    const unit = Math.min(2, column.count - 1);
    const rule = ruleOf(passage, { column: n, unit }, { row: 0, column: 0 });
    const check = (at, weight) => same.push(loaded.values(column.layer, "kernel")[at] === weight);
    if (rule.kind === "dense") {
      for (const input of [0, 5]) check(denseWeight(rule, input), rule.weights[input]);
    } else if (rule.kind === "convolution") {
      for (const { map, weights } of rule.patch.maps) {
        weights.forEach((weight, place) => check(filterWeight(rule, map, place), weight));
      }
    }
  });
  return same;
}"""


def test_weights_are_found_in_their_layers_kernel(page: Page) -> None:
    _load(page, TrainingSpec(architecture="lenet-5"))
    same = page.evaluate(WEIGHTS)
    assert len(same) == 25 * (1 + 6) + 6
    assert all(same)
