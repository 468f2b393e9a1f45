"""The single-file report, opened from disk without a network."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from digitapp.runs import RunStore
from digitapp.takehome.report import report
from tests.browser.conftest import opened
from tests.browser.session import Chromium
from tests.takehome.bundle.run_files import added

CHARTS = ["accuracy", "loss", "network"]
DRAWN = "() => [...document.querySelectorAll('.chart')].every(e => e.querySelector('.main-svg'))"
TEXT = "getComputedStyle(document.querySelector('#loss .xtitle')).fill"
HEADING = "getComputedStyle(document.querySelector('h1')).color"


@pytest.fixture
def path(store_url: str, tmp_path: Path) -> Path:
    """The report file of a run."""
    store = RunStore(store_url)
    found = tmp_path / "run-1.html"
    found.write_text(report(store, added(store)), "utf-8")
    return found


def shown(page: Page, path: Path) -> list[str]:
    """Open the file without a network; return the URLs it requested besides itself."""
    asked: list[str] = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function(DRAWN)
    return [url for url in asked if url != path.as_uri() and not url.startswith("data:")]


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_it_opens_offline_and_fits(width: str, browser: Chromium, path: Path) -> None:
    with opened(browser, width) as page:
        assert not shown(page, path)
        charts = page.evaluate("[...document.querySelectorAll('.chart')].map(e => e.id)")
        assert sorted(charts) == CHARTS
        lines = page.locator("#loss .scatterlayer path.js-line").count()
        assert lines >= 2
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.evaluate("window.innerWidth")


def test_its_charts_follow_the_dark_and_the_paper(browser: Chromium, path: Path) -> None:
    with opened(browser, "wide") as page:
        shown(page, path)
        colours = []
        for how in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"media": "print"}):
            page.emulate_media(**how)
            page.wait_for_function(f"() => {TEXT} === {HEADING}")
            colours.append(page.evaluate(TEXT))
        assert colours[0] == colours[2] != colours[1]
