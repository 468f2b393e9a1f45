"""An experiment in a browser: started by one press, watched to its end, and led on from."""

from playwright.sync_api import expect

from tests.browser.conftest import opened
from tests.browser.session import WAIT, Chromium

PLOT = ".st-key-experiment-curves .js-plotly-plot"
OUTCOME = ".experiment-outcome"
WIDE_SIDEBAR = '[data-testid="stSidebar"]'


def test_an_experiment_is_started_watched_and_led_on_from(
    browser: Chromium, with_toys: str
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_toys}/train")
        page.locator(".st-key-experiment-shuffled-labels button").click(timeout=WAIT)
        expect(page.locator(".experiment-watch")).to_contain_text("random labels", timeout=WAIT)
        expect(page.locator(".st-key-do-stop button")).to_be_visible(timeout=WAIT)
        page.locator(PLOT).first.wait_for(timeout=WAIT)
        assert page.evaluate(f"document.querySelector('{PLOT}').layout.xaxis.range") == [0, 60]
        assert "experiment=shuffled-labels&runs=" in page.url
        expect(page.locator(WIDE_SIDEBAR)).not_to_be_visible()
        page.locator(".st-key-do-stop button").click()
        expect(page.locator(OUTCOME)).to_contain_text("nothing to compare", timeout=WAIT)
        shown = page.url

        page.get_by_role("link", name="Runs", exact=True).click()
        page.wait_for_url("**/runs*", timeout=WAIT)
        page.get_by_role("link", name="Train", exact=True).click()
        expect(page.locator(OUTCOME)).to_be_visible(timeout=WAIT)
        assert page.url == shown
        page.locator(".st-key-new button").click()
        expect(page.locator(".st-key-earlier-experiments button").first).to_contain_text(
            "Random labels", timeout=WAIT
        )


def test_an_experiment_is_held_by_keys_alone(browser: Chromium, with_toys: str) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_toys}/train?show=all")
        expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
        page.keyboard.press("y")
        expect(page.locator(".st-key-experiment-little-data button")).to_be_focused(timeout=WAIT)
        page.keyboard.press("Tab")
        expect(page.locator(".st-key-experiment-learning-rate button")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".st-key-do-stop button")).to_be_enabled(timeout=WAIT)
        page.locator(PLOT).first.wait_for(timeout=WAIT)
        page.keyboard.press("s")
        expect(page.locator(OUTCOME)).to_be_visible(timeout=WAIT)
        first = page.url
        page.keyboard.press("a")
        expect(page.locator(".st-key-do-stop button")).to_be_enabled(timeout=WAIT)
        assert page.url != first
        page.keyboard.press("s")
        expect(page.locator(OUTCOME)).to_be_visible(timeout=WAIT)
        page.keyboard.press("n")
        expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
