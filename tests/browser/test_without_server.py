"""What a pupil sees when the server goes away in the middle of a lesson, and when it is back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import opened
from tests.browser.relay import Relay, relay
from tests.browser.session import (
    ANSWER,
    CANVAS,
    PREDICTION,
    WAIT,
    Chromium,
    Served,
    answered,
    draw,
    free_port,
    open_app,
    press,
    served,
    wait_until_up,
)
from tests.browser.test_draw import inked, reads
from tests.digits import DIGITS, line

SAID = ".digitapp-connection"
OWN = ".digitapp-own-paper canvas"
GOES_ON = "Go on drawing: this page reads by itself, and keeps all that you draw."
BACK = "The server is back."
CANVAS_INK = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, place) => place % 4 === 3 && value > 0).length;
}"""


@pytest.fixture(scope="module")
def network(app_server: Served) -> Iterator[Relay]:
    with relay(app_server.address) as found:
        yield found


@contextmanager
def cut(page: Page, network: Relay) -> Iterator[None]:
    """The server cannot be reached; the page has noticed it."""
    network.cut()
    expect(page.locator(SAID)).to_contain_text("No connection", timeout=WAIT)
    try:
        yield
    finally:
        network.mend()
    expect(page.locator(SAID)).to_have_text(BACK, timeout=WAIT)


def live(page: Page, digit: int) -> None:
    """Wait until the page itself reads this digit."""
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)
    expect(page.locator(ANSWER)).to_have_attribute("data-digit", str(digit), timeout=WAIT)


def own(page: Page, name: str) -> None:
    """Press a button of the page's own."""
    page.locator(".digitapp-own-tools").get_by_role("button", name=name).click()


def on_its_canvas(page: Page) -> None:
    """Wait until the page has its canvas again in place of its own paper."""
    expect(page.locator(OWN)).to_have_count(0, timeout=WAIT)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_drawing_and_reading_go_on_without_the_server_which_then_knows_all(
    size: str, browser: Chromium, network: Relay
) -> None:
    with opened(browser, size, without_server=True) as page:
        open_app(page, network.address)
        draw(page, DIGITS[7])
        reads(page, 7, strokes=2)
        live(page, 7)
        with cut(page, network):
            expect(page.locator(SAID)).to_contain_text(GOES_ON)
            live(page, 7)
            page.locator(OWN).click(trial=True)  # nothing lies on it
            assert page.locator(OWN).evaluate(CANVAS_INK) > 0
            own(page, "Clear")
            assert page.locator(OWN).evaluate(CANVAS_INK) == 0
            draw(page, [*DIGITS[4], line((20, 20), (60, 20))])
            own(page, "Undo")
            live(page, 4)
            expect(page.locator(".live-timeline li")).to_have_count(0)  # of the drawing before
            page.wait_for_timeout(4000)  # in which Streamlit tries again, and would say so
            expect(page.get_by_role("dialog")).to_have_count(0)
        reads(page, 4, strokes=2)
        on_its_canvas(page)
        assert inked(page) > 0
        answered(page)
        press(page, "Redo")
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 3 strokes"), timeout=WAIT)


def test_a_stroke_on_its_way_when_the_server_goes_away_is_kept(
    browser: Chromium, network: Relay
) -> None:
    with opened(browser, "wide", without_server=True) as page:
        open_app(page, network.address)
        draw(page, DIGITS[4][:1])
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)
        answered(page)
        draw(page, DIGITS[4][1:])
        with cut(page, network):
            live(page, 4)
        reads(page, 4, strokes=2)
        on_its_canvas(page)


def test_a_server_that_was_started_again_takes_up_the_drawing_and_the_page(
    browser: Chromium, tmp_path: Path
) -> None:
    store, port = tmp_path / "runs.db", free_port()
    with opened(browser, "wide", without_server=True) as page:
        with served("app.py", store, port) as server:
            open_app(page, server.address)
            draw(page, DIGITS[7])
            reads(page, 7, strokes=2)
            live(page, 7)
        expect(page.locator(SAID)).to_contain_text(GOES_ON, timeout=WAIT)
        expect(page.locator(OWN)).to_be_visible()
        own(page, "Clear")
        draw(page, DIGITS[4])
        live(page, 4)
        with served("app.py", store, port) as server:
            expect(page.locator(SAID)).to_have_text(BACK, timeout=WAIT)
            reads(page, 4, strokes=2)
            on_its_canvas(page)
            answered(page)
            press(page, "Undo")
            told = re.compile("after 1 stroke")
            expect(page.locator(PREDICTION)).to_have_text(told, timeout=WAIT)
            page.goto(f"{server.address}/train")
            expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
        expect(page.locator(SAID)).to_contain_text("Networks in training go on", timeout=WAIT)
        with served("app.py", store, port) as server:
            wait_until_up(server.address)
            expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
            expect(page.locator(CANVAS)).to_have_count(0)


def test_what_was_drawn_without_the_server_outlives_f5(browser: Chromium, network: Relay) -> None:
    with opened(browser, "wide", without_server=True) as page:
        open_app(page, network.address)
        draw(page, DIGITS[7])
        reads(page, 7, strokes=2)
        live(page, 7)
        with cut(page, network):
            own(page, "Clear")
            draw(page, DIGITS[4])
            live(page, 4)
        page.goto(network.address)  # before or after it is back: it makes no difference
        reads(page, 4, strokes=2)
