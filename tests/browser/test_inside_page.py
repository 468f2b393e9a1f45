"""The Inside page as a whole: ways to it, its tabs, and what it remembers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import ANSWER, CANVAS, PREDICTION, WAIT, Chromium, draw
from tests.browser.test_nothing_moves import go
from tests.digits import DIGITS

READER = ".st-key-model input"
TAB = ".live-tab[aria-selected=true]"
IN_SIGHT = """(element) => {
  const [box, list] = [element, element.closest(".live-edits-list")].map((each) =>
    each.getBoundingClientRect(),
  );
  return box.left >= list.left && box.right <= list.right;
}"""


def read(page: Page) -> None:
    """Wait until the network has read the drawing on the page."""
    page.locator(f".st-key-inside-canvas {CANVAS}").wait_for(timeout=WAIT)
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_draw_page_leads_to_it_with_drawing_and_network(
    browser: Chromium, with_runs: str, width: str
) -> None:
    with opened(browser, width) as page:
        page.goto(with_runs)
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, DIGITS[7])
        expect(page.locator(ANSWER)).to_have_attribute("data-digit", "7", timeout=WAIT)
        page.get_by_role("link", name="Look inside").click()
        read(page)
        expect(page.locator(ANSWER)).to_have_attribute("data-digit", "7", timeout=WAIT)
        expect(page).to_have_title("Inside - digitapp")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_chosen_on_the_draw_page_is_explained(
    browser: Chromium, address: str, width: str
) -> None:
    with opened(browser, width) as page:
        page.goto(address)
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, DIGITS[4])
        expect(page.locator(ANSWER)).to_have_attribute("data-digit", "4", timeout=WAIT)
        hint = page.locator(".live-inside .live-hint")
        page.locator(".live-inside-stage").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(hint).to_have_text(re.compile(r"^Layer 1, map \d+: "))
        told = re.match(r"Layer 1, map (\d+)", hint.inner_text())
        assert told is not None
        link = page.get_by_role("link", name="Look inside")
        boxes = hint.bounding_box(), link.bounding_box()
        assert boxes[0]
        assert boxes[1]
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] or width == "phone"
        link.click()
        read(page)
        expect(page.locator(TAB)).to_have_text("Node")
        expect(page.locator(".live-node-title")).to_have_text(f"Map {told[1]} of layer 1")
        expect(page.locator(".live-inside-chosen")).to_be_visible()


@pytest.mark.parametrize("link", ["Look inside", "Stress test"])
def test_a_stroke_that_was_drawn_just_before_leaving_is_kept(
    browser: Chromium, address: str, link: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(address)
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)
        draw(page, DIGITS[4])
        page.get_by_role("link", name=link).click()
        page.locator(f"[class*=inside-canvas] {CANVAS}, [class*=stress-canvas] {CANVAS}").wait_for(
            timeout=WAIT
        )
        go(page, "Draw")
        page.locator(f".st-key-canvas {CANVAS}").wait_for(timeout=WAIT)
        expect(page.locator(PREDICTION)).to_contain_text("after 2 strokes", timeout=WAIT)


def test_a_run_is_looked_into_from_its_results(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/train?run=2")
        page.locator(".st-key-look-inside button").click(timeout=WAIT)
        page.locator(f".st-key-inside-canvas {CANVAS}").wait_for(timeout=WAIT)
        draw(page, DIGITS[3])
        read(page)
        expect(page.locator(READER)).to_have_value(re.compile("Run 2"))
        expect(page).to_have_url(re.compile(r"/inside\?network=run-2$"))


def test_tabs_are_one_stop_for_the_keyboard(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/inside")
        page.locator(TAB).focus(timeout=WAIT)
        for name in ("Why this digit?", "Over the epochs", "Map of digits", "Node"):
            page.keyboard.press("ArrowRight")
            expect(page.locator(TAB)).to_have_text(name)
            expect(page.locator(TAB)).to_be_focused()
            panel = page.get_by_role("tabpanel", name=name)
            expect(panel).to_have_count(1)
        page.keyboard.press("ArrowLeft")
        expect(page.locator(TAB)).to_have_text("Map of digits")


def test_the_open_tab_is_found_again_after_another_page(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/inside")
        page.get_by_role("tab", name="Why this digit?").click(timeout=WAIT)
        go(page, "Stress test")
        page.locator(".st-key-stress-canvas").wait_for(timeout=WAIT)
        go(page, "Inside")
        expect(page.locator(TAB)).to_have_text("Why this digit?", timeout=WAIT)


def test_a_change_is_taken_back_in_the_line_of_the_tabs(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/inside?network=run-2")
        page.locator(f".st-key-inside-canvas {CANVAS}").wait_for(timeout=WAIT)
        draw(page, DIGITS[3])
        read(page)
        page.get_by_role("button", name="Show me the most active node").click(timeout=WAIT)
        page.get_by_role("button", name="Switch this node off").click()
        back = page.locator(".live-edit-back")
        assert back.evaluate(IN_SIGHT)
        back.click()
        expect(page.locator(".live-edits-answers")).to_contain_text("Nothing is changed")


def test_the_page_says_that_the_movement_is_left_out_and_what_it_would_change(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{address}/inside")
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        note = page.locator(".live-alone")
        expect(note).to_contain_text("the picture's alone", timeout=WAIT)
        expect(note).not_to_contain_text("the answer")
        draw(page, DIGITS[4])
        expect(note).to_contain_text("With your pen's movement, the answer is the same.")
        said = re.compile(r"([\d.]+) % sure after 2 strokes")
        expect(page.locator(PREDICTION)).to_have_text(said, timeout=WAIT)
        found = said.search(page.locator(PREDICTION).inner_text())
        sure = page.locator(ANSWER).get_attribute("data-confidence") or ""
        assert found
        assert float(found[1]) / 100 == pytest.approx(float(sure), abs=1e-3)
