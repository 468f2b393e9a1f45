"""A teacher presents: all that a class needs is in sight on a projector, and stays in place."""

import re
from dataclasses import replace

import numpy as np
from playwright.sync_api import Page, expect

from digitapp.runs import Outcome, RunStore
from digitapp.runs.records import DONE, FAILED
from digitapp.runs.stored_guesses import GuessedImages, pack_answers
from digitapp.ui.train.keys import KEYS
from tests.browser.conftest import opened
from tests.browser.seen_by_class import ASIDE, BELOW_AXIS, BEYOND, HIDDEN_KEYS, UNSEEN
from tests.browser.session import CANVAS, WAIT, Chromium, draw
from tests.browser.test_nothing_moves import AWHILE, RECORD
from tests.browser.test_train import status, wait_for_epochs
from tests.digits import DIGITS, line
from tests.tiny_runs import TINY, change, ran

PROJECTORS = ((1920, 1080), (1280, 720))
SETTINGS = "train?preset=dense-128&dataset=mnist&validation_split=0.1&epochs=200&show=all"
PLACES = """
() => [...document.querySelectorAll('.st-key-stage, .st-key-stage-views, .js-plotly-plot')]
  .map(e => e.getBoundingClientRect())
  .map(b => [b.x, b.y, b.width, b.height].map(Math.round).join(' '))
"""


def fits(page: Page) -> None:
    """Check on every projector that nothing needs scrolling, is cut off or too small to read."""
    for width, height in PROJECTORS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(700)  # for the curves to be drawn anew
        assert page.evaluate(BEYOND) <= 1, (width, height)
        assert not page.evaluate(UNSEEN), (width, height)
        assert page.evaluate(ASIDE) <= 1, (width, height)


def test_a_class_sees_everything_without_scrolling_and_nothing_moves(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_toys}/{SETTINGS}")
        page.locator(".st-key-train button").wait_for(timeout=WAIT)
        expect(page.get_by_test_id("stHeader")).to_be_hidden()
        fits(page)
        page.set_viewport_size({"width": 1920, "height": 1080})
        page.keyboard.press("PageDown")
        page.locator(".st-key-do-pause button").wait_for(timeout=WAIT)
        wait_for_epochs(page, 2)
        before = page.evaluate(PLACES)
        wait_for_epochs(page, 6)
        assert page.evaluate(PLACES) == before
        page.keyboard.press("PageDown")
        status(page, "paused")
        fits(page)
        page.keyboard.press(KEYS["batch"])
        page.keyboard.press(KEYS["step"])
        page.locator(".digitapp-step").wait_for(timeout=WAIT)
        for key in ("step", "first_layer", "guesses", "curves"):
            page.keyboard.press(KEYS[key])
            chosen = page.locator(".st-key-stage-views button[kind=primary]")
            expect(chosen).to_have_count(1, timeout=WAIT)  # there may be two for a moment
            expect(chosen.filter(has_text=KEYS[key])).to_be_visible(timeout=WAIT)
            expect(chosen).to_have_count(1, timeout=WAIT)
            fits(page)
        page.keyboard.press("?")
        expect(page.locator(".list-of-keys")).to_be_visible()
        for width, height in PROJECTORS:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)  # for the list to find its place
            assert page.evaluate(HIDDEN_KEYS) <= 1, (width, height)
        page.keyboard.press(KEYS["help"])
        expect(page.locator(".list-of-keys")).to_be_hidden()
        page.keyboard.press(KEYS["stop"])
        status(page, "stopped")
        fits(page)
        page.keyboard.press(KEYS["new"])
        page.locator(".st-key-train button").wait_for(timeout=WAIT)
        assert "show=all" in page.url


def test_results_fit_and_the_mode_is_kept_while_another_page_is_shown(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/train?run=1&show=all")
        page.locator(".stage-score").wait_for(timeout=WAIT)
        fits(page)
        for key in ("mistakes", "own_drawing", "classes", "first_layer"):
            page.keyboard.press(KEYS[key])
            chosen = page.locator(".st-key-stage-views button[kind=primary]")
            expect(chosen).to_have_count(1, timeout=WAIT)  # there may be two for a moment
            expect(chosen.filter(has_text=KEYS[key])).to_be_visible(timeout=WAIT)
            expect(chosen).to_have_count(1, timeout=WAIT)
            fits(page)
        page.set_viewport_size({"width": 1400, "height": 844})
        page.locator(".st-key-use button").click()
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        expect(page.get_by_test_id("stHeader")).to_be_visible()
        page.get_by_role("link", name="Train", exact=True).click()
        page.locator(".stage-score").wait_for(timeout=WAIT)
        expect(page).to_have_url(re.compile("run=1"))
        expect(page).to_have_url(re.compile("show=all"))
        page.locator(".st-key-use button").click()
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        expect(page.locator(".st-key-to-class button")).to_be_in_viewport(timeout=WAIT)
        page.keyboard.press(KEYS["show"])
        page.locator(".stage-score").wait_for(timeout=WAIT)
        expect(page).to_have_url(re.compile("run=1"))
        page.keyboard.press(KEYS["show"])
        expect(page.get_by_test_id("stHeader")).to_be_visible(timeout=WAIT)
        page.get_by_role("link", name="Draw", exact=True).click()
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        expect(page.locator(".st-key-to-class")).to_have_count(0)
        page.get_by_role("link", name="Train", exact=True).click()
        expect(page).not_to_have_url(re.compile("show="))


def test_a_pupil_draws_while_it_trains_and_the_canvas_neither_moves_nor_forgets(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.add_init_script(RECORD)
        page.goto(f"{with_toys}/{SETTINGS}")
        page.locator(".st-key-train button").wait_for(timeout=WAIT)
        page.keyboard.press(KEYS["train"])
        page.locator(".st-key-view-own-drawing button").wait_for(timeout=WAIT)
        page.keyboard.press(KEYS["own_drawing"])
        page.locator(f".st-key-own-canvas {CANVAS}").wait_for(timeout=WAIT)
        page.wait_for_timeout(AWHILE)
        draw(page, DIGITS[5])
        said = page.locator(".st-key-own-verdict [data-announced]")
        expect(said).to_be_visible(timeout=WAIT)
        before = said.text_content()
        expect(said).not_to_have_text(before or "", timeout=WAIT)  # it has learned more
        draw(page, [line((20, 20), (60, 20))])
        page.keyboard.press(KEYS["stop"])
        draw(page, [line((20, 260), (60, 260))])
        status(page, "stopped")
        page.locator(f".st-key-own-over-canvas {CANVAS}").wait_for(timeout=WAIT)
        page.wait_for_timeout(AWHILE)
        last = [places[-1] for places in page.evaluate("window.still.seen")]
        # A new canvas may begin below the page, out of sight, and be replaced there.
        assert len({place for place in last if int(place.split()[1]) < 720}) == 1
        fits(page)
        bars = page.locator(".st-key-own-probabilities .js-plotly-plot")
        assert bars.evaluate(BELOW_AXIS) >= 3
        for left in (3, 2, 1, 0):  # as many strokes as were drawn
            expect(page.locator(".st-key-undo button")).to_be_enabled(timeout=WAIT)
            page.locator(".st-key-undo button").click()
            page.wait_for_timeout(AWHILE)
            assert (page.locator(".st-key-undo button:enabled").count() > 0) == (left > 0)


def test_a_drawing_is_pinned_while_it_trains_and_after_it_was_stopped(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(f"{with_toys}/{SETTINGS}")
        page.locator(".st-key-train button").wait_for(timeout=WAIT)
        page.keyboard.press(KEYS["train"])
        for over, digit in ((False, 5), (True, 7)):
            last = "mistakes" if over else "own-drawing"
            page.locator(f".st-key-view-{last} button").wait_for(timeout=WAIT)
            page.keyboard.press(KEYS["own_drawing"])
            canvas = page.locator(f".st-key-own-{'over-' if over else ''}canvas {CANVAS}")
            canvas.wait_for(timeout=WAIT)
            page.wait_for_timeout(AWHILE)
            draw(page, DIGITS[digit])
            page.locator(".st-key-pin-own button:enabled").first.click(timeout=WAIT)
            page.locator(".st-key-watched-curve .js-plotly-plot").wait_for(timeout=WAIT)
            expect(page.locator(".st-key-watched-now .js-plotly-plot")).to_be_visible()
            fits(page)
            if not over:
                page.keyboard.press(KEYS["stop"])
                status(page, "stopped")


def test_a_long_name_and_a_message_hide_neither_the_status_nor_the_stage(
    browser: Chromium, with_runs: str, trained: RunStore
) -> None:
    run = trained.create(TINY, "dense-128", "A name that goes on and on, " * 3)
    change(trained, run, status=FAILED, error="What went wrong is told here. " * 9)
    try:
        with opened(browser, "wide") as page:
            page.goto(f"{with_runs}/train?run={run}&show=all")
            page.locator(".st-key-view-own-drawing button").click(timeout=WAIT)
            page.locator(CANVAS).first.wait_for(timeout=WAIT)
            fits(page)
            badge = page.locator(".st-key-status .stMarkdownBadge").bounding_box()
            buttons = page.locator(".st-key-leads-on").bounding_box()
            assert badge
            assert buttons
            assert badge["width"] > 20
            assert badge["x"] + badge["width"] < buttons["x"]
    finally:
        trained.delete(run)


def test_names_of_clothes_beside_test_images_fit_and_are_whole(
    browser: Chromium, with_runs: str, trained: RunStore
) -> None:
    run, lease = ran(trained, replace(TINY, dataset="fashion_mnist"))
    labels = np.tile(np.arange(10, dtype=np.uint8), 2)
    images = GuessedImages(np.full((20, 28, 28), 40, np.uint8), labels)
    lease.keep_guesses(0, pack_answers(np.eye(10)[labels].astype(np.float32)), images.packed())
    lease.finish(Outcome(DONE, test_loss=1.0, test_accuracy=0.5, model=b"model"))
    try:
        with opened(browser, "wide") as page:
            page.goto(f"{with_runs}/train?run={run}&show=all")
            page.locator(".st-key-view-guesses button").click(timeout=WAIT)
            page.locator(".test-guesses").wait_for(timeout=WAIT)
            expect(page.locator(".test-guesses figure")).to_have_count(20)
            fits(page)
            trousers = page.locator(".test-guesses b", has_text="trousers")
            assert (
                trousers.evaluate_all("all => all.map(e => e.getClientRects().length)") == [1] * 4
            )
    finally:
        trained.delete(run)


BESIDE_THE_BUTTONS = """() => {
  const [told, buttons] = ['[data-testid="stAlert"]', ".st-key-leads-on"].map((each) =>
    document.querySelector(each).getBoundingClientRect());
  return told.width > 0 && told.right <= buttons.left;
}"""


def test_a_message_in_place_of_a_run_is_beside_the_buttons(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/train?run=99&show=all")
        message = page.get_by_test_id("stAlert").first
        message.wait_for(timeout=WAIT)
        page.wait_for_function(BESIDE_THE_BUTTONS, timeout=WAIT)  # once the page has its look


def test_settings_without_room_are_counted_and_shown_by_a_press(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as page:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(f"{with_runs}/train?run=1&show=all")
        more = page.locator(".setting-chips .more")
        expect(more).to_have_text(re.compile(r"\+\d+"), timeout=WAIT)
        chips = page.locator(".setting-chips .chip")
        line_of = page.locator(".setting-chips").bounding_box()
        assert line_of
        tops = [chip.bounding_box()["y"] for chip in chips.all()]  # type: ignore[index]
        below = sum(top >= line_of["y"] + line_of["height"] for top in tops)
        assert more.text_content() == f"+{below}"
        more.click()
        fits(page)
        last = chips.last.bounding_box()
        row = page.locator(".setting-chips").bounding_box()
        assert last
        assert row
        assert last["y"] + last["height"] <= row["y"] + row["height"]
        page.locator(".setting-chips .more").click()
        expect(more).to_have_text(f"+{below}")


def test_a_chart_waits_until_its_place_is_laid_out(browser: Chromium, with_runs: str) -> None:
    narrow = ".st-key-loss-curve { flex: none !important; width: 77px !important; }"
    style = f"document.head.insertAdjacentHTML('beforeend', '<style id=narrow>{narrow}</style>')"
    with opened(browser, "wide") as page:  # fails if the browser reports an error
        page.add_init_script(f"addEventListener('DOMContentLoaded', () => {style})")
        page.goto(f"{with_runs}/train?run=1&show=all")
        page.locator(".st-key-accuracy-curve .js-plotly-plot").wait_for(timeout=WAIT)
        page.wait_for_timeout(500)
        plot = page.locator(".st-key-loss-curve .js-plotly-plot")
        expect(plot).to_have_count(0)
        page.evaluate("document.getElementById('narrow').remove()")
        plot.wait_for(timeout=WAIT)
        width, drawn = plot.evaluate("e => [e.offsetWidth, e._fullLayout.width]")
        assert abs(width - drawn) <= 1


def test_a_chart_in_a_place_on_its_way_out_is_left_alone(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:  # fails if the browser reports an error
        page.goto(f"{with_runs}/train?run=1&show=all")
        plot = page.locator(".st-key-loss-curve .js-plotly-plot")
        plot.wait_for(timeout=WAIT)
        page.wait_for_timeout(500)
        for hidden in ("width: 16px; height: 0", ""):
            plot.evaluate("(e, style) => e.parentElement.style.cssText = style", hidden)
            plot.evaluate("(e, style) => e.style.height = style ? '0' : '300px'", hidden)
            page.wait_for_timeout(500)
        width, drawn = plot.evaluate("e => [e.offsetWidth, e._fullLayout.width]")
        assert abs(width - drawn) <= 1
