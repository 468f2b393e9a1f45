"""The lines of the network's picture, its crossed-out nodes, and what it says in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.inside_picture import CHOICES, NAMES, Values, image, picture, show
from tests.browser.live_page import open_modules
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium

BLUE, ORANGE = "#3f5bd9", "#c77700"
DENSE = TrainingSpec(hidden=(60, 20), activation="elu")
SAID = ".live-unseen"
ENDS = ("from", "to")

BLANK = (
    "Nothing is drawn: all nodes are dark. "
    "The stronger its colour, the larger a node is for its layer."
)
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
    expect(said).to_have_text(BLANK)
    answer = show(page, image(5))
    expect(said).to_have_text(BLANK)
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
            (abs(weakest["value"]) - np.sort(np.abs(values))[-10]) / np.abs(values).max() / 0.12,
            abs=1e-5,
        )
        assert max(each["visible"] for each in found) == 1
        assert page.evaluate(find, [[1, 1, 1], 2])[0]["visible"] == 0
        assert page.evaluate(find, [[0, -2, 0, 1], 3]) == [
            {"unit": 1, "value": -2, "size": 1, "visible": 1},
            {"unit": 3, "value": 1, "size": 0.5, "visible": 1},
        ]
