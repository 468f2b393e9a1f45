"""What the Inside page shows of one node, and what can be changed there, on a page of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from digitapp.live.packing import Packed, packed
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import WIDTHS, opened
from tests.browser.node_page import look_into, open_node_page, see, select
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium
from tests.untrained import random_values

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
NAMES = ("0", "1", "2", "3", "4", "not a digit")
LOOK = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
BOXES = """() => [...document.querySelectorAll(
  "section, figure, canvas, svg, button, input, dd, li, td, p, .live-grid-cell")]
  .map((each) => [each.className.baseVal ?? each.className, each.getBoundingClientRect()])
  .map(([name, { x, y, width, height }]) => [name, x, y, width, height])"""
# The kinds of nodes: network, column, and unit.
NODES = {
    "first": ("dense", 1, 3),
    "later": ("dense", 2, 5),
    "answer": ("dense", 3, 1),
    "filter": ("simple-cnn", 1, 2),
    "later filter": ("simple-cnn", 3, 2),
    "maximum": ("simple-cnn", 2, 1),
    "large filter": ("lenet-5", 1, 2),
    "average": ("lenet-5", 2, 1),
    "of maps": ("simple-cnn", 5, 1),
    "pixel": ("dense", 0, 400),
}

Image = NDArray[np.float32]


def _packed(architecture: str) -> Packed:
    spec = TrainingSpec(architecture=architecture, hidden=(30, 20))
    network = onnx_model(spec, NAMES, random_values(spec, len(NAMES)))
    return packed(network, NAMES, "mnist")


@pytest.fixture(scope="module")
def networks() -> dict[str, Packed]:
    return {name: _packed(name) for name in ("dense", "simple-cnn", "lenet-5")}


@pytest.fixture(scope="module", params=WIDTHS)
def page(
    request: pytest.FixtureRequest, browser: Chromium, networks: dict[str, Packed]
) -> Iterator[Page]:
    with opened(browser, request.param) as shown:
        open_node_page(shown, networks)
        yield shown


@pytest.fixture(scope="module")
def wide(browser: Chromium, networks: dict[str, Packed]) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_node_page(shown, networks)
        yield shown


def image(seed: int) -> Image:
    """A blot of ink in the middle of the picture."""
    rng, found = np.random.default_rng(seed), np.zeros((28, 28), np.float32)
    found[6:22, 8:20] = rng.random((16, 12)) * (rng.random((16, 12)) > 0.4)
    return found


def open_node(page: Page, kind: str, seed: int = 1) -> None:
    name, column, unit = NODES[kind]
    look_into(page, name)
    see(page, image(seed))
    select(page, column, unit)


def number(text: str | Locator) -> float:
    """Return a number as the page writes it."""
    told = text if isinstance(text, str) else text.inner_text()
    return float(told.replace(MINUS, "-").replace("+", "").replace(",", "").removesuffix(" %"))


def edits(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("inspection.edits")
    return found


def sums(page: Page) -> list[float]:
    return [number(each) for each in page.locator(".live-sum:visible dd").all_inner_texts()]


def test_a_node_of_the_first_layer_tells_its_rule(page: Page, networks: dict[str, Packed]) -> None:
    open_node(page, "first")
    outputs = NumpyNetwork(networks["dense"]).outputs(image(1)[None])
    layer = NumpyNetwork(networks["dense"]).layers[1]
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


def test_the_strongest_inputs_of_a_later_node(page: Page, networks: dict[str, Packed]) -> None:
    open_node(page, "later")
    network = NumpyNetwork(networks["dense"])
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


def test_a_pixel_of_the_weights_is_chosen_and_changed(
    page: Page, networks: dict[str, Packed]
) -> None:
    open_node(page, "first")
    picture = page.locator(".live-node-pixels .live-choosable")
    box = picture.bounding_box()
    assert box
    cell = box["width"] / 28
    picture.click(position={"x": 10.5 * cell, "y": 12.5 * cell})
    expect(page.locator(".live-change-title")).to_have_text(
        "What if? Change the weight of the pixel in row 13, column 11"
    )
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    row, column = 11, 11
    line = page.locator(".live-node-pixels .live-node-line")
    page.mouse.move(0, 0)
    expect(line).to_contain_text("row 12, column 12: weight ")
    before = sums(page)
    slider = page.get_by_role("slider")
    slider.fill("4")
    index = (row * 28 + column) * 30 + 3
    weight = NumpyNetwork(networks["dense"]).layers[1]["kernel"].reshape(-1)[index]
    change = {"layer": 1, "part": "kernel", "index": index, "value": 4}
    assert edits(page) == {"off": [], "weights": [change]}
    pixel = float(image(1)[row, column])
    assert sums(page)[2] == pytest.approx(before[2] + (4 - weight) * pixel, abs=0.02)
    expect(page.locator(".live-edit-name")).to_contain_text("row 12, column 12")
    expect(page.locator(".live-edits-answers")).to_contain_text("Before: ")
    page.get_by_role("button", name="Put it back", exact=True).click()
    assert sums(page) == before
    assert page.evaluate("inspection.edits.weights.length") == 0
    assert set(page.evaluate("[...inspection.noticed]")) >= {"node", "weight", "restored"}


def test_a_number_may_be_typed(wide: Page) -> None:
    open_node(wide, "first")
    field = wide.get_by_role("spinbutton")
    field.fill("-2.5")
    bias = {"layer": 1, "part": "bias", "index": 3, "value": -2.5}
    assert edits(wide)["weights"] == [bias]
    field.fill("")  # no number yet
    assert edits(wide)["weights"] == [bias]
    field.fill("1e9")
    assert edits(wide)["weights"] == [{**bias, "value": 1000}]
    field.blur()
    expect(field).to_have_value("1000.00")
    expect(wide.locator(".live-change-trained")).to_contain_text("was ")


def test_a_node_is_switched_off_and_on(page: Page) -> None:
    open_node(page, "later")
    name = "Switch this node off"
    page.get_by_role("button", name=name).click()
    assert edits(page) == {"off": [{"layer": 4, "unit": 5}], "weights": []}
    assert sums(page)[3] == 0
    expect(page.locator(".live-node-sentence")).to_contain_text("it is switched off")
    button = page.locator(".live-node-off")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".live-edit-name")).to_have_text("Node 6 of layer 2: off")
    page.get_by_role("button", name="Put back: Node 6 of layer 2: off").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert edits(page)["off"] == []
    button.click()
    button.click()
    assert edits(page)["off"] == []
    assert set(page.evaluate("[...inspection.noticed]")) >= {"off", "restored"}


def test_everything_is_put_back_at_once(page: Page) -> None:
    open_node(page, "later")
    before = sums(page)
    page.locator(".live-node-off").click()
    page.get_by_role("slider").fill("5")
    chips = page.locator(".live-edit:visible")
    expect(chips).to_have_count(2)
    select(page, 1, 0)
    chips.last.locator(".live-edit-name").click()  # leads back to its node
    expect(page.locator(".live-node-title")).to_have_text("Node 6 of layer 2")
    page.get_by_role("button", name="Put everything back").click()
    expect(chips).to_have_count(0)
    assert sums(page) == before
    expect(page.locator(".live-edits-answers")).to_contain_text("Nothing is changed")


def test_the_answer_before_and_now(wide: Page, networks: dict[str, Packed]) -> None:
    open_node(wide, "answer")
    now = int(np.argmax(NumpyNetwork(networks["dense"]).outputs(image(1)[None])[-1]))
    other = next(n for n in range(5) if n != now)
    select(wide, 3, other)
    wide.get_by_role("spinbutton").fill("50")
    told = wide.locator(".live-edits-answers").inner_text()
    names = [*NAMES[:5], "none of these"]
    found = re.fullmatch(r"Before: (.+) \(.+ %\), now: (.+) \(.+ %\)", told)
    assert found
    assert found.groups() == (names[now], NAMES[other])
    expect(wide.locator(".live-edits")).to_have_attribute("data-turned", "true")


def _moved(page: Page) -> list[int]:
    found: list[int] = page.evaluate("[inspection.position.row, inspection.position.column]")
    return found


@pytest.mark.parametrize("kind", ["filter", "maximum", "average", "large filter", "later filter"])
def test_the_patch_is_moved_by_keys(wide: Page, kind: str) -> None:
    open_node(wide, kind)
    wide.evaluate("inspection.moveTo(2, 3)")
    wide.locator(".live-draggable:visible").first.focus()
    for key, place in (
        ("ArrowDown", [3, 3]),
        ("ArrowDown", [4, 3]),
        ("ArrowUp", [3, 3]),
        ("ArrowRight", [3, 4]),
        ("ArrowLeft", [3, 3]),
    ):
        wide.keyboard.press(key)
        assert _moved(wide) == place
    for _ in range(9):
        wide.keyboard.press("ArrowUp")
    assert _moved(wide) == [0, 3]


def test_the_patch_is_dragged(page: Page, networks: dict[str, Packed]) -> None:
    open_node(page, "filter")
    picture = page.locator(".live-node-filter .live-draggable:visible").first
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    cell = box["width"] / 28
    for row, column in ((10, 10), (14, 12), (27, 27), (0, 5)):
        page.mouse.move(box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell)
        page.mouse.down()
        expected = [min(25, max(0, row - 1)), min(25, max(0, column - 1))]
        assert _moved(page) == expected
    page.mouse.up()
    page.evaluate("inspection.moveTo(9, 8)")
    grids = page.locator(".live-node-filter:visible .live-grid:visible")
    shown = [
        [number(t) for t in grid.locator(".live-grid-cell").all_inner_texts()]
        for grid in grids.all()
    ]
    patch = image(1)[9:12, 8:11].reshape(-1)
    weights = NumpyNetwork(networks["simple-cnn"]).layers[1]["kernel"][:, :, 0, 2].reshape(-1)
    np.testing.assert_allclose(shown, [patch, weights, patch * weights], atol=0.006)
    z = NumpyNetwork(networks["simple-cnn"]).outputs(image(1)[None])[1][0, 9, 8, 2]
    assert sums(page)[2] == pytest.approx(z, abs=0.006)
    told = page.locator(".live-node-sentence")
    expect(told).to_contain_text("sums these nine pixels times these nine weights up to ")
    expect(told).to_contain_text("row 10, column 9 of the map")


def test_a_weight_of_a_filter_is_changed(page: Page) -> None:
    open_node(page, "filter")
    cell = page.locator(".live-node-filter:visible button.live-grid-cell").nth(4)
    cell.click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".live-change-title")).to_contain_text("weight in row 2, column 3")
    page.get_by_role("slider").fill("-3")
    index = (5 * 1 + 0) * 16 + 2
    change = {"layer": 1, "part": "kernel", "index": index, "value": -3}
    assert edits(page)["weights"] == [change]
    expect(page.locator("button.live-grid-cell:visible").nth(5)).to_have_text(f"{MINUS}3.00")


def test_padding_is_outside_the_picture(wide: Page) -> None:
    open_node(wide, "large filter")  # five by five, with two zeros around the picture
    wide.evaluate("inspection.moveTo(0, 0)")
    outside = wide.locator(".live-grid-cell[data-outside]")
    expect(outside).to_have_count(25 - 9)
    assert set(outside.all_inner_texts()) == {"0.00"}
    wide.evaluate("inspection.moveTo(14, 14)")
    expect(outside).to_have_count(0)


def test_a_later_filter_shows_six_of_its_maps(wide: Page, networks: dict[str, Packed]) -> None:
    open_node(wide, "later filter")
    wide.evaluate("inspection.moveTo(4, 5)")
    network = NumpyNetwork(networks["simple-cnn"])
    inputs = network.outputs(image(1)[None])[3][0, 4:7, 5:8]
    kernel = network.layers[4]["kernel"][..., 2]
    added = (inputs * kernel).sum((0, 1))
    buttons = wide.locator(".live-input-map:visible")
    expect(buttons).to_have_count(6)
    for each in buttons.all():
        name, told = each.inner_text().split()[-2:]
        assert number(told) == pytest.approx(added[int(name) - 1], abs=0.006)
    smallest = min(abs(number(each.inner_text().split()[-1])) for each in buttons.all())
    assert smallest >= np.sort(np.abs(added))[-7] - 0.01
    buttons.nth(3).click()
    expect(buttons.nth(3)).to_have_attribute("aria-pressed", "true")
    map_name = buttons.nth(3).inner_text().split()[-2]
    expect(wide.locator(".live-node-filter:visible > figure figcaption")).to_contain_text(
        f"map {map_name}"
    )


@pytest.mark.parametrize(("kind", "pooled"), [("maximum", np.max), ("average", np.mean)])
def test_pooling_shows_its_patch(
    wide: Page, networks: dict[str, Packed], kind: str, pooled: Any
) -> None:
    open_node(wide, kind)
    wide.evaluate("inspection.moveTo(5, 6)")
    name, _, unit = NODES[kind]
    before = NumpyNetwork(networks[name]).outputs(image(1)[None])[2][0]
    patch = before[10:12, 12:14, unit].reshape(-1)
    cells = wide.locator(".live-node-filter:visible .live-grid-cell")
    shown = [number(each) for each in cells.all_inner_texts()]
    np.testing.assert_allclose(shown, [*patch, pooled(patch)], atol=0.006)
    expect(wide.locator(".live-change")).to_be_hidden()


def test_the_softmax_of_an_answer(page: Page, networks: dict[str, Packed]) -> None:
    open_node(page, "answer")
    *_, scores, shares = (
        each[0] for each in NumpyNetwork(networks["dense"]).outputs(image(1)[None])
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


def test_switching_off_and_changing_moves_nothing(page: Page) -> None:
    open_node(page, "first")
    before = page.locator(".live-node-off, .live-change-slider, .live-tabs").all()
    places = [each.bounding_box() for each in before]
    page.get_by_role("slider").fill("2")
    page.locator(".live-node-off").click()
    after = [each.bounding_box() for each in before]
    for one, other in zip(places, after, strict=True):
        assert one
        assert other
        assert (one["y"], one["height"]) == (other["y"], other["height"])


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
