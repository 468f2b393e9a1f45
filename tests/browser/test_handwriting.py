"""Correcting wrong guesses and fine-tuning a network with them, in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import PREDICTION, WAIT, Chromium, draw, open_app, press, press_bar
from tests.browser.test_draw import INVITATION
from tests.digits import DIGITS

KEPT = ".st-key-correction"
CUT_OFF = """() => [...document.querySelectorAll(
  '.st-key-prediction, .st-key-number, .st-key-bars, .st-key-correction')]
  .filter(room => room.scrollHeight > room.clientHeight + 1)
  .map(room => room.innerText)"""


def correct(page: Page, drawn: int, label: int) -> None:
    """Draw a digit and label it as another one."""
    if "sure" in page.locator(PREDICTION).inner_text():
        press(page, "Clear")
        expect(page.locator(PREDICTION)).to_have_text(INVITATION, timeout=WAIT)
    draw(page, DIGITS[drawn])
    said = re.compile(rf"after {len(DIGITS[drawn])} stroke")
    expect(page.locator(PREDICTION)).to_have_text(said, timeout=WAIT)
    press_bar(page, str(label))
    expect(page.locator(KEPT)).to_contain_text(f"Kept as a {label}", timeout=WAIT)


def test_corrections_are_kept_and_teach_a_network(browser: Chromium, address: str) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        for drawn in (1, 2, 3, 8):
            correct(page, drawn, 7)
        correct(page, 6, 0)
        page.locator(".st-key-undo-correction button").click()
        expect(page.locator(KEPT)).not_to_contain_text("Kept as", timeout=WAIT)

        page.get_by_role("link", name="My handwriting").click()
        kept = "4 in all: 3 to learn from, 1 put aside for the test."
        expect(page.get_by_text(kept)).to_be_visible(timeout=WAIT)
        page.get_by_text("A little").click()
        page.get_by_text("Mix in other digits").click()  # which takes longer
        press(page, "Teach")
        expect(page.locator(".st-key-status")).to_contain_text("The built-in", timeout=WAIT)
        page.reload()
        too_few = "Whether it learned your writing cannot be said yet: only 1 picture is put aside"
        expect(page.get_by_text(too_few)).to_be_visible(timeout=3 * WAIT)
        expect(
            page.get_by_text(re.compile("^On (MNIST|Pen) it got .* right before and .* now: it"))
        ).to_be_visible()
        page.locator(".st-key-use button").click()
        reader = page.locator(".st-key-model input")
        expect(reader).to_have_value(re.compile(r"Run \d+: The built-in"), timeout=WAIT)


def test_the_bars_are_large_enough_for_a_finger_on_a_telephone(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "phone") as page:
        open_app(page, address)
        bars = page.locator("button.live-choice")
        expect(bars).to_have_count(10, timeout=WAIT)
        for box in (bars.nth(digit).bounding_box() for digit in range(10)):
            assert box
            assert box["height"] >= 32
            assert box["x"] + box["width"] <= WIDTHS["phone"]


def test_the_correction_of_a_number_is_seen_as_a_whole(browser: Chromium, address: str) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        page.get_by_text("Read several digits as a number").click()
        draw(page, [[(60, 60), (60, 220)], [(180, 60), (180, 220)]])
        page.get_by_text("2: 1").click(timeout=WAIT)
        page.locator(".st-key-draw-one-correct-7 button").click(timeout=WAIT)
        kept = page.locator(".st-key-draw-one-correcting")
        expect(kept).to_contain_text("Kept as a 7", timeout=WAIT)
        assert page.evaluate(CUT_OFF) == []
