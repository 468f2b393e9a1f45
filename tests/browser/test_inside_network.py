"""The network's picture: the nodes that it shows, and how they are chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import WIDTHS
from tests.browser.inside_picture import image, picture, show
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium

DENSE = TrainingSpec(hidden=(60, 20), activation="elu")
WIDE = TrainingSpec(hidden=(1500, 20))
CNN = TrainingSpec(architecture="deep-cnn", activation="elu")
STAGE, SAID = ".live-inside-stage", ".live-unseen"
BOXES = """() => [...document.querySelectorAll("section, canvas, .live-layer, p")]
  .map((each) => each.getBoundingClientRect()).map(({x, y, width, height}) => [x, y, width, height])
"""

Opened = tuple[Page, NumpyNetwork]


@pytest.fixture(scope="module")
def dense(browser: Chromium) -> Iterator[Opened]:
    with picture(browser, DENSE) as found:
        yield found


def test_nothing_moves_while_one_draws(browser: Chromium) -> None:
    for width in WIDTHS:
        with picture(browser, WIDE, width) as (page, _):
            show(page, None, resting=True)
            before = page.evaluate(BOXES)
            for seed in range(3):
                for resting in (False, True):
                    show(page, image(seed), resting=resting)
                    assert page.evaluate(BOXES) == before
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_most_active_nodes_are_chosen_anew_only_when_the_pen_rests(browser: Chromium) -> None:
    with picture(browser, WIDE) as (page, network):
        title = page.locator(".live-layer").nth(1)
        told = re.fullmatch(
            r"1. Dense layer\s*(\d+) of 1500 nodes; the most active", title.inner_text()
        )
        assert told
        count = int(told[1])
        assert 200 < count < 1000
        show(page, image(1), resting=True)
        first = shown_in_places(page)
        assert len(first) == count
        active = np.abs(network.outputs(image(1)[np.newaxis])[2][0])
        assert {*first} >= {*np.flatnonzero(active > np.sort(active)[-count]).tolist()}
        show(page, image(2))
        assert shown_in_places(page) == first
        show(page, image(2), resting=True)
        second = shown_in_places(page)
        assert {*second} != {*first}
        for before, after in zip(first, second, strict=True):
            assert before == after or before not in second
        show(page, image(3), copy=True)
        assert shown_in_places(page) == second


def shown_in_places(page: Page) -> list[int]:
    """The units of the first layer, in the order of their places."""
    box = page.locator(STAGE).bounding_box()
    assert box
    found: dict[int, None] = {}
    # Nodes are 12 pixels wide, and 15 apart.
    points = """([width, height]) => {
      const units = [];
      for (let y = 3; y < height; y += 5) for (let x = 3; x < width; x += 5) {
        const unit = unitAt([x, y]);
        if (unit && unit[0] === 1) units.push(unit[1]);
      }
      return units;
    }"""
    canvas = page.locator(f"{STAGE} canvas").bounding_box()
    assert canvas
    for unit in page.evaluate(points, [box["width"], canvas["height"]]):
        found.setdefault(unit)
    return [*found]


def test_a_node_chosen_elsewhere_is_shown_though_it_is_not_active(browser: Chromium) -> None:
    with picture(browser, WIDE) as (page, network):
        show(page, image(1), resting=True)
        least = int(np.argmin(np.abs(network.outputs(image(1)[np.newaxis])[2][0])))
        ring = page.locator(".live-inside-chosen")
        for resting in (False, True):
            show(page, image(1), selected={"column": 1, "unit": least}, resting=resting)
            expect(ring).to_be_visible()
        box, stage = ring.bounding_box(), page.locator(STAGE).bounding_box()
        assert box
        assert stage
        middle = [box["x"] - stage["x"] + 6, box["y"] - stage["y"] + 6]
        assert page.evaluate("unitAt", middle) == [1, least]


def test_a_press_chooses_the_nearest_node_within_reach(dense: Opened) -> None:
    page, _ = dense
    page.evaluate("make(true)")
    show(page, image(1), itself=True)
    stage, ring = page.locator(STAGE), page.locator(".live-inside-chosen")
    answer = page.evaluate("lines.find((each) => each.to[0] > 1000).to")
    stage.click(position={"x": answer[0] - 20, "y": answer[1]})
    [selected, at] = page.evaluate("chosen.pop()")
    assert (selected["column"], at) == (3, None)
    expect(ring).to_be_visible()
    stage.click(position={"x": answer[0] - 40, "y": answer[1]})
    assert page.evaluate("chosen.pop()") == [None, None]
    expect(ring).to_be_hidden()


def test_a_finger_chooses_a_node_of_the_small_picture(browser: Chromium) -> None:
    with picture(browser, DENSE, "phone", large=False) as (page, _):
        show(page, image(1), itself=True)
        page.locator(STAGE).tap(position={"x": 60, "y": 90})
        [selected, _at] = page.evaluate("chosen.pop()")
        assert selected["column"] == 0
        expect(page.locator(".live-hint")).to_contain_text("Pixel in row")


def test_a_press_on_a_map_tells_which_value_was_meant(browser: Chromium) -> None:
    with picture(browser, CNN) as (page, _):
        show(page, image(1))
        focus_first_layer(page)
        box = page.locator(".live-inside-pointed").bounding_box()
        assert box
        side = box["width"]
        page.mouse.click(box["x"] + side / 2, box["y"] + side * 0.8)
        [selected, at] = page.evaluate("chosen.pop()")
        assert selected == {"column": 1, "unit": 0}
        assert at["column"] in (13, 14)
        assert at["row"] in (22, 23)


def focus_first_layer(page: Page) -> None:
    page.locator(STAGE).focus()
    page.keyboard.press("ArrowRight")


def test_keys_move_choose_and_let_go(dense: Opened) -> None:
    page, _ = dense
    page.evaluate("make(true)")
    show(page, image(1), resting=True, itself=True)
    focus_first_layer(page)
    line, said = page.locator(".live-inside-line"), page.locator(SAID)
    expect(line).to_contain_text("Layer 1, node 1:")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Layer 1, node 2:")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    [selected, _at] = page.evaluate("chosen.pop()")
    assert selected["column"] == 1
    assert selected["unit"] > 2
    expect(page.locator(".live-inside-chosen")).to_be_visible()
    page.keyboard.press("PageDown")
    expect(said).to_contain_text("Layer 2, node")
    page.keyboard.press("PageDown")
    expect(said).to_contain_text("%. What speaks most for it: node")
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    expect(said).to_contain_text("Answer circle: ")
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    assert page.evaluate("chosen.pop()") == [None, None]
    expect(page.locator(".live-inside-chosen")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator(STAGE)).not_to_be_focused()  # it is one stop


def test_the_large_form_says_what_strong_colours_mean(browser: Chromium) -> None:
    with picture(browser, DENSE) as (page, _):
        legend = page.get_by_text("the stronger, the larger for its layer")
        expect(legend).to_be_visible()
        head = "document.querySelector('.live-head').clientHeight"
        height = page.evaluate(head)
        page.evaluate("document.querySelector('.live-inside-legend').remove()")
        assert page.evaluate(head) == height
        page.evaluate("make(false)")
        expect(legend).to_have_count(0)
