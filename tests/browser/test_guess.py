"""Predict the curve in a browser: drawn by mouse, by finger and by keys, and seen with the run."""

import re

from playwright.sync_api import Locator, Page, expect

from digitapp.ui.train.keys import KEYS
from tests.browser.conftest import opened
from tests.browser.session import WAIT, Chromium, answered

SHORT = "train?preset=dense-128&dataset=mnist&validation_split=0.1&epochs=2&train_size=500"
ACCURACY = ".st-key-accuracy-curve .js-plotly-plot"
AT_ONCE = 400  # milliseconds, before the page of the run can be there
TOP = 1.04  # where the accuracy axis ends


NOTE_POINTERS = """() => {
  window.pointers = [];
  for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
    document.addEventListener(kind, () => window.pointers.push(kind), true);
  }
}"""


def figure(page: Page, address: str) -> Locator:
    """Open the page and the figure to draw in."""
    page.goto(f"{address}/{SHORT}")
    page.locator(".st-key-experiments button").last.wait_for(timeout=WAIT)  # the page's end
    answered(page)
    page.locator(".st-key-predict button").click(timeout=WAIT)
    plot = page.locator(".digitapp-guess .plot")
    plot.wait_for(timeout=WAIT)
    answered(page)  # the page behind it is whole, so that nothing moves any more
    plot.click(trial=True, timeout=WAIT)
    return plot


def place(plot: Locator, at: float, accuracy: float) -> tuple[float, float]:
    """Return where on the page a point of the figure is."""
    box = plot.bounding_box()
    assert box is not None
    return box["x"] + at * box["width"], box["y"] + (1 - accuracy / TOP) * box["height"]


def says(page: Page, words: str) -> None:
    expect(page.locator(".digitapp-guess .said")).to_have_text(re.compile(words), timeout=WAIT)


def test_a_guess_is_drawn_kept_until_train_is_pressed_and_seen_with_the_run(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        plot = figure(page, with_toys)
        train = page.locator(".st-key-train button").bounding_box()
        page.mouse.move(*place(plot, 0.01, 0.2))
        page.mouse.down()
        page.mouse.move(*place(plot, 0.5, 0.6), steps=5)
        page.mouse.move(*place(plot, 0.99, 0.6), steps=5)
        page.mouse.up()
        says(page, r"60 % after epoch 1, 60 % in the end")

        plot.focus()
        plot.press("ArrowRight")
        for _ in range(2):
            plot.press("Shift+ArrowUp")
        plot.press("ArrowDown")
        says(page, r"After epoch 1: 79 %")
        page.keyboard.press("Escape")
        expect(plot).to_have_count(0)
        page.locator(".st-key-predict button").click()
        says(page, r"79 % after epoch 1, 60 % in the end")
        assert page.locator(".st-key-train button").bounding_box() == train

        page.keyboard.press(KEYS["train"])
        expect(plot).to_have_count(0, timeout=AT_ONCE)
        page.wait_for_function(
            f"() => document.querySelector('{ACCURACY}')?.data?.at(-1).uid === 'guess'"
        )
        line = page.evaluate(f"document.querySelector('{ACCURACY}').data.at(-1)")
        assert (line["x"][0], line["x"][-1]) == (0, 2)
        assert line["y"][line["x"].index(1)] == 0.79
        expect(page.locator(ACCURACY)).to_contain_text("your guess")
        told = page.locator(".digitapp-lessons", has_text="Your guess was")
        expect(told).to_be_visible(timeout=WAIT)  # for a moment, beside what was told before


def test_a_finger_draws_and_the_drawing_can_be_cleared(browser: Chromium, with_toys: str) -> None:
    with opened(browser, "phone") as page:
        plot = figure(page, with_toys)
        expect(plot).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.evaluate("window.innerWidth")
        page.evaluate(NOTE_POINTERS)
        touch = page.context.new_cdp_session(page)
        (x0, y0), (x1, y1) = place(plot, 0.02, 0.3), place(plot, 0.98, 0.8)
        for kind, points in (
            ("touchStart", [{"x": x0, "y": y0}]),
            ("touchMove", [{"x": x1, "y": y1}]),
            ("touchEnd", []),
        ):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_function("window.pointers.length >= 3", timeout=WAIT)
        assert page.evaluate("window.pointers") == ["pointerdown", "pointermove", "pointerup"]
        says(page, r"80 % in the end")
        page.locator(".digitapp-guess .clear").click()
        says(page, "^Draw with the mouse or a finger")
        expect(page.locator(".digitapp-guess .clear")).to_be_disabled()
