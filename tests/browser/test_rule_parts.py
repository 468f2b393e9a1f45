"""What a node's rule is made of: its strongest inputs, softmax and activation functions."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from digitapp.training.spec import ACTIVATIONS
from tests.browser.conftest import opened
from tests.browser.live_page import open_modules
from tests.browser.numpy_network import activated
from tests.browser.session import Chromium


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown)
        yield shown


STRONGEST = """async ([products, most]) => {
  const { largestProducts } = await import("/js/explaining/rule.js");
  return largestProducts(Float32Array.from(products), most);
}"""


@pytest.mark.parametrize("most", [1, 4, 50])
def test_the_strongest_inputs_come_first(page: Page, most: int) -> None:
    products = np.random.default_rng(2).normal(size=40).astype(np.float32)
    expected = np.argsort(-np.abs(products))[:most].tolist()
    assert page.evaluate(STRONGEST, [products.tolist(), most]) == expected


ORIGINS = """async ([shape, inputs]) => {
  const { originOf } = await import("/js/explaining/rule.js");
  const [height, width, count] = shape;
  return inputs.map((each) => originOf({ kind: "maps", height, width, count }, each));
}"""


def test_an_input_of_a_flattened_map_has_a_place_on_it(page: Page) -> None:
    shape, inputs = (5, 4, 3), [0, 1, 17, 59]
    expected = np.transpose(np.unravel_index(inputs, shape)).tolist()
    found = page.evaluate(ORIGINS, [shape, inputs])
    assert [[each["row"], each["column"], each["unit"]] for each in found] == expected


SOFTMAX = """async ([scores, off]) => {
  const { softmaxOf } = await import("/js/explaining/softmax.js");
  const { shift, powers, total, shares } = softmaxOf(scores, (each) => off.includes(each));
  return { shift, powers: [...powers], total, shares: [...shares] };
}"""


@pytest.mark.parametrize(
    ("scores", "shift"), [([1.0, -2.0, 3.0], 0), ([200.0, 190.0, 5.0], 200), ([-50.0, -60.0], -50)]
)
def test_large_scores_are_shifted_before_their_powers(
    page: Page, scores: list[float], shift: float
) -> None:
    found = page.evaluate(SOFTMAX, [scores, []])
    assert found["shift"] == shift
    np.testing.assert_allclose(found["powers"], np.exp(np.array(scores) - shift))
    np.testing.assert_allclose(found["total"], sum(found["powers"]))
    np.testing.assert_allclose(found["shares"], activated("softmax", np.array(scores)))


def test_the_softmax_leaves_out_what_is_switched_off(page: Page) -> None:
    found = page.evaluate(SOFTMAX, [[50.0, 1.0, 2.0], [0]])
    expected = [0, *activated("softmax", np.array([1.0, 2.0]))]
    np.testing.assert_allclose(found["shares"], expected)
    assert found["shift"] == 0
    assert page.evaluate(SOFTMAX, [[1.0, 2.0], [0, 1]])["shares"] == [0, 0]


def test_the_bars_are_the_shares_of_the_softmax(page: Page) -> None:
    """With an output for what is not a digit, too: its bar is the one of none of these."""
    found = page.evaluate(
        """async (scores) => {
          const { softmaxOf } = await import("/js/explaining/softmax.js");
          const { interpret } = await import("/js/reading.js");
          const { shares } = softmaxOf(scores);
          const outputs = Float32Array.from(shares);
          return [[...shares], [...interpret(outputs, ["not a digit", "0", "1"]).shares]];
        }""",
        [1.5, 0.5, -1.0],
    )
    other, *digits = found[0]
    np.testing.assert_allclose(found[1], [*digits, other], atol=1e-6)


@pytest.mark.parametrize("name", [*ACTIVATIONS, ""])
def test_activation_functions_are_those_of_numpy(page: Page, name: str) -> None:
    zs = np.linspace(-9, 9, 37)
    found = page.evaluate(
        """async ([name, zs]) => {
          const { activated } = await import("/js/explaining/activation_functions.js");
          return zs.map((z) => activated(name, z));
        }""",
        [name, zs.tolist()],
    )
    np.testing.assert_allclose(found, activated(name, zs) if name else zs, atol=1e-6)
    assert math.isfinite(sum(found))
