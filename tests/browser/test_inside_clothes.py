"""The Inside page with a network that reads no digits, and as it was after an earlier epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from digitapp.explaining.nodes import first_layer
from digitapp.runs import Lease, Outcome, RunStore
from digitapp.runs.records import DONE
from digitapp.training import checkpoints, snapshots
from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import ANSWER, CANVAS, WAIT, Chromium, draw, served, wait_until_up
from tests.digits import DIGITS
from tests.tiny_runs import EPOCH, TINY
from tests.untrained import random_values

CLOTHES = replace(TINY, dataset="fashion_mnist", epochs=3)
BAR = ".live-edits"
NOTICE, BACK = f"{BAR} .live-edits-epoch", "Back to the finished network"
# How high the bar is, and whether all of it is within it.
SIZE = """() => {
  const bar = document.querySelector(".live-edits");
  const { top, bottom, left, right, height } = bar.getBoundingClientRect();
  const inside = [...bar.children].filter((each) => each.offsetHeight > 1).every((each) => {
    const box = each.getBoundingClientRect();
    return box.top >= top && box.bottom <= bottom && box.left >= left && box.right <= right;
  });
  return [height, inside, document.documentElement.scrollWidth <= innerWidth];
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one run, of clothes, with the weights of all its epochs."""
    file = tmp_path_factory.mktemp("clothes") / "runs.db"
    store = RunStore(f"sqlite:///{file}")
    run = store.create(CLOTHES)
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(64)
    lease.begin(0, 180, 9)
    values: list[Any] = random_values(CLOTHES, 10)
    for epoch in range(CLOTHES.epochs + 1):
        values[-1] = values[-1] + 0.1
        layer, kept = checkpoints.pack({"weights": first_layer(values)}), snapshots.pack(values)
        if epoch:
            lease.keep(replace(EPOCH, number=epoch), b"", layer, kept)
        else:
            lease.built(7, 0, layer, kept)
    model = checkpoints.pack_model(values)
    lease.finish(Outcome(DONE, model=model, test_loss=0.5, test_accuracy=0.75))
    with served("app.py", Path(file)) as found:
        wait_until_up(found.address)
        yield found.address


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Chromium, server: str) -> Iterator[Page]:
    with opened(browser, request.param) as shown:
        shown.goto(f"{server}/inside?network=run-1")
        shown.locator(CANVAS).first.wait_for(timeout=WAIT)
        yield shown


def test_nothing_speaks_of_digits(page: Page) -> None:
    expect(page.locator(ANSWER)).to_contain_text("Draw something, and watch", timeout=WAIT)
    panels = page.locator(".live-panel:visible")
    for tab, told in (
        ("Node", "Draw something first."),
        ("Why this answer?", "Why this answer?"),
        ("Over the epochs", "Draw something: "),
        ("Map of images", ""),
    ):
        page.get_by_role("tab", name=tab, exact=True).click(timeout=WAIT)
        expect(panels).to_contain_text(told, timeout=WAIT)
        assert "digit" not in panels.inner_text()


def bar_is(page: Page, height: float) -> None:
    """Wait until the bar is so high, and all of it within it and within the page."""
    is_so = f"height => String(({SIZE})()) === String([height, true, true])"
    page.wait_for_function(is_so, arg=height, timeout=WAIT)


def bar(page: Page) -> float:
    """Return how high the bar is, once it has stayed so for a while after the page was painted."""
    heights = [0.0, float(page.evaluate(SIZE)[0])]
    while heights[-1] != heights[-2]:
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        page.wait_for_timeout(300)
        heights.append(float(page.evaluate(SIZE)[0]))
    return heights[-1]


def choose_epoch(page: Page, back: int) -> None:
    page.get_by_role("tab", name="Over the epochs").click(timeout=WAIT)
    page.locator(".live-epoch-range:visible").focus(timeout=WAIT)
    for _ in range(back):
        page.keyboard.press("ArrowLeft")


def test_an_earlier_epoch_is_told_beside_the_changes(page: Page) -> None:
    draw(page, DIGITS[4])
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)
    expect(page.locator(NOTICE)).to_be_hidden()
    page.get_by_role("tab", name="Over the epochs").click(timeout=WAIT)
    finished = bar(page)
    choose_epoch(page, back=2)
    bar_is(page, finished)  # the slider keeps its place
    page.get_by_role("tab", name="Node").click()
    expect(page.locator(NOTICE)).to_have_text("As it was after epoch 2")
    before = bar(page)
    page.get_by_role("button", name="Show me the most active node").click()
    page.get_by_role("button", name="Switch this node off").click()
    expect(page.locator(".live-edit")).to_be_visible()
    bar_is(page, before)
    page.get_by_role("button", name=BACK).click()
    expect(page.locator(NOTICE)).to_be_hidden()
    expect(page.locator(".live-edit")).to_be_visible()
    choose_epoch(page, back=4)
    page.get_by_role("tab", name="Node").click()
    expect(page.locator(NOTICE)).to_have_text("As it was before the training")
