"""No press of a run's buttons is lost, however quickly they come."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from digitapp.ui.train.keys import KEYS
from tests.browser.conftest import opened
from tests.browser.session import WAIT, Chromium
from tests.browser.test_train import LONG_ON_TOYS, status

PRESSES = 10
BATCH = ".st-key-do-batch button"


def by_key(page: Page) -> None:
    page.keyboard.press(KEYS["batch"].lower())
    page.wait_for_timeout(50)


def by_mouse(page: Page) -> None:
    page.locator(BATCH).click()
    page.wait_for_timeout(100)


def by_finger(page: Page) -> None:
    page.locator(BATCH).tap()
    page.wait_for_timeout(100)


def by_space(page: Page) -> None:
    page.locator(BATCH).press("Space")
    page.wait_for_timeout(50)


def waiting(page: Page, address: str, more: str = "") -> None:
    """Start a run that waits before its first step."""
    page.goto(f"{address}/{LONG_ON_TOYS}{more}")
    page.locator(".st-key-wait-first label").click(timeout=WAIT)
    page.locator(".st-key-train button").click(timeout=WAIT)
    status(page, "paused")
    expect(page.locator(BATCH)).to_be_enabled()


def batches(page: Page) -> Locator:
    return page.get_by_test_id("stProgress")


def stopped(page: Page) -> None:
    page.keyboard.press(KEYS["stop"])
    status(page, "stopped")


@pytest.mark.parametrize("more", ["", "&show=all"], ids=["page", "presenting"])
def test_each_press_is_a_batch_however_quickly_they_come(
    more: str, browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        waiting(page, with_toys, more)
        ways: list[Callable[[Page], None]] = [by_key, by_mouse, by_space]
        for done, way in enumerate(ways, 1):
            for _ in range(PRESSES):
                way(page)
            expect(batches(page)).to_contain_text(f"batch {done * PRESSES} of")
        page.reload()
        page.locator(BATCH).wait_for()
        page.wait_for_timeout(1000)
        expect(batches(page)).to_contain_text(f"batch {len(ways) * PRESSES} of")
        stopped(page)


def test_presses_while_it_trains_and_in_two_tabs_all_count_in_their_order(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "phone") as page:
        waiting(page, with_toys)
        page.get_by_text("1 a second", exact=True).click()
        page.keyboard.press(KEYS["pause"])
        status(page, "running")
        with opened(browser, "wide") as other:
            other.goto(page.url)
            other.locator(BATCH).wait_for()
            at_first = _batch(page)
            for _ in range(5):
                by_finger(page)
                by_key(other)
            for shown in (page, other):
                status(shown, "paused")
                expect(batches(shown)).to_contain_text("Paused")
            assert 10 <= _batch(page) - at_first <= 12  # it may have taken some by itself
        for name in ("batch", "batch", "pause"):  # in this order: it goes on in the end
            page.keyboard.press(KEYS[name])
        status(page, "running")
        stopped(page)


def _batch(page: Page) -> int:
    """Return how many batches of the epoch are done."""
    return int(batches(page).inner_text().split(", batch ")[1].split()[0])
