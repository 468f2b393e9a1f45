"""Two people use one server at the same time, each in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import opened
from tests.browser.session import WAIT, Chromium, choose, draw, open_app, press, press_bar
from tests.browser.test_draw import reads
from tests.digits import DIGITS

READER, CORRECTING = ".st-key-model input", ".st-key-correction"


def choose_reader(page: Page, name: str) -> None:
    """Choose which network reads."""
    choose(page, page.locator(READER), name)
    expect(page.locator(READER)).to_have_value(re.compile(name), timeout=WAIT)


def test_two_people_draw_and_choose_for_themselves_and_share_what_they_keep(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as mine, opened(browser, "phone") as others:
        for page, digit in ((mine, 7), (others, 1)):
            open_app(page, with_runs)
            draw(page, DIGITS[digit])
        reads(mine, 7, strokes=2)
        reads(others, 1, strokes=1)
        choose_reader(others, "Run 2")
        press(others, "Undo")
        press_bar(mine, "4")
        expect(mine.locator(CORRECTING)).to_contain_text("Kept as a 4", timeout=WAIT)
        expect(mine.locator(READER)).to_have_value("The built-in network")
        reads(mine, 7, strokes=2)

        others.goto(f"{with_runs}/handwriting")
        expect(others.get_by_text("1 in all")).to_be_visible(timeout=WAIT)
        press(others, "Delete all")
        press(others, "Yes, delete all 1")
        expect(others.get_by_text("Nothing is kept yet")).to_be_visible(timeout=WAIT)

        press_bar(mine, "5")
        expect(mine.get_by_text("not in My handwriting any more")).to_be_visible(timeout=WAIT)
        expect(mine.locator(CORRECTING)).not_to_contain_text("Kept as")
        reads(mine, 7, strokes=2)
        mine.reload()
        reads(mine, 7, strokes=2)
