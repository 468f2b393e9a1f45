"""The network's picture: its lines, the nodes it shows, and how they are chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import WIDTHS, opened
from tests.browser.inside_picture import CHOICES, NAMES, Values, image, picture, show
from tests.browser.live_page import open_modules
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium

BLUE, ORANGE = "#3f5bd9", "#c77700"
DENSE = TrainingSpec(hidden=(60, 20), activation="elu")
WIDE = TrainingSpec(hidden=(1500, 20))
CNN = TrainingSpec(architecture="deep-cnn", activation="elu")
STAGE, SAID = ".live-inside-stage", ".live-unseen"
BOXES = """() => [...document.querySelectorAll("section, canvas, .live-layer, p")]
  .map((each) => each.getBoundingClientRect()).map(({x, y, width, height}) => [x, y, width, height])
"""

Opened = tuple[Page, NumpyNetwork]
Line = dict[str, Any]


@pytest.fixture(scope="module")
def dense(browser: Chromium) -> Iterator[Opened]:
    with picture(browser, DENSE) as found:
        yield found


def lines(page: Page) -> list[Line]:
    """The lines that can be seen, each with the units that it leads from and to."""
    painted = [each for each in page.evaluate("lines") if each["globalAlpha"] > 0.02]
    for each in painted:
        each["from"], each["to"] = (tuple(page.evaluate("unitAt", each[end])) for end in ENDS)
    return painted


ENDS = ("from", "to")


def contributions(network: NumpyNetwork, values: Values) -> list[Values]:
    """What each unit adds to each of the next layer, for the three layers of a dense network."""
    given = [each[0] for each in network.outputs(values[np.newaxis])]
    kernels = [each["kernel"] for each in network.layers if "kernel" in each]
    return [x[:, np.newaxis] * kernel for x, kernel in zip(given[::2], kernels, strict=False)]


def strongest(values: Values, count: int) -> set[int]:
    return set(np.argsort(-np.abs(values))[:count].tolist())


def test_lines_lead_from_what_speaks_most_for_or_against_the_answer(dense: Opened) -> None:
    page, network = dense
    page.evaluate("make(true)")
    answer = show(page, image(1))
    output = NAMES.index(answer) if answer in NAMES else NAMES.index("not a digit")
    check_trace(page, network, output)
    show(page, image(1), selected={"column": 3, "unit": (output + 1) % 4})
    check_trace(page, network, (output + 1) % 4)


def check_trace(page: Page, network: NumpyNetwork, output: int) -> None:
    into = contributions(network, image(1))
    found = lines(page)
    to_answer = [each for each in found if each["to"] == (3, output)]
    assert 5 <= len(to_answer) <= 10
    assert {each["from"][1] for each in to_answer} <= strongest(into[2][:, output], 10)
    assert {unit for _, unit in (each["from"] for each in to_answer)} >= strongest(
        into[2][:, output], 1
    )
    for each in found:
        (column, start), (_, end) = each["from"], each["to"]
        value = into[column][start, end]
        assert each["strokeStyle"] == (BLUE if value > 0 else ORANGE)
        if column < 2:
            assert start in strongest(into[column][:, end], 3)
    assert {each["from"][0] for each in found} == {0, 1, 2}
    assert {each["strokeStyle"] for each in found} == {BLUE, ORANGE}
    assert len(found) <= 10 + 2 * 18


def test_a_chosen_node_shows_what_it_gets_and_hands_on(dense: Opened) -> None:
    page, network = dense
    page.evaluate("make(true)")
    show(page, image(2), selected={"column": 1, "unit": 7})
    into = contributions(network, image(2))
    found = lines(page)
    assert {each["to"] for each in found if each["from"][0] == 0} == {(1, 7)}
    assert {each["from"] for each in found if each["from"][0] == 1} == {(1, 7)}
    inputs = {each["from"][1] for each in found if each["from"][0] == 0}
    outputs = {each["to"][1] for each in found if each["from"][0] == 1}
    assert len(inputs) > 5
    assert inputs <= strongest(into[0][:, 7], 12)
    assert len(outputs) > 5
    assert outputs <= strongest(into[1][7], 12)
    widths = {each["from"][1]: each["lineWidth"] for each in found if each["from"][0] == 0}
    strength = {unit: abs(into[0][unit, 7]) for unit in widths}
    assert sorted(widths, key=widths.__getitem__) == sorted(strength, key=strength.__getitem__)


def test_lines_come_and_go_without_a_jump(dense: Opened) -> None:
    page, _ = dense
    page.evaluate("make(true)")
    before: dict[Any, float] = {}
    one, other = image(3), image(4)
    share = 0.5  # answers do not change on so short a way
    seen = []
    for step in range(60):
        show(page, one * (1 - share) + other * share, selected={"column": 2, "unit": 4})
        now = {(*each["from"], *each["to"]): each["globalAlpha"] for each in page.evaluate("lines")}
        if step:
            seen += [abs(now.get(each, 0) - before.get(each, 0)) for each in {*now, *before}]
        before, share = now, share + 0.002
    assert max(seen) < 0.15
    assert max(seen) > 0


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


def test_nodes_that_are_switched_off_are_crossed_out(dense: Opened) -> None:
    page, _ = dense
    page.evaluate("make(true)")
    show(page, image(1))
    assert page.evaluate("crosses") == []
    off = [{"layer": 2, "unit": 11}, {"layer": 4, "unit": 3}]
    show(page, image(1), edits={"off": off, "weights": []})
    crossed = {tuple(page.evaluate("unitAt", each)) for each in page.evaluate("crosses")}
    assert crossed == {(1, 11), (2, 3)}
    assert not [each for each in lines(page) if {each["from"], each["to"]} & crossed]
    edited = {"off": off, "weights": []}
    show(page, image(1), edits=edited, selected={"column": 1, "unit": 11})
    expect(page.locator(".live-inside-line")).to_have_text(
        "Layer 1, node 12: switched off, hands on 0."
    )


def test_a_sentence_says_what_the_picture_shows_when_the_pen_rests(dense: Opened) -> None:
    page, network = dense
    page.evaluate("make(true)")
    said = page.locator(SAID)
    show(page, None, resting=True)
    expect(said).to_have_text("Nothing is drawn: all nodes are dark.")
    answer = show(page, image(5))
    expect(said).to_have_text("Nothing is drawn: all nodes are dark.")
    show(page, image(5), resting=True)
    output = CHOICES[["circle", "square", "star", "none of these"].index(str(answer))]
    active = np.argsort(-np.abs(network.outputs(image(5)[np.newaxis])[4][0]))[:3] + 1
    into = contributions(network, image(5))[2][:, output]
    above, below = (np.argsort(-sign * into)[:3] + 1 for sign in (1, -1))
    expect(said).to_have_text(
        f"Strongest in layer 2: {listed(active)}. "
        f"What speaks most for {answer}: {listed(above)}; against it: {listed(below)}."
    )
    expect(said).to_have_attribute("aria-live", "polite")


def listed(numbers: Values) -> str:
    return "nodes {}, {} and {}".format(*numbers)


def test_the_strongest_are_found_and_fade_in(browser: Chromium) -> None:
    with opened(browser, "wide") as page:
        open_modules(page)
        find = """async ([values, most]) => {
          const { strongest } = await import("/js/explaining/trace.js");
          return strongest(Float32Array.from(values), most);
        }"""
        values = np.random.default_rng(0).normal(size=200).round(3)
        found = page.evaluate(find, [values.tolist(), 9])
        assert [each["unit"] for each in found] == sorted(strongest(values, 9))
        weakest = min(found, key=lambda each: each["size"])
        assert weakest["visible"] == pytest.approx(
            5 * (abs(weakest["value"]) - np.sort(np.abs(values))[-10]) / np.abs(values).max(),
            abs=1e-5,
        )
        assert max(each["visible"] for each in found) == 1
        assert page.evaluate(find, [[1, 1, 1], 2])[0]["visible"] == 0
        assert page.evaluate(find, [[0, -2, 0, 1], 3]) == [
            {"unit": 1, "value": -2, "size": 1, "visible": 1},
            {"unit": 3, "value": 1, "size": 0.5, "visible": 1},
        ]
