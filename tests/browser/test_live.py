"""The live reading: the network in the page answers while the pen moves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
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
    answered,
    choose,
    draw,
    on_page,
    open_app,
    open_tab,
    press,
    sent_by,
    touches,
)
from tests.browser.test_draw import reads
from tests.digits import DIGITS, line

CLOSE = 1e-3  # of a probability, between the page and the server
# The words come a moment before what the live reading is told.
NEAR = """
([sure, close]) =>
  Math.abs(Number(document.querySelector(".live-answer").dataset.confidence) - sure) < close
"""
SURE = re.compile(r"([\d.]+) % sure after")


@pytest.fixture
def ready(page: Page) -> Page:
    """The app in a fresh page, wide and on a phone, with the network there."""
    is_ready(page)
    return page


def is_ready(page: Page) -> None:
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)


def says(page: Page, digit: int | str) -> None:
    """Wait until the live answer is this digit."""
    expect(page.locator(ANSWER)).to_have_attribute("data-digit", str(digit), timeout=WAIT)


def confidence(page: Page) -> float:
    return float(page.locator(ANSWER).get_attribute("data-confidence") or "nan")


def agree(page: Page, digit: int, strokes: int) -> None:
    """Wait until the server has read the drawing, and check that the page reads the same."""
    reads(page, digit, strokes)
    says(page, digit)
    found = SURE.search(page.locator(PREDICTION).inner_text())
    assert found
    page.wait_for_function(NEAR, arg=[float(found[1]) / 100, CLOSE], timeout=WAIT)


def next_frame(page: Page) -> None:
    """Wait until the page shows what it reads of the drawing as it is now."""
    page.evaluate(
        "() => new Promise((over) => requestAnimationFrame(() => requestAnimationFrame(over)))"
    )


@contextmanager
def silent(page: Page, sent: list[bytes | str]) -> Iterator[None]:
    """Check that nothing is sent to the server meanwhile."""
    before = len(sent)
    yield
    page.wait_for_timeout(50)
    assert sent[before:] == []


@pytest.fixture
def sent(page: Page) -> list[bytes | str]:
    """What the page sends to the server from now on, in a new session."""
    found = sent_by(page)
    page.reload()
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    is_ready(page)
    page.wait_for_timeout(1000)  # what a new session sends
    return found


def test_it_answers_before_the_pen_is_lifted_and_asks_nobody(
    page: Page, sent: list[bytes | str]
) -> None:
    first, *others = on_page(page, DIGITS[0][0])
    with silent(page, sent):
        page.mouse.move(*first)
        page.mouse.down()
        for place in others:
            before = page.locator(ANSWER).get_attribute("data-revision") or ""
            page.mouse.move(*place)
            expect(page.locator(ANSWER)).not_to_have_attribute("data-revision", before)
        says(page, 0)
    page.mouse.up()
    agree(page, 0, strokes=1)
    assert sent


def test_the_page_and_the_server_read_the_same(ready: Page) -> None:
    for digit in (2, 5, 7, 9):
        draw(ready, DIGITS[digit])
        agree(ready, digit, strokes=len(DIGITS[digit]))
        press(ready, "Clear")
        says(ready, "?")


def test_undo_redo_clear_and_the_eraser_change_the_live_answer(ready: Page) -> None:
    draw(ready, DIGITS[7])
    agree(ready, 7, strokes=2)
    press(ready, "Undo")
    expect(ready.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
    press(ready, "Redo")
    agree(ready, 7, strokes=2)
    press(ready, "Clear")
    says(ready, "?")
    assert confidence(ready) == 0
    draw(ready, [*DIGITS[0], line((40, 30), (40, 250))])
    expect(ready.locator(PREDICTION)).to_have_text(re.compile("after 2 strokes"), timeout=WAIT)
    press(ready, "Eraser")
    answered(ready)
    draw(ready, [line((40, 20), (40, 265))])
    agree(ready, 0, strokes=3)


def test_what_is_drawn_is_the_same_before_and_after_the_server_knows_it(ready: Page) -> None:
    for number, stroke in enumerate(DIGITS[4], 1):
        draw(ready, [stroke])
        next_frame(ready)
        before = confidence(ready)
        said = re.compile(f"after {number} stroke")
        expect(ready.locator(PREDICTION)).to_have_text(said, timeout=WAIT)
        ready.wait_for_timeout(300)
        assert confidence(ready) == pytest.approx(before, abs=CLOSE)


@pytest.mark.parametrize("button", ["Eraser", "Undo"])
def test_a_button_that_is_answered_while_the_pen_is_down_changes_both_canvas_and_page(
    ready: Page, button: str
) -> None:
    draw(ready, DIGITS[7])
    agree(ready, 7, strokes=2)
    begin, middle, end = on_page(ready, [(20, 70), (130, 70), (260, 70)])
    ready.mouse.move(*begin)
    ready.mouse.down()
    ready.mouse.move(*middle, steps=5)
    ready.locator("button", has_text=button).first.evaluate("button => button.click()")
    ready.wait_for_timeout(1500)  # until the canvas has a new brush
    ready.mouse.move(*end, steps=5)
    ready.mouse.up()
    next_frame(ready)
    before = ready.locator(ANSWER).evaluate("e => [e.dataset.digit, e.dataset.confidence]")
    # The part before a new brush is a stroke of its own; Undo takes the stroke that was begun.
    strokes = 4 if button == "Eraser" else 2
    said = re.compile(f"after {strokes} stroke")
    expect(ready.locator(PREDICTION)).to_have_text(said, timeout=WAIT)
    ready.wait_for_timeout(300)
    after = ready.locator(ANSWER).evaluate("e => [e.dataset.digit, e.dataset.confidence]")
    assert after[0] == before[0]
    assert float(after[1]) == pytest.approx(float(before[1]), abs=CLOSE)


def test_many_strokes_in_quick_succession_are_all_read(ready: Page) -> None:
    strokes = [line((60 + 40 * n, 60), (60 + 40 * n, 220)) for n in range(4)]
    draw(ready, strokes)
    expect(ready.locator(PREDICTION)).to_have_text(re.compile("after 4 strokes"), timeout=WAIT)
    ready.wait_for_timeout(300)
    for number in range(4):
        press(ready, "Undo")
        left = f"after {3 - number} stroke" if number < 3 else "Draw a digit"
        expect(ready.locator(PREDICTION)).to_have_text(re.compile(left), timeout=WAIT)
    says(ready, "?")
    draw(ready, DIGITS[3])
    agree(ready, 3, strokes=1)


def test_a_pen_released_outside_the_canvas_ends_the_stroke(ready: Page) -> None:
    draw(ready, [[(140, 30), (140, 120), (140, 200), (140, 400)]])
    ready.mouse.move(5, 300)
    ready.mouse.move(60, 320)
    expect(ready.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
    agree(ready, 1, strokes=1)


def test_a_resized_window_changes_nothing_of_the_drawing(browser: Chromium, address: str) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        is_ready(page)
        draw(page, DIGITS[7][:1])
        page.set_viewport_size({"width": 900, "height": 700})
        page.wait_for_timeout(500)
        draw(page, DIGITS[7][1:])
        agree(page, 7, strokes=2)
        page.set_viewport_size({"width": WIDTHS["wide"], "height": 844})


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_fingers_draw_and_a_second_one_is_ignored(ready: Page) -> None:
    send = touches(ready)
    first, *others = DIGITS[1][0]
    send("touchStart", [first])
    for place in others:
        send("touchMove", [place])
    says(ready, 1)
    send("touchStart", [others[-1], (20, 20)])
    send("touchMove", [others[-1], (250, 30)])
    send("touchEnd", [others[-1]])
    send("touchEnd", [])
    expect(ready.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
    agree(ready, 1, strokes=1)


PICTURES = """
() => [...document.querySelectorAll(".live-picture canvas, .live-step canvas, .live-inside canvas")]
  .map(each => [...each.getContext("2d").getImageData(0, 0, each.width, each.height).data])
"""


def test_pictures_that_wait_on_a_slow_computer_show_the_drawing_in_the_end(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        is_ready(page)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        draw(page, DIGITS[3])
        says(page, 3)
        page.wait_for_timeout(500)
        shown = page.evaluate(PICTURES)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        agree(page, 3, strokes=1)
        page.wait_for_timeout(300)
        assert len(shown) == 7
        for late, then in zip(page.evaluate(PICTURES), shown, strict=True):
            assert np.abs(np.subtract(late, then)).mean() < 1  # Fabric.js rounds its JSON


def test_another_network_answers_when_it_is_chosen(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        open_app(page, with_runs)
        is_ready(page)
        draw(page, DIGITS[7])
        agree(page, 7, strokes=2)
        before = confidence(page)
        choose(page, page.get_by_label("Which network reads?"), "Run 2")
        page.wait_for_function(
            "before => document.querySelector('.live-answer').dataset.confidence != before",
            arg=f"{before:.4f}",
        )
        expect(page.locator(".live-inside")).to_be_visible()


def test_a_deleted_network_is_explained_without_half_an_answer_below(
    browser: Chromium, with_runs: str, trained: RunStore
) -> None:
    with opened(browser, "wide") as page:
        open_app(page, with_runs)
        is_ready(page)
        choose(page, page.get_by_label("Which network reads?"), "Run 1")
        draw(page, DIGITS[7][:1])
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
        trained.delete(1)
        try:
            draw(page, DIGITS[7][1:])
            expect(page.locator(PREDICTION)).to_contain_text("no run 1 any more", timeout=WAIT)
            expect(page.locator(ANSWER)).to_be_hidden(timeout=WAIT)
        finally:
            trained.restore(1)


def test_it_goes_on_after_another_page_and_another_tab(browser: Chromium, address: str) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        for name in ("Stress test", "Train"):
            is_ready(page)
            draw(page, DIGITS[3])
            agree(page, 3, strokes=1)
            page.get_by_role("link", name=name).click()
            page.locator(ANSWER).wait_for(state="detached", timeout=WAIT)
            page.get_by_role("link", name="Draw", exact=True).click()
            agree(page, 3, strokes=1)
            open_tab(page, "Upload")
            open_tab(page, "Draw")
            agree(page, 3, strokes=1)
            press(page, "Clear")
            says(page, "?")


def test_without_webassembly_the_server_reads_and_the_page_says_so(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "wide") as page:
        page.add_init_script("delete window.WebAssembly")
        open_app(page, address)
        answer = page.locator(ANSWER)
        expect(answer).to_contain_text("no WebAssembly", timeout=WAIT)
        draw(page, DIGITS[7])
        reads(page, 7, strokes=2)
        says(page, 7)
        expect(page.locator(".live-row[data-kind=winner] .live-label")).to_have_text("7")


def test_when_the_network_cannot_be_fetched_the_server_reads_and_it_is_tried_again(
    browser: Chromium, address: str
) -> None:
    with browser.tab(WIDTHS["wide"], 844) as page:
        page.route("**/live/networks/**", lambda route: route.abort())
        open_app(page, address)
        draw(page, DIGITS[5])
        reads(page, 5, strokes=2)
        says(page, 5)
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "unavailable")
        page.unroute("**/live/networks/**")
        press(page, "Undo")
        is_ready(page)


def test_without_the_scripts_the_server_reads_in_large_type(
    browser: Chromium, address: str
) -> None:
    with browser.tab(WIDTHS["wide"], 844) as page:
        page.route("**/live/code/**", lambda route: route.abort())
        open_app(page, address)
        draw(page, DIGITS[7])
        reads(page, 7, strokes=2)
        box = page.locator(f"{PREDICTION} [data-announced] > span").first.bounding_box()
        assert box
        assert box["height"] > 60
