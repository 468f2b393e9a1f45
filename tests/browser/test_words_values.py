"""The numbers in the texts: computed in the browser, and by NumPy from the same weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.explaining import words
from digitapp.explaining.vocabulary import PLACEHOLDERS
from digitapp.live.packing import Packed
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import load_random, open_modules, sent
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium

NAMES = ("circle", "square", "not a digit")
NETWORKS: dict[str, Packed] = {}
WORDS = asdict(words.load())

VALUES = """async ([image, selected, functions, accuracy, meant]) => {
  const { conditionsOf, valuesOf } = await import("/js/inside/words_values.js");
  const { NO_EDITS } = await import("/js/edits.js");
  const { columnsOf } = await import("/js/views/layers.js");
  const { interpret } = await import("/js/reading.js");
  const { description } = loaded;
  const picture = image && floats(image);
  const run = picture && loaded.run(picture, { activations: true });
  const scene = {
    network: loaded, description, columns: columnsOf(description), image: picture,
    activations: run ? run.activations : [],
    prediction: run && interpret(run.outputs, description.class_names),
    inspection: { selected, position: { row: 5, column: 7 }, edits: NO_EDITS },
    facts: { test_accuracy: accuracy },
  };
  return [[...conditionsOf(scene)], valuesOf(scene, { functions, meant })];
}"""

Image = NDArray[np.float32]
Found = tuple[set[str], dict[str, str]]


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown, NETWORKS)
        yield shown


@pytest.fixture(scope="module")
def image() -> Image:
    rng = np.random.default_rng(8)
    return np.asarray(rng.random((28, 28)) * (rng.random((28, 28)) > 0.7), np.float32)


def _load(page: Page, architecture: str, hidden: tuple[int, ...] = (30, 20)) -> NumpyNetwork:
    spec = TrainingSpec(architecture=architecture, hidden=hidden, activation="elu")
    load_random(page, NETWORKS, spec, NAMES)
    return NumpyNetwork(NETWORKS["a"])


def _values(
    page: Page,
    image: Image | None,
    selected: dict[str, int] | None = None,
    accuracy: float | None = 0.9857,
    meant: str = "",
) -> Found:
    given = sent(image) if image is not None else None
    arguments = [given, selected, WORDS["functions"], accuracy, meant]
    conditions, values = page.evaluate(VALUES, arguments)
    return set(conditions), values


def _number(text: str) -> float:
    digits = text.replace("\N{MINUS SIGN}", "-").removesuffix("\N{NO-BREAK SPACE}%")
    return float(digits.replace("+", "").replace(",", ""))


def _close(text: str, value: Any) -> None:
    assert _number(text) == pytest.approx(float(value), abs=0.0051), text


@pytest.mark.parametrize("architecture", ["dense", "simple-cnn", "deep-cnn"])
@pytest.mark.parametrize("drawn", [True, False])
@pytest.mark.parametrize("accuracy", [0.9, None])
def test_every_placeholder_whose_conditions_hold_has_a_value(
    page: Page, architecture: str, drawn: bool, accuracy: float | None, image: Image
) -> None:
    _load(page, architecture)
    conditions, values = _values(page, image if drawn else None, accuracy=accuracy)
    assert ("drawing" in conditions, "tested" in conditions) == (drawn, accuracy is not None)
    assert ("convolutional" in conditions) == (architecture != "dense")
    assert set(values) == {name for name, needs in PLACEHOLDERS.items() if conditions >= {*needs}}
    assert all(values.values())


def test_a_network_without_hidden_layers_is_said_to_have_one_layer(
    page: Page, image: Image
) -> None:
    _load(page, "dense")
    assert "one_layer" not in _values(page, image)[0]
    _load(page, "dense", hidden=())
    assert "one_layer" in _values(page, image)[0]
    layer = next(each for each in words.load().texts if each.id == "layer")
    alone = [each for each in layer.variants if "one_layer" in each.when]
    assert alone == list(layer.variants[: len(alone)])  # before those that speak of many layers
    assert not any("later layer" in each.task or "{layers}" in each.text for each in alone)


def test_a_dense_network_in_numbers(page: Page, image: Image) -> None:
    network = _load(page, "dense")
    outputs = network.outputs(image[None])
    first, kernel = outputs[2][0], network.layers[1]["kernel"]
    brightest = int(first.argmax())
    conditions, values = _values(page, image)
    assert "in_a_map" not in conditions
    assert values["ink_pixels"] == str(np.count_nonzero(image))
    assert (values["layers"], values["nodes_in_layer"], values["answers"]) == ("3", "30", "3")
    assert values["active_nodes"] == str(np.count_nonzero(first > 0))
    assert (values["brightest"], values["node"], values["layer"]) == (
        *[str(brightest + 1)] * 2,
        "1",
    )
    _close(values["brightest_value"], first[brightest])
    _close(values["node_value"], first[brightest])
    _close(values["node_sum"], outputs[1][0, brightest])
    _close(values["bias"], network.layers[1]["bias"][brightest])
    products = image.reshape(-1) * kernel[:, brightest]
    at = np.abs(products).argmax()
    _close(values["strongest_product"], products[at])
    _close(values["strongest_input"], image.reshape(-1)[at])
    _close(values["strongest_weight"], kernel[at, brightest])
    assert values["function"] == "ELU"


def test_the_texts_speak_of_the_chosen_node(page: Page, image: Image) -> None:
    outputs = _load(page, "dense").outputs(image[None])
    _, values = _values(page, image, {"column": 2, "unit": 6})
    assert (values["node"], values["layer"]) == ("7", "2")
    _close(values["node_sum"], outputs[3][0, 6])
    _close(values["node_value"], outputs[4][0, 6])
    _, values = _values(page, image, {"column": 0, "unit": 6})
    assert values["layer"] == "1", "a pixel has no weights"
    _, values = _values(page, image, {"column": 3, "unit": 2})
    assert values["function"] == "softmax"
    assert values["output"] == "none of these"
    assert _number(values["node_share"]) == pytest.approx(100 * outputs[6][0, 2], abs=0.06)
    _close(values["node_value"], outputs[6][0, 2])


@pytest.mark.parametrize("column", [1, 3])
def test_a_map_in_numbers(page: Page, column: int, image: Image) -> None:
    network = _load(page, "simple-cnn")
    outputs = network.outputs(image[None])
    layers = [
        n for n, each in enumerate(network.layers) if each["kind"] in ("Convolution", "Pooling")
    ]
    layer, unit = layers[column - 1], 4
    conditions, values = _values(page, image, {"column": column, "unit": unit})
    assert conditions >= {"in_a_map", "convolutional"}
    row, place = 5, 7  # the chosen place
    assert (values["row"], values["column"]) == ("6", "8")
    _close(values["node_value"], outputs[layer + 1][0, row, place, unit])
    _close(values["node_sum"], outputs[layer][0, row, place, unit])
    kernel, before = network.layers[layer]["kernel"][..., unit], outputs[layer - 1][0]
    assert not network.layers[layer]["same"]
    patch = before[row : row + kernel.shape[0], place : place + kernel.shape[1]]
    products = patch * kernel
    at = np.unravel_index(np.abs(products).argmax(), products.shape)
    _close(values["strongest_product"], products[at])
    _close(values["strongest_weight"], kernel[at])


def test_before_one_is_chosen_the_texts_speak_of_the_brightest_node(
    page: Page, image: Image
) -> None:
    outputs = _load(page, "simple-cnn").outputs(image[None])
    _, values = _values(page, image)
    shown = outputs[2][0]
    row, column, unit = np.unravel_index(shown.argmax(), shown.shape)
    found = [values[name] for name in ("row", "column", "node")]
    assert found == [str(each + 1) for each in (row, column, unit)]
    _close(values["node_value"], shown.max())


def test_pooled_maps_have_no_weights_so_the_first_layer_is_spoken_of(
    page: Page, image: Image
) -> None:
    _load(page, "simple-cnn")
    _, values = _values(page, image, {"column": 2, "unit": 0})
    assert values["layer"] == "1"


@pytest.mark.parametrize("meant", ["", *NAMES])
def test_the_loss_is_that_of_the_answer_that_is_meant(page: Page, meant: str, image: Image) -> None:
    shares = _load(page, "dense").outputs(image[None])[-1][0]
    _, values = _values(page, image, meant=meant)
    place = (
        NAMES.index(meant)
        if meant
        else NAMES.index(values["answer"].replace("none of these", NAMES[2]))
    )
    assert values["meant"] == (NAMES[place] if place < 2 else "none of these")
    _close(values["loss"], -math.log(max(shares[place], 1e-7)))
    assert _number(values["meant_number"]) == pytest.approx(shares[place], rel=0.01, abs=1e-7)
    assert -math.log(_number(values["meant_number"])) == pytest.approx(
        _number(values["loss"]), abs=0.006
    )  # whoever presses the same keys gets the same
    assert _number(values["meant_share"]) == pytest.approx(100 * shares[place], abs=0.06)


def test_the_two_most_probable_answers_are_named(page: Page, image: Image) -> None:
    shares = _load(page, "dense").outputs(image[None])[-1][0]
    choices = ["circle", "square", "none of these"]
    _, values = _values(page, image, accuracy=0.5)
    assert values["test_accuracy"] == "50.0\N{NO-BREAK SPACE}%"
    assert _values(page, image, accuracy=1.0)[1]["test_accuracy"] == "100\N{NO-BREAK SPACE}%"
    answer = 2 if shares[2] >= 0.5 else int(shares[:2].argmax())  # it refuses from 50 % on
    second = max({0, 1, 2} - {answer}, key=lambda each: shares[each])
    assert (values["answer"], values["second"]) == (choices[answer], choices[second])
    assert _number(values["confidence"]) == pytest.approx(100 * shares[answer], abs=0.06)
    assert _number(values["second_share"]) == pytest.approx(100 * shares[second], abs=0.06)
