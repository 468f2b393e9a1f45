"""What the Inside page shows of one node, on a page of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS
from tests.browser.node_page import (
    NODES,
    TIMES,
    image,
    look_into,
    networks,
    node_page,
    number,
    open_node,
    see,
    select,
    sums,
)
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium

LOOK = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
BOXES = """() => [...document.querySelectorAll(
  "section, figure, canvas, svg, button, input, dd, li, td, p, .live-grid-cell")]
  .map((each) => [each.className.baseVal ?? each.className, each.getBoundingClientRect()])
  .map(([name, { x, y, width, height }]) => [name, x, y, width, height])"""


@pytest.fixture(scope="module", params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Chromium) -> Iterator[Page]:
    with node_page(browser, request.param) as shown:
        yield shown


@pytest.fixture(scope="module")
def wide(browser: Chromium) -> Iterator[Page]:
    with node_page(browser, "wide") as shown:
        yield shown


def test_a_node_of_the_first_layer_tells_its_rule(page: Page) -> None:
    open_node(page, "first")
    outputs = NumpyNetwork(networks()["dense"]).outputs(image(1)[None])
    layer = NumpyNetwork(networks()["dense"]).layers[1]
    z, value = outputs[1][0, 3], outputs[2][0, 3]
    bias = layer["bias"][3]
    np.testing.assert_allclose(sums(page), [z - bias, bias, z, value], atol=0.006)
    told = page.locator(".live-node-sentence").inner_text()
    lit = int((image(1) > 0).sum())
    rank = 1 + int((outputs[2][0] > value).sum())
    assert told.startswith(f"Node 4 of layer 1 adds up {lit} pixels {TIMES} weights to ")
    if value:
        assert re.search(rf"hands on {value:.2f}, the ({rank}\w\w )?most of 30\.$", told)
    else:
        assert told.endswith("ReLU turns negative numbers into 0: it hands on 0.00.")
    expect(page.locator(".live-node-title")).to_have_text("Node 4 of layer 1")


def test_the_strongest_inputs_of_a_later_node(page: Page) -> None:
    open_node(page, "later")
    network = NumpyNetwork(networks()["dense"])
    inputs = network.outputs(image(1)[None])[2][0]
    weights = network.layers[3]["kernel"][:, 5]
    expected = np.argsort(-np.abs(inputs * weights))[:8]
    rows = page.locator(".live-number-row:visible")
    names = rows.locator(".live-row-name").all_inner_texts()
    assert names == [f"Node {each + 1}" for each in expected]
    for row, each in zip(rows.all(), expected, strict=True):
        found = [number(part) for part in row.locator(".live-row-number").all_inner_texts()]
        wanted = [inputs[each], weights[each], inputs[each] * weights[each]]
        np.testing.assert_allclose(found, wanted, atol=0.006)
    told, rest = page.locator(".live-node-rest:visible span").all_inner_texts()
    left = float(inputs @ weights - (inputs * weights)[expected].sum())
    assert told == "and 22 others together"
    assert number(rest) == pytest.approx(left, abs=0.006)


def test_a_row_leads_to_its_node(page: Page) -> None:
    open_node(page, "later")
    first = page.locator(".live-number-row:visible").first.locator(".live-row-name")
    name = first.inner_text()
    first.click()
    expect(page.locator(".live-node-title")).to_have_text(f"{name} of layer 1")
    assert page.evaluate("inspection.selected.column") == 1
    page.get_by_role("button", name="The next one").click()
    after = int(name.removeprefix("Node ")) % 30 + 1
    expect(page.locator(".live-node-title")).to_have_text(f"Node {after} of layer 1")


def test_rows_keep_their_places_while_one_draws(wide: Page) -> None:
    open_node(wide, "later")
    names = wide.locator(".live-number-row:visible .live-row-name")
    wide.evaluate("resting = false")
    for seed in (7, 8, 9):
        before = names.all_inner_texts()
        see(wide, image(seed))
        during = names.all_inner_texts()
        kept = set(before) & set(during)
        assert kept
        assert all(before.index(each) == during.index(each) for each in kept)
        assert len(set(during)) == 8
    wide.evaluate("() => { resting = true; frame(); }")
    assert sorted(names.all_inner_texts()) == sorted(during)
    products = wide.locator(".live-number-row:visible b").all_inner_texts()
    sizes = [abs(number(each)) for each in products]
    assert sizes == sorted(sizes, reverse=True)


def test_the_softmax_of_an_answer(page: Page) -> None:
    open_node(page, "answer")
    *_, scores, shares = (
        each[0] for each in NumpyNetwork(networks()["dense"]).outputs(image(1)[None])
    )
    rows = page.locator(".live-softmax-row")
    for row, score, share in zip(rows.all(), scores, shares, strict=True):
        _, z, _, percentage = row.locator("th, td").all_inner_texts()
        assert number(z) == pytest.approx(score, abs=0.006)
        assert number(percentage) == pytest.approx(100 * share, abs=0.11)
    expect(page.locator(".live-softmax")).to_contain_text("none of these")
    page.get_by_role("button", name="4", exact=True).click()
    expect(page.locator(".live-node-title")).to_have_text("The answer “4”")
    page.get_by_role("button", name="Switch this answer off").click()
    expect(rows.nth(4).locator("td").last).to_contain_text("0.0 %")
    expect(page.locator(".live-node-sentence")).to_contain_text("the others share the 100 %")


def test_a_pixel_tells_its_value(wide: Page) -> None:
    open_node(wide, "pixel")
    told = wide.locator(".live-node-sentence").inner_text()
    assert told.startswith(f"Pixel in row 15, column 9 is {image(1).reshape(-1)[400]:.2f}: ")
    expect(wide.locator(".live-node-off")).to_be_hidden()
    wide.locator(".live-number-row:visible .live-row-name").first.click()
    assert wide.evaluate("inspection.selected.column") == 1


def test_without_a_node_or_ink_it_says_what_to_do(page: Page) -> None:
    look_into(page, "dense")
    see(page, None)
    expect(page.get_by_text("Draw a digit first.")).to_be_visible()
    see(page, image(1))
    expect(page.get_by_text("Press a node in the picture above")).to_be_visible()
    page.get_by_role("button", name="Show me the most active node").click()
    told = page.locator(".live-node-sentence")
    expect(told).to_contain_text("the most of 30.")
    see(page, None)
    expect(told).to_contain_text("Nothing is drawn")


@pytest.mark.parametrize("kind", NODES)
def test_nothing_moves_while_one_draws(page: Page, kind: str) -> None:
    open_node(page, kind)
    page.evaluate("resting = false")
    before = page.evaluate(BOXES)
    page.evaluate("window.watcher = new MutationObserver(() => undefined)")
    page.evaluate("watcher.observe(document, {subtree: true, childList: true})")
    for seed in (2, 3, 4):
        see(page, image(seed) * 3)
        assert page.evaluate(BOXES) == before
    assert page.evaluate("watcher.takeRecords().length") == 0
    page.evaluate("() => { watcher.disconnect(); resting = true; }")
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_axe_finds_nothing_wrong(wide: Page) -> None:
    wrong = []
    for theme, kind in product(("light", "dark"), NODES):
        wide.emulate_media(color_scheme=theme)
        open_node(wide, kind)
        if kind != "pixel":
            wide.locator(".live-node-off").click()
        wide.evaluate(AXE_SCRIPT)
        wide.wait_for_timeout(60)
        wrong += [(theme, kind, each) for each in wide.evaluate(LOOK)]
    assert not [(theme, kind, each["id"], each["nodes"][0]["html"]) for theme, kind, each in wrong]


def test_a_pixel_without_ink_says_so(page: Page) -> None:
    for name in ("dense", "simple-cnn"):
        look_into(page, name)
        see(page, image(1))
        select(page, 0, 0)
        told = page.locator(".live-node-sentence")
        expect(told).to_contain_text("No ink here: 0. It adds nothing to any node.")
        products = page.locator(".live-number-row:visible b")
        assert {*products.all_inner_texts()} == {"+0.00"}


def test_the_filters_that_look_at_a_pixel(wide: Page) -> None:
    look_into(wide, "simple-cnn")
    see(wide, np.ones((28, 28), np.float32))
    kernel = NumpyNetwork(networks()["simple-cnn"]).layers[1]["kernel"]
    for pixel, met in ((400, kernel), (0, kernel[:1, :1])):
        select(wide, 0, pixel)
        places = "nine places" if pixel else "one place"
        line = wide.locator(".live-node-inputs:visible .live-node-line")
        expect(line).to_contain_text(f"look at it, each in {places}.")
        sums = met.sum((0, 1, 2))
        rows = wide.locator(".live-number-row:visible")
        assert rows.count() == 6
        for row in rows.all():
            name, product = row.locator("button").inner_text(), row.locator("b").inner_text()
            assert number(product) == pytest.approx(sums[int(name.split()[1]) - 1], abs=0.006)
    first = rows.first.locator("button")
    name = first.inner_text()
    first.click()
    expect(wide.locator(".live-node-title")).to_have_text(f"{name} of layer 1")


def test_tiny_shares_are_told_as_in_the_texts(wide: Page) -> None:
    open_node(wide, "answer")
    network = NumpyNetwork(networks()["dense"])
    last = max(n for n, each in enumerate(network.layers) if each["kind"] == "Dense")
    change = {"layer": last, "part": "bias", "index": 0, "value": 12}
    wide.evaluate("weight => inspection.setEdits({ off: [], weights: [weight] })", change)
    network.layers[last]["bias"] = network.layers[last]["bias"].copy()
    network.layers[last]["bias"][0] = 12
    outputs = network.outputs(image(1)[None])
    shares, largest = outputs[-1][0], outputs[-2][0].max()
    assert ((shares > 1e-6) & (shares < 1e-4)).any()
    for row, share in zip(wide.locator(".live-softmax-row").all(), shares, strict=True):
        told = row.locator(".live-softmax-number").inner_text()
        if share > 1e-6:
            assert number(told) == pytest.approx(100 * share, rel=0.5)
    assert largest > 9
    steps = wide.locator(".live-softmax-steps")
    expect(steps).to_contain_text(
        f"e to the power of (score \u2212 {largest:.2f}), the largest score"
    )
    wide.evaluate("inspection.setEdits({ off: [], weights: [] })")
    expect(steps).to_contain_text("e to the power of the score: ")
