"""A filter and a pooling layer of the Inside page, at work on one patch of their input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS
from tests.browser.node_page import (
    MINUS,
    NODES,
    edits,
    image,
    networks,
    node_page,
    number,
    open_node,
    sums,
)
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium


@pytest.fixture(scope="module", params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Chromium) -> Iterator[Page]:
    with node_page(browser, request.param) as shown:
        yield shown


@pytest.fixture(scope="module")
def wide(browser: Chromium) -> Iterator[Page]:
    with node_page(browser, "wide") as shown:
        yield shown


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


def test_the_patch_is_dragged(page: Page) -> None:
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
    weights = NumpyNetwork(networks()["simple-cnn"]).layers[1]["kernel"][:, :, 0, 2].reshape(-1)
    np.testing.assert_allclose(shown, [patch, weights, patch * weights], atol=0.006)
    z = NumpyNetwork(networks()["simple-cnn"]).outputs(image(1)[None])[1][0, 9, 8, 2]
    assert sums(page)[2] == pytest.approx(z, abs=0.006)
    told = page.locator(".live-node-sentence")
    expect(told).to_contain_text("sums these nine pixels times these nine weights up to ")
    expect(told).to_contain_text("row 10, column 9 of the map")


def test_a_finger_drags_the_patch(browser: Chromium) -> None:
    with node_page(browser, "phone") as shown:
        open_node(shown, "filter")
        picture = shown.locator(".live-node-filter .live-draggable:visible").first
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box
        cell = box["width"] / 28
        devtools = shown.context.new_cdp_session(shown)
        for kind, row, column in (("Start", 8, 8), ("Move", 12, 9), ("Move", 16, 15)):
            finger = {"x": box["x"] + (column + 0.5) * cell, "y": box["y"] + (row + 0.5) * cell}
            told = {"type": f"touch{kind}", "touchPoints": [finger]}
            devtools.send("Input.dispatchTouchEvent", told)
            shown.wait_for_function(f"() => inspection.position.row === {row - 1}")
            assert _moved(shown) == [row - 1, column - 1]
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


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


def test_a_later_filter_shows_six_of_its_maps(wide: Page) -> None:
    open_node(wide, "later filter")
    wide.evaluate("inspection.moveTo(4, 5)")
    network = NumpyNetwork(networks()["simple-cnn"])
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
def test_pooling_shows_its_patch(wide: Page, kind: str, pooled: Any) -> None:
    open_node(wide, kind)
    wide.evaluate("inspection.moveTo(5, 6)")
    name, _, unit = NODES[kind]
    before = NumpyNetwork(networks()[name]).outputs(image(1)[None])[2][0]
    patch = before[10:12, 12:14, unit].reshape(-1)
    cells = wide.locator(".live-node-filter:visible .live-grid-cell")
    shown = [number(each) for each in cells.all_inner_texts()]
    np.testing.assert_allclose(shown, [*patch, pooled(patch)], atol=0.006)
    expect(wide.locator(".live-change")).to_be_hidden()
