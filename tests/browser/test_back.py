"""The browser's Back and Forward: one press, one page, run or experiment."""

import re
from collections.abc import Sequence

from playwright.sync_api import Page, expect

from digitapp.ui.train.keys import KEYS
from tests.browser.conftest import opened
from tests.browser.session import CANVAS, WAIT, Chromium, answered, wait_until_up

TITLES = {  # by link: the title of the page that it leads to
    "Inside": "Inside the network",
    "Train": "Train a network of your own",
    "Runs": "Runs",
    "My handwriting": "My handwriting",
    "Stress test": "How much can a network take?",
}
SHOWN = {"Draw": CANVAS, **{name: f"h1:has-text('{title}')" for name, title in TITLES.items()}}
SHOWN["run 1"] = "h1:has-text('Run 1')"
SHOWN["experiment"] = "h1:has-text('Little data')"


def shows(page: Page, name: str) -> None:
    """Wait until this is shown, and its script has run to the end."""
    expect(page.locator(SHOWN[name]).first).to_be_visible(timeout=WAIT)
    answered(page)
    expect(page.locator(SHOWN[name]).first).to_be_visible()


def follow(page: Page, *names: str) -> None:
    """Go from page to page by the links at the top."""
    for name in names:
        page.get_by_test_id("stTopNavLink").filter(has_text=re.compile(f"^{name}$")).click()
        shows(page, name)


def back_through(page: Page, names: Sequence[str]) -> None:
    """Press Back once for each page."""
    for name in names:
        page.go_back()
        shows(page, name)


def test_one_press_of_back_goes_one_page_back_whatever_the_pages_wrote_into_the_address(
    browser: Chromium, with_runs: str
) -> None:
    wait_until_up(with_runs)
    with opened(browser, "wide") as page:
        page.goto(with_runs)
        shows(page, "Draw")
        way = ("Stress test", "Train", "Inside", "Runs", "Train", "My handwriting")
        follow(page, *way)
        back_through(page, ("Train", "Runs", "Inside", "Train", "Stress test", "Draw"))
        for name in way:
            page.go_forward()
            shows(page, name)


def test_a_run_is_a_place_of_its_own_and_a_setting_is_none(
    browser: Chromium, with_runs: str
) -> None:
    wait_until_up(with_runs)
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/runs?runs=1")
        shows(page, "Runs")
        follow(page, "Train")
        for epochs in ("3", "4"):
            page.locator('input[aria-label="Epochs"]').fill(epochs)
            page.locator('input[aria-label="Epochs"]').press("Tab")
            expect(page).to_have_url(re.compile(f"epochs={epochs}"), timeout=WAIT)
        follow(page, "Runs")
        page.locator(".st-key-runs-open button").click()
        shows(page, "run 1")
        _present_and_leave(page)
        page.keyboard.press(KEYS["new"])
        shows(page, "Train")
        follow(page, "Stress test")
        back_through(page, ("Train", "run 1", "Runs", "Train", "Runs"))
        page.go_forward()
        shows(page, "Train")


def _present_and_leave(page: Page) -> None:
    """Present a run and leave again: that is a look of the page, and no other place."""
    page.keyboard.press(KEYS["show"])
    page.locator(".stage-score").wait_for(timeout=WAIT)
    page.keyboard.press(KEYS["show"])
    expect(page).not_to_have_url(re.compile("show="), timeout=WAIT)
    shows(page, "run 1")


def test_a_link_leads_to_the_experiment_that_was_left_and_back_to_where_one_was(
    browser: Chromium, with_runs: str
) -> None:
    wait_until_up(with_runs)
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/train?experiment=little-data&runs=1,2")
        shows(page, "experiment")
        follow(page, "Runs")
        page.get_by_test_id("stTopNavLink").filter(has_text="Train").click()
        shows(page, "experiment")
        page.keyboard.press(KEYS["new"])
        shows(page, "Train")
        back_through(page, ("experiment", "Runs", "experiment"))
