"""The Train page in a browser: a live run, watched, reloaded, stopped, resumed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from tests.browser.conftest import opened
from tests.browser.session import CANVAS, PREDICTION, WAIT, Chromium, draw, server, wait_until_up
from tests.digits import DIGITS
from tests.tiny_runs import write_mnist

# Short epochs, and more of them than even a slow test needs.
LONG = "train?preset=dense-128&dataset=pen&validation_split=0.1&epochs=1000&train_size=5000"
LONG_ON_TOYS = "train?preset=dense-128&dataset=mnist&validation_split=0.1&epochs=1000&batch_size=32"
SHORT = "train?preset=dense-128&dataset=pen&validation_split=0.1&epochs=2&train_size=2000"
PLOT = ".st-key-loss-curve .js-plotly-plot"
EPOCHS = f"[...document.querySelector('{PLOT}').data[1].x].filter(at => at > 0).length"

RANGE = f"document.querySelector('{PLOT}').layout.xaxis.range"

# The lowest opacity of any element around the curve, sampled in every frame.
WATCH_OPACITY = f"""
() => {{
  window.faintest = 1;
  const look = () => {{
    for (let e = document.querySelector('{PLOT}'); e; e = e.parentElement)
      window.faintest = Math.min(window.faintest, getComputedStyle(e).opacity);
    requestAnimationFrame(look);
  }};
  look();
}}
"""


def start(page: Page, address: str, settings: str) -> None:
    """Open the page with these settings and press Train."""
    page.goto(f"{address}/{settings}")
    page.locator(".st-key-train button").click(timeout=WAIT)
    page.locator(PLOT).wait_for(timeout=WAIT)


def epochs_shown(page: Page) -> int:
    """Return how many epochs the loss curve shows."""
    return int(page.evaluate(EPOCHS))


def wait_for_epochs(page: Page, count: int) -> None:
    page.wait_for_function(
        f"() => document.querySelector('{PLOT}') && {EPOCHS} >= {count}", timeout=WAIT
    )


def do(page: Page, name: str) -> None:
    """Press one of the run's buttons."""
    page.locator(f".st-key-do-{name} button").click(timeout=WAIT)


def status(page: Page, name: str) -> None:
    """Wait until this status is shown; a rerun may show the old one a moment longer."""
    expect(page.locator(".st-key-status", has_text=name).first).to_be_visible(timeout=WAIT)


def zoom(page: Page) -> list[float]:
    """Zoom into the loss curve; return which epochs it shows then."""
    whole = page.evaluate(f"{RANGE}[1]")
    box = page.locator(f"{PLOT} .nsewdrag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 120, steps=5)
    page.mouse.up()
    page.wait_for_function(f"() => {RANGE}[1] < 0.9 * {whole}")
    return list(page.evaluate(RANGE))


def test_a_training_is_watched_reloaded_stopped_resumed_and_used(
    browser: Chromium, address: str
) -> None:
    with opened(browser, "wide") as page:
        start(page, address, LONG)
        wait_for_epochs(page, 3)
        assert "run=" in page.url

        page.reload()
        wait_for_epochs(page, 4)
        with opened(browser, "phone") as second:
            second.goto(page.url)
            wait_for_epochs(second, 5)

        do(page, "stop")
        status(page, "stopped")
        expect(page.locator(".st-key-scores")).to_contain_text("Test accuracy")
        before = epochs_shown(page)

        do(page, "resume")
        status(page, "running")
        wait_for_epochs(page, before + 1)
        do(page, "stop")
        status(page, "stopped")

        page.locator(".st-key-use button").click()
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, DIGITS[3])
        expect(page.locator(PREDICTION)).to_have_text(re.compile(r"^\s*3\s+\d"), timeout=WAIT)
        reader = page.locator(".st-key-model input")
        expect(reader).to_have_value(re.compile(r"Run \d+: dense 128"))


@pytest.fixture(scope="class")
def going_on(browser: Chromium, with_toys: str) -> Iterator[str]:
    """The URL of an active run, which stays active after each test of the class."""
    with opened(browser, "wide") as page:
        start(page, with_toys, LONG_ON_TOYS)
        wait_for_epochs(page, 1)
        yield page.url
        do(page, "stop")
        status(page, "stopped")


class TestARunThatGoesOn:
    """One run for all these tests: each leaves it running."""

    def test_the_curve_grows_in_place_and_keeps_its_zoom(
        self, browser: Chromium, going_on: str
    ) -> None:
        with opened(browser, "wide") as page:
            page.goto(going_on)
            wait_for_epochs(page, 2)
            page.evaluate(f"window.plot = document.querySelector('{PLOT}')")
            page.evaluate(WATCH_OPACITY)
            zoomed = zoom(page)
            wait_for_epochs(page, epochs_shown(page) + 3)
            assert page.evaluate(f"window.plot === document.querySelector('{PLOT}')")
            assert page.evaluate("window.plot.layout.xaxis.range") == zoomed
            assert page.evaluate("window.faintest") == 1

    def test_a_run_can_be_paused_and_goes_on(self, browser: Chromium, going_on: str) -> None:
        with opened(browser, "phone") as page:
            page.goto(going_on)
            wait_for_epochs(page, 1)
            do(page, "pause")
            status(page, "paused")
            before = epochs_shown(page)
            do(page, "resume")
            status(page, "running")
            wait_for_epochs(page, before + 1)

    def test_a_learning_rate_that_is_none_is_refused_in_its_place(
        self, browser: Chromium, going_on: str
    ) -> None:
        with opened(browser, "wide") as page:
            page.goto(going_on)
            wait_for_epochs(page, 1)
            rate = page.get_by_label("Learning rate from now on")
            for typed in ("abc", "0.005"):
                rate.click()
                rate.press("Control+a")
                rate.press_sequentially(typed)
                rate.press("Tab" if typed == "abc" else "Enter")
                if typed == "abc":
                    refusal = page.get_by_text("Learning rate is 'abc'; it must be a number.")
                    expect(refusal).to_be_visible(timeout=WAIT)
                    expect(page.get_by_text("Now it is 0.001.")).to_be_visible()
                    expect(page.locator(".st-key-new")).to_be_visible()
            expect(page.get_by_text(re.compile("^Now it is"))).to_have_count(0, timeout=WAIT)
            expect(page.locator("[data-title^=Share], [aria-label^=Share]")).to_have_count(0)


@pytest.fixture(scope="module")
def zoomed(browser: Chromium, address: str) -> Iterator[tuple[Page, list[float]]]:
    """The page of a run that is done, and the epochs to which was zoomed while it went on."""
    with opened(browser, "wide") as page:
        start(page, address, SHORT)
        page.locator(f"{PLOT} .nsewdrag").wait_for()
        found = zoom(page)
        assert "done" not in page.locator(".st-key-status").first.inner_text()
        status(page, "done")
        yield page, found


@pytest.fixture(scope="module")
def finished(zoomed: tuple[Page, list[float]]) -> str:
    """The URL of a run that is done."""
    return zoomed[0].url


def test_the_zoom_is_kept_when_the_run_ends(zoomed: tuple[Page, list[float]]) -> None:
    page, found = zoomed
    page.get_by_role("tab", name="Mistakes").wait_for(timeout=WAIT)
    wait_for_epochs(page, 2)
    page.wait_for_function(f"found => String({RANGE}) === String(found)", arg=found)


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_a_finished_run_shows_its_mistakes(width: str, browser: Chromium, finished: str) -> None:
    with opened(browser, width) as page:
        page.goto(finished)
        expect(page.get_by_text("Its most confident mistakes")).to_be_visible(timeout=WAIT)
        matrix = page.locator(".st-key-confusion-matrix .js-plotly-plot")
        matrix.scroll_into_view_if_needed()
        box = matrix.locator(".nsewdrag").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 20, box["y"] + box["height"] / 20)
        expect(page.get_by_text("Images of 0 that were read as 0")).to_be_visible(timeout=WAIT)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.evaluate("window.innerWidth")


def test_a_run_goes_on_when_its_server_is_killed(
    browser: Chromium, toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_mnist(tmp_path / "datasets", toy, times=25)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    store = tmp_path / "runs.db"
    with server("app.py", store) as address:
        wait_until_up(address)
        with opened(browser, "wide") as page:
            start(page, address, LONG_ON_TOYS)
            wait_for_epochs(page, 2)
            before = epochs_shown(page)
            run = page.url.rpartition("run=")[2]
    with server("app.py", store) as address:
        wait_until_up(address)
        with opened(browser, "wide") as page:
            page.goto(f"{address}/train?run={run}")
            wait_for_epochs(page, before + 2)
            do(page, "stop")
            status(page, "stopped")
