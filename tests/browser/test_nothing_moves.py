"""Nothing moves under the pen: on every page with a canvas, on desktop and phone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from digitapp.runs import RunStore
from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import (
    ANSWER,
    CANVAS,
    PREDICTION,
    WAIT,
    Chromium,
    draw,
    open_tab,
    press,
    press_bar,
    touches,
)
from tests.digits import DIGITS, line

LETTER = [line((60, 240), (140, 40)), line((140, 40), (220, 240)), line((95, 160), (185, 160))]
SIDEBAR, MAIN = "[data-testid=stSidebar]", "[data-testid=stMain]"
LIVE = ".live-bars, .live-answer, .live-picture, .live-timeline, .live-inside"
BESIDE = f"{LIVE}, .st-key-model, .st-key-live-distorted, .st-key-plotted"
AWHILE = 700  # milliseconds, for what moves after an answer

# Records the canvas's position in every frame, afresh for each new canvas. An observer runs just
# as the frame is painted.
RECORD = """
(() => {
  const found = () => {
    for (const host of document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')) {
      const canvas = host.shadowRoot && host.shadowRoot.querySelector('canvas.upper-canvas');
      if (canvas && canvas.offsetWidth) return canvas;
    }
    return null;
  };
  const still = window.still = { canvas: null, seen: [] };
  const note = (places, { x, y, width, height }) => {
    const now = [x, y, width, height].map(Math.round).join(" ");
    if (places[places.length - 1] !== now) places.push(now);
  };
  const look = () => {
    const canvas = found();
    if (canvas && canvas !== still.canvas) still.seen.push([]);
    still.canvas = canvas;
    if (canvas) {
      const places = still.seen[still.seen.length - 1];
      const observer = new IntersectionObserver(([entry]) => {
        observer.disconnect();
        if (entry.boundingClientRect.width) note(places, entry.boundingClientRect);
      });
      observer.observe(canvas);
    }
    requestAnimationFrame(look);
  };
  look();
})();
"""


@contextmanager
def watched(browser: Chromium, width: str, address: str) -> Iterator[Page]:
    """A page on which each canvas must have stayed in one place all the time."""
    with opened(browser, width) as page:
        page.add_init_script(RECORD)
        page.goto(address)
        yield page
        page.wait_for_timeout(AWHILE)
        places = page.evaluate("window.still.seen")
        assert places
        assert [each for each in places if len(each) > 1] == []


def settle(page: Page) -> None:
    """Wait until the canvas has stayed in its place for a while, and forget where it was before."""
    moved = True
    while moved:
        page.evaluate("window.still.canvas = null; window.still.seen = []")
        page.wait_for_timeout(AWHILE)
        moved = any(len(each) > 1 for each in page.evaluate("window.still.seen"))


def go(page: Page, name: str) -> None:
    """Choose a page in the menu, which on a phone is opened first and closes again."""
    phone = page.viewport_size == {"width": WIDTHS["phone"], "height": 844}
    if phone:
        page.get_by_test_id("stExpandSidebarButton").click(timeout=WAIT)
    page.get_by_role("link", name=name, exact=True).click(timeout=WAIT)
    if phone:
        expect(page.locator(SIDEBAR)).to_have_attribute("data-collapsed", "true")


def boxes(page: Page) -> list[str]:
    """Return positions and sizes of the elements beside the canvas."""
    return page.locator(BESIDE).evaluate_all(
        "all => all.map(e => { const b = e.getBoundingClientRect();"
        "const name = e.className.match(/(st-key|live)-\\S+/)[0];"
        "return [name, b.x, b.y, b.width, b.height].join(' '); })"
    )


def draws_a_five(page: Page) -> None:
    """Draw as soon as there is a canvas, as fast as possible; then clear."""
    page.locator(f".st-key-canvas {CANVAS}").wait_for(timeout=WAIT)
    draw(page, DIGITS[5])
    five = re.compile(r"^\s*5\s+.*after 2 strokes")
    expect(page.locator(PREDICTION)).to_have_text(five, timeout=WAIT)
    expect(page.locator(ANSWER)).to_have_attribute("data-digit", "5", timeout=WAIT)
    press(page, "Clear")
    expect(page.locator(PREDICTION)).to_have_text(re.compile("Draw a digit"), timeout=WAIT)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_canvas_is_where_it_was_from_whatever_page_one_comes(
    browser: Chromium, with_runs: str, width: str
) -> None:
    came = {
        "Inside": "Over the epochs",
        "Train": "Train a network of your own",
        "Runs": "Side by side",
        "My handwriting": "Nothing is kept yet",
        "Stress test": "Which networks?",
    }
    with watched(browser, width, with_runs) as page:
        draws_a_five(page)
        for name, text in came.items():
            go(page, name)
            expect(page.get_by_text(text).first).to_be_visible(timeout=WAIT)
            go(page, "Draw")
            draws_a_five(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_canvas_is_where_it_was_when_a_new_network_is_tried(
    browser: Chromium, with_runs: str, width: str
) -> None:
    with watched(browser, width, f"{with_runs}/train?run=1") as page:
        for again in (False, True):
            if again:
                go(page, "Train")
            page.locator(".st-key-use button").click(timeout=WAIT)
            page.locator(CANVAS).first.wait_for(timeout=WAIT)
            draw(page, DIGITS[5])
            said = re.compile("after 2 strokes")
            expect(page.locator(PREDICTION)).to_have_text(said, timeout=WAIT)
            press(page, "Clear")
            expect(page.locator(PREDICTION)).to_have_text(re.compile("Draw a digit"), timeout=WAIT)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_canvas_stays_whatever_is_drawn_and_said(
    browser: Chromium, with_runs: str, width: str
) -> None:
    with watched(browser, width, with_runs) as page:
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)
        draw(page, DIGITS[5])
        for pressed, strokes in ((None, "2 strokes"), ("Undo", "1 stroke"), ("Redo", "2 strokes")):
            if pressed:
                press(page, pressed)
            said = re.compile(f"after {strokes}")
            expect(page.locator(PREDICTION)).to_have_text(said, timeout=WAIT)
        before = boxes(page)
        press(page, "Clear")
        expect(page.locator(PREDICTION)).to_have_text(re.compile("Draw a digit"), timeout=WAIT)
        draw(page, LETTER)
        expect(page.locator(PREDICTION)).to_contain_text("doesn't look like", timeout=WAIT)
        if width == "wide":  # a phone scrolls to the pressed element
            press_bar(page, "4")
            expect(page.get_by_text("Kept as a 4").last).to_be_visible(timeout=WAIT)
            assert boxes(page) == before
            page.locator(".st-key-undo-correction button").click()
        for said in (".st-key-number", PREDICTION):
            page.get_by_text("Read several digits as a number").first.click()
            expect(page.locator(said)).to_have_text(re.compile("after 3 strokes"), timeout=WAIT)


def test_a_page_that_becomes_shorter_does_not_move_the_canvas(
    browser: Chromium, with_runs: str
) -> None:
    with watched(browser, "wide", with_runs) as page:
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, DIGITS[5])
        page.get_by_text("Why all these steps?").click()
        expect(page.locator(".st-key-comparison")).to_be_visible(timeout=WAIT)
        page.locator(MAIN).evaluate("main => main.scrollTo(0, 150)")
        settle(page)
        press(page, "Clear")
        expect(page.locator(".st-key-comparison")).to_have_count(0, timeout=WAIT)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_canvas_stays_on_the_stress_test(browser: Chromium, with_runs: str, width: str) -> None:
    with watched(browser, width, with_runs) as page:
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        go(page, "Stress test")
        page.locator(".st-key-stress-canvas canvas.upper-canvas").wait_for(timeout=WAIT)
        draw(page, DIGITS[5])
        digit = page.get_by_label("Which digit is it?")
        expect(digit).to_have_value("5", timeout=WAIT)
        page.locator(".st-key-endurance .js-plotly-plot").wait_for(timeout=WAIT)
        page.wait_for_timeout(AWHILE)
        before = boxes(page)
        draw(page, LETTER)
        press(page, "Undo")
        press(page, "Clear")
        expect(page.get_by_text("Nothing is drawn yet")).to_be_visible(timeout=WAIT)
        draw(page, DIGITS[1])
        expect(digit).to_have_value("1", timeout=WAIT)
        if width == "wide":
            assert boxes(page) == before


def test_the_canvas_stays_when_the_table_of_runs_above_it_changes(
    browser: Chromium, with_runs: str, trained: RunStore
) -> None:
    runs = len(trained.listed()[0])  # other tests may have imported one
    with watched(browser, "wide", f"{with_runs}/runs?runs=1,2") as page:
        open_tab(page, "One drawing")
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        page.locator(CANVAS).first.scroll_into_view_if_needed()
        page.locator(MAIN).evaluate("main => main.scrollBy(0, 100)")
        settle(page)
        signs = page.locator(".reading .sign")
        draw(page, [DIGITS[5][0]])
        expect(signs).to_have_count(2, timeout=WAIT)
        trained.delete(3)
        try:
            draw(page, [DIGITS[5][1]])
            expect(page.get_by_text(f"{runs - 1} runs, newest first")).to_be_attached(timeout=WAIT)
        finally:
            trained.restore(3)
        draw(page, LETTER)
        expect(page.get_by_text(f"{runs} runs, newest first")).to_be_attached(timeout=WAIT)


def test_the_canvas_has_no_buttons_of_its_own_and_is_drawn_upon_to_its_corners(
    browser: Chromium, with_runs: str
) -> None:
    with watched(browser, "wide", with_runs) as page:
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, [line((278, 2), (150, 140))])  # at once: where the hidden buttons are
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
        page.wait_for_timeout(AWHILE)  # over the canvas, they would appear
        buttons = page.locator(".dc-toolbar button")
        assert buttons.count()
        assert not any(button.is_visible() for button in buttons.all())


def test_a_finger_draws_in_the_corner_where_the_buttons_would_be(
    browser: Chromium, with_runs: str
) -> None:
    with watched(browser, "phone", with_runs) as page:
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        send = touches(page)
        for kind, points in (
            ("touchStart", [(270, 4)]),
            ("touchMove", [(200, 90)]),
            ("touchMove", [(140, 200)]),
            ("touchEnd", []),
        ):
            send(kind, points)
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)


def test_the_draw_page_is_found_under_its_name(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        for path in ("draw", "draw/"):
            page.goto(f"{with_runs}/{path}")
            page.locator(CANVAS).first.wait_for(timeout=WAIT)
            expect(page).to_have_url(f"{with_runs}/")
            expect(page.get_by_role("dialog")).to_have_count(0)
