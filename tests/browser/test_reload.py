"""The drawing survives a page reload, in its own browser tab only."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import opened
from tests.browser.session import CANVAS, PREDICTION, WAIT, Chromium, draw, open_app, press
from tests.browser.test_draw import INVITATION, inked, reads
from tests.digits import DIGITS, line

KEPT = "sessionStorage.getItem('digitapp.drawing')"


def reload(page: Page) -> None:
    """Reload the page until there is a canvas."""
    page.reload()
    page.locator(CANVAS).first.wait_for(timeout=WAIT)


def test_a_drawing_outlives_f5_with_its_history_until_it_is_cleared(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        draw(page, DIGITS[7])
        reads(page, 7, strokes=2)
        before = inked(page)
        reload(page)
        reads(page, 7, strokes=2)
        assert inked(page) == pytest.approx(before, rel=1e-3)  # Fabric.js rounds its JSON
        press(page, "Undo")
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
        reload(page)
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
        press(page, "Redo")
        reads(page, 7, strokes=2)
        draw(page, [line((20, 20), (20, 30))])
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 3 strokes"), timeout=WAIT)

        page.goto(f"{address}/stress")  # another page in the same tab, in a new session
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        expect(page.get_by_label("Which digit is it?")).to_be_visible(timeout=WAIT)

        other = page.context.new_page()  # another tab does not have it
        other.goto(page.url)
        expect(other.get_by_text("Nothing is drawn yet")).to_be_visible(timeout=WAIT)
        assert other.evaluate(KEPT) is None
        other.close()

        press(page, "Clear")
        expect(page.get_by_text("Nothing is drawn yet")).to_be_visible(timeout=WAIT)
        assert page.evaluate(KEPT) is None
        page.goto(address)
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        expect(page.locator(PREDICTION)).to_have_text(INVITATION, timeout=WAIT)
        assert inked(page) == 0


def test_what_was_kept_and_is_damaged_is_told_and_the_page_works(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "wide") as page:
        open_app(page, address)
        page.evaluate("sessionStorage.setItem('digitapp.drawing', '[[{\"path\": 5}], []]')")
        reload(page)
        told = page.get_by_text("kept in this browser tab cannot be used")
        expect(told).to_be_visible(timeout=WAIT)
        draw(page, DIGITS[7])
        reads(page, 7, strokes=2)
        reload(page)
        reads(page, 7, strokes=2)
