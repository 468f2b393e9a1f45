"""Keys of the Train page: they work wherever the focus is, but never while somebody types."""

import re

from playwright.sync_api import Page, expect

from digitapp.ui.train.keys import KEYS
from tests.browser.conftest import opened
from tests.browser.session import WAIT, Chromium
from tests.browser.test_train import LONG_ON_TOYS, status

AWHILE = 700  # milliseconds, in which a key would have done something


def test_a_run_is_started_paused_resumed_and_stopped_by_keys(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_toys}/{LONG_ON_TOYS}")
        page.locator(".st-key-train button").wait_for(timeout=WAIT)
        _typing_starts_nothing(page)
        page.get_by_role("tab", name="Images").click()
        _a_list_is_opened_and_closed_at_once(page)
        page.keyboard.press(KEYS["train"])
        page.locator(".st-key-do-pause button:enabled").wait_for(timeout=WAIT)
        page.keyboard.press(KEYS["pause"])
        status(page, "paused")
        _a_held_key_is_pressed_once(page)
        page.get_by_text("Close-up", exact=True).click()  # a switch has the focus
        page.keyboard.press(KEYS["pause"])
        status(page, "paused")
        page.locator(".st-key-smoothing input").focus()
        page.keyboard.press(KEYS["stop"])
        status(page, "stopped")
        page.keyboard.press(KEYS["new"])
        expect(page.locator(".st-key-train button")).to_be_visible(timeout=WAIT)


def _typing_starts_nothing(page: Page) -> None:
    for field in ("Training images", "Epochs"):
        page.locator(f'input[aria-label="{field}"]').press(KEYS["train"])
        page.keyboard.press("Escape")
    page.wait_for_timeout(AWHILE)
    expect(page.locator(".st-key-train button")).to_be_visible()


def _a_list_is_opened_and_closed_at_once(page: Page) -> None:
    page.keyboard.press(KEYS["help"])
    expect(page.get_by_text("The last batch", exact=True)).to_be_visible(timeout=WAIT)
    page.keyboard.press(KEYS["help"])
    page.wait_for_timeout(2 * AWHILE)
    expect(page.get_by_text("The last batch", exact=True)).not_to_be_visible()


def _a_held_key_is_pressed_once(page: Page) -> None:
    """Resume by a key that is held: it would pause the run again."""
    for _ in range(8):
        page.keyboard.down(KEYS["pause"])
        page.wait_for_timeout(150)
    page.keyboard.up(KEYS["pause"])
    status(page, "running")


def test_a_key_pressed_before_its_button_is_there_counts_when_it_comes(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_toys}/{LONG_ON_TOYS}&show=all")
        expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
        for name in ("train", "own_drawing"):
            page.keyboard.press(KEYS[name])
        expect(page.locator(".st-key-view-own-drawing button[kind=primary]")).to_be_visible()
        # Pressed at once with these, on a busy machine, Stop may come before the view is chosen,
        # which is then not chosen any more: not mended yet.
        page.keyboard.press(KEYS["stop"])
        status(page, "stopped")
        for name in ("curves", "train", "new"):  # there is no Train here
            page.keyboard.press(KEYS[name])
        expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
        page.wait_for_timeout(4 * AWHILE)
        expect(page.locator(".st-key-train button")).to_be_enabled()


def test_a_key_leaves_alone_what_is_not_in_sight(browser: Chromium, with_toys: str) -> None:
    with opened(browser, "phone") as page:
        page.goto(f"{with_toys}/train")
        page.locator(".st-key-train button").wait_for(timeout=WAIT)
        expect(page.locator(".st-key-present button")).not_to_be_visible()
        page.keyboard.press(KEYS["show"])
        page.wait_for_timeout(AWHILE)
        assert "show=" not in page.url


def test_a_key_flips_no_switch_of_the_page_that_is_on_its_way_out(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_toys}/{LONG_ON_TOYS}&show=all")
        expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
        page.keyboard.press(KEYS["train"])
        page.keyboard.press(KEYS["wait_first"])
        page.locator(".st-key-do-stop button:enabled").wait_for(timeout=WAIT)
        page.keyboard.press(KEYS["stop"])
        status(page, "stopped")
        page.keyboard.press(KEYS["new"])
        page.locator(".st-key-train button:enabled").wait_for(timeout=WAIT)
        expect(page.locator(".st-key-wait-first input")).not_to_be_checked()
        page.keyboard.press(KEYS["wait_first"])
        expect(page.locator(".st-key-wait-first input")).to_be_checked(timeout=WAIT)


AT_ONCE = """after => {
  document.querySelector(".st-key-train button").click();
  setTimeout(() => document.querySelector(".st-key-wait-first input")?.click(), after);
}"""


def test_train_is_not_forgotten_when_something_else_is_pressed_before_the_page_has_answered(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_toys}/{LONG_ON_TOYS}&show=all")
        runs: list[int] = []
        for after in (0, 25, 60):  # milliseconds
            page.locator(".st-key-train button:enabled").wait_for(timeout=WAIT)
            page.evaluate(AT_ONCE, after)
            page.locator(".st-key-do-stop button:enabled").wait_for(timeout=WAIT)
            page.wait_for_url("**run=*", timeout=WAIT)
            runs.append(int(re.findall(r"run=(\d+)", page.url)[0]))
            page.keyboard.press(KEYS["stop"])
            status(page, "stopped")
            page.keyboard.press(KEYS["new"])
    assert runs == [*range(runs[0], runs[0] + 3)], "each press started one run"
