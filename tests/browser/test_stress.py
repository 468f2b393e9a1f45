"""The Stress test page in a browser: one drawing, distorted with the sliders."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import opened
from tests.browser.session import CANVAS, PREDICTION, WAIT, Chromium, draw, open_app, press
from tests.digits import DIGITS

PLOT = ".st-key-endurance .js-plotly-plot"
VERDICTS = ".st-key-verdicts"


def slide(page: Page, name: str, steps: int) -> None:
    """Move a slider to the right by keyboard."""
    page.locator(f".st-key-distortion-{name} input").focus()
    for _ in range(steps):
        page.keyboard.press("ArrowRight")


def marked(page: Page, axis: str, value: float) -> None:
    """Wait until the plot shows this distortion, with its marker at this value."""
    page.wait_for_function(
        "([axis, value]) => { const layout = window.plot.layout;"
        "return layout.xaxis.title.text === axis && layout.shapes[0].x0 === value; }",
        arg=[axis, value],
        timeout=WAIT,
    )


def test_the_drawing_goes_through_the_sliders_and_back_to_the_draw_page(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        draw(page, DIGITS[7])
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 2 strokes"), timeout=WAIT)
        page.get_by_role("link", name="Stress test").click()
        page.locator(PLOT).wait_for(timeout=WAIT)
        expect(page.locator(VERDICTS)).to_have_text(
            re.compile(r"^\s*7.*right", re.DOTALL), timeout=WAIT
        )

        page.evaluate(f"window.plot = document.querySelector('{PLOT}')")
        slide(page, "rotation", 4)
        marked(page, "Rotation", 20)
        slide(page, "pen", 2)
        marked(page, "Pen width", 3)
        assert page.evaluate(f"window.plot === document.querySelector('{PLOT}')")
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth")

        press(page, "Clear")
        expect(page.get_by_text("Nothing is drawn yet")).to_be_visible(timeout=WAIT)
        main.evaluate("e => e.scrollTo(0, 0)")  # out from under the page's header
        draw(page, DIGITS[0])
        expect(page.get_by_label("Which digit is it?")).to_have_value("0", timeout=WAIT)
        page.get_by_role("link", name="Draw", exact=True).click()
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        expect(page.locator(PREDICTION)).to_have_text(re.compile(r"^\s*0\s"), timeout=WAIT)
