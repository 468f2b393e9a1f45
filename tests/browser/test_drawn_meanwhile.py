"""Strokes drawn after a button was pressed, while the server has yet to answer: they are kept."""

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import kill

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import opened
from tests.browser.session import (
    ANSWER,
    PREDICTION,
    WAIT,
    Chromium,
    Served,
    answered,
    draw,
    on_page,
    open_app,
    press,
)
from tests.browser.test_draw import reads
from tests.digits import DIGITS, line

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped there")
REPORTED = 400  # milliseconds; the canvas reports a stroke 200 ms after it


@contextmanager
def asleep(server: Served) -> Iterator[None]:
    """A server that does nothing for a while, as one with too much to do."""
    kill(server.process, signal.SIGSTOP)
    try:
        yield
    finally:
        kill(server.process, signal.SIGCONT)


@contextmanager
def a_seven(browser: Chromium, server: Served) -> Iterator[Page]:
    """The Draw page on which a 7 has been drawn and read."""
    with opened(browser, "wide") as page:
        open_app(page, server.address)
        draw(page, DIGITS[7])
        reads(page, 7, strokes=2)
        yield page


@pytest.mark.parametrize(
    "waits", [pytest.param(0, id="not yet reported"), pytest.param(REPORTED, id="reported")]
)
def test_a_digit_drawn_before_the_old_one_is_cleared_is_whole(
    browser: Chromium, app_server: Served, waits: int
) -> None:
    with a_seven(browser, app_server) as page:
        with asleep(app_server):
            press(page, "Clear")
            draw(page, DIGITS[4][:1])
            page.wait_for_timeout(waits)
        reads_strokes(page, "1 stroke")
        answered(page)  # a stroke in whose middle the canvas is told that one would count as two
        draw(page, DIGITS[4][1:])
        reads(page, 4, strokes=2)


def test_a_digit_is_whole_though_it_is_cleared_beneath_somewhere_in_its_middle(
    browser: Chromium, app_server: Served
) -> None:
    with a_seven(browser, app_server) as page:
        with asleep(app_server):
            press(page, "Clear")
            draw(page, DIGITS[4][:1])
            page.wait_for_timeout(REPORTED)
        draw(page, DIGITS[4][1:])
        pieces = re.compile(r"^\s*4\s.* after [234] strokes", re.DOTALL)
        expect(page.locator(PREDICTION)).to_have_text(pieces, timeout=WAIT)
        expect(page.locator(ANSWER)).to_have_attribute("data-digit", "4", timeout=WAIT)


def test_a_stroke_in_whose_middle_the_old_drawing_is_cleared_is_whole(
    browser: Chromium, app_server: Served
) -> None:
    with a_seven(browser, app_server) as page:
        places = on_page(page, line((140, 40), (140, 240)))
        half = len(places) // 2
        with asleep(app_server):
            press(page, "Clear")
            page.mouse.move(*places[0])
            page.mouse.down()
            for place in places[1:half]:
                page.mouse.move(*place)
        _until_cleared(page)
        for place in places[half:]:
            page.mouse.move(*place)
            page.wait_for_timeout(100)  # in which the server could answer again
        page.mouse.up()
        page.wait_for_timeout(1500)  # until nothing more is on its way
        reads(page, 1, strokes=2)  # what was drawn before the canvas forgot it, and the rest


def test_a_stroke_drawn_before_another_is_undone_comes_after_what_is_left(
    browser: Chromium, app_server: Served
) -> None:
    with opened(browser, "wide") as page:
        open_app(page, app_server.address)
        draw(page, [*DIGITS[4], line((20, 20), (60, 20))])
        reads_strokes(page, "3 strokes")
        with asleep(app_server):
            press(page, "Undo")
            draw(page, [line((250, 250), (260, 260))])
        reads_strokes(page, "3 strokes")
        press(page, "Undo")
        reads(page, 4, strokes=2)


def reads_strokes(page: Page, count: str) -> None:
    """Wait until the server has read so many strokes."""
    told = re.compile(rf"after {count}\b")
    expect(page.locator(PREDICTION)).to_have_text(told, timeout=WAIT)


def _until_cleared(page: Page) -> None:
    """Wait until the server has cleared the drawing."""
    expect(page.locator(PREDICTION)).not_to_have_text(re.compile("after"), timeout=WAIT)
