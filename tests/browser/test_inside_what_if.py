"""What becomes of the answer when a node is switched off, or one of its weights is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS
from tests.browser.node_page import (
    NAMES,
    edits,
    image,
    networks,
    node_page,
    open_node,
    select,
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


def test_a_pixel_of_the_weights_is_chosen_and_changed(page: Page) -> None:
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
    weight = NumpyNetwork(networks()["dense"]).layers[1]["kernel"].reshape(-1)[index]
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
    expect(field).to_have_value("1000")  # at once, and not only when it is left
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
    page.get_by_role("button", name="Put all back").click()
    expect(chips).to_have_count(0)
    assert sums(page) == before
    expect(page.locator(".live-edits-answers")).to_contain_text("Nothing is changed")


def test_the_answer_before_and_now(wide: Page) -> None:
    open_node(wide, "answer")
    now = int(np.argmax(NumpyNetwork(networks()["dense"]).outputs(image(1)[None])[-1]))
    other = next(n for n in range(5) if n != now)
    select(wide, 3, other)
    wide.get_by_role("spinbutton").fill("50")
    told = wide.locator(".live-edits-answers").inner_text()
    names = [*NAMES[:5], "none of these"]
    found = re.fullmatch(r"Before: (.+) \(.+ %\), now: (.+) \(.+ %\)", told)
    assert found
    assert found.groups() == (names[now], NAMES[other])
    expect(wide.locator(".live-edits")).to_have_attribute("data-turned", "true")


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
