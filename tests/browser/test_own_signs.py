"""The whole way of a pupil: invent three signs, draw each twenty times, train, have new ones read.

The mouse draws as a hand does (`tests.invented_signs`): never the same sign twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from digitapp.drawing.strokes import CANVAS_SIDE, Drawing
from tests.browser.conftest import opened
from tests.browser.session import ANSWER, CANVAS, WAIT, Chromium, answered, served, wait_until_up
from tests.invented_signs import Hand

SIGNS = ("spiral", "trident", "sail")
EACH, READ = 20, 10  # examples of each sign to learn from, and new ones to read
RIGHT = 28  # of thirty: 95 %, and one more for the jitter
MOVES = 4  # the mouse is noticed at one in so many points, as by a browser at 60 a second
ME = Hand(21)


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    """The URL of a server with a store of its own, which loads TensorFlow ahead, as it does."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DIGITAPP_STANDBY", "yes")
        with served("app.py") as found:
            wait_until_up(found.address)
            yield found.address


def test_three_invented_signs_are_drawn_learned_and_read(home: str, browser: Chromium) -> None:
    with opened(browser, "wide") as page:
        make_dataset(page, home)
        draw_examples(page)
        seconds = train(page)
        right = [read(page, sign, number) for sign in SIGNS for number in range(READ)]
        print(f"{sum(right)} of {len(right)} read right; {seconds:.1f} s to the first reading")
        assert sum(right) >= RIGHT


def make_dataset(page: Page, home: str) -> None:
    page.goto(f"{home}/data?new=drawn")
    page.get_by_label("Name of the dataset").fill("Secret signs")
    page.get_by_label("Names of its classes").fill("\n".join(SIGNS))
    page.get_by_role("button", name="Start drawing").click()
    page.locator("canvas.sheet").wait_for(timeout=WAIT)


def draw_examples(page: Page) -> None:
    sheet = page.locator("canvas.sheet")
    for sign in SIGNS:
        for drawing in ME.drawings(sign, EACH):
            draw_on(page, sheet, drawing)
            page.keyboard.press("Space")
        page.keyboard.press("n")  # leads on to the training after the last one


def train(page: Page) -> float:
    """Train a network; return the seconds from the press on Train to the first reading."""
    expect(page.get_by_text("transfer learning").first).to_be_visible(timeout=WAIT)
    page.locator(".st-key-train button").click(timeout=WAIT)
    started = time.monotonic()
    page.locator(".st-key-use button").click(timeout=WAIT)
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    read(page, SIGNS[0], READ)
    return time.monotonic() - started


def read(page: Page, sign: str, number: int) -> bool:
    """Draw a sign that was not drawn before; return whether it is read as what it is."""
    answer = page.locator(ANSWER)
    expect(answer).to_have_attribute("data-state", "ready")
    draw_on(page, page.locator(CANVAS).first, ME.drawings(sign, 1, EACH + number)[0])
    expect(answer).not_to_have_attribute("data-empty", "true")
    answered(page)
    found = answer.locator(".live-sign").inner_text()
    page.get_by_title("Clear").first.click()
    expect(answer).to_have_attribute("data-empty", "true")
    answered(page)
    return found == sign


def draw_on(page: Page, paper: Locator, drawing: Drawing) -> None:
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    scale = box["width"] / CANVAS_SIDE
    for stroke in drawing:
        for number, (x, y) in enumerate(stroke.points[::MOVES]):
            page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
            if number == 0:
                page.mouse.down()
        page.mouse.up()
