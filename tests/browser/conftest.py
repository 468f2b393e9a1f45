"""One server and one browser for all browser tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, expect, sync_playwright

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.runs import RunStore
from tests.browser.live_page import open_modules
from tests.browser.session import WAIT, Chromium, Served, open_app, served, wait_until_up
from tests.tiny_runs import TINY, trained_store, write_mnist

PAGES = "draw|inside|data|train|runs|handwriting|stress|room|wall|race"
BELOW_A_PAGE = re.compile(f"/({PAGES})/_stcore/")
REPLACED = re.compile("/media/[0-9a-f]+\\.(png|jpg)")
UNREACHED = re.compile(
    "net::ERR_|disconnected from server|WebSocket|still running|Client Error"
    "|Unable to preload|dynamically imported"
)
CLEARED = re.compile("\\.clearContext .*\n.*\\.clear .*\n.*\\.clear ")
SPECS = (TINY, replace(TINY, seed=1), replace(TINY, optimizer="sgd", learning_rate=0.05))
WIDTHS = {"wide": 1400, "phone": 390}

expect.set_options(timeout=WAIT)  # a busy machine takes longer than Playwright's five seconds


@pytest.fixture(scope="session")
def app_server() -> Iterator[Served]:
    """The app's server, which frees a visitor's resources two seconds after they leave."""
    with served("app.py", options=["--server.disconnectedSessionTTL=2"]) as found:
        yield from _light(found)


@pytest.fixture(scope="session")
def address(app_server: Served) -> str:
    return app_server.address


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        found = Chromium(playwright, tmp_path_factory.mktemp("chromium"))
        yield found
        found.close()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> RunStore:
    """A store of three runs, two of which differ only in the seed."""
    folder = tmp_path_factory.mktemp("runs")
    return trained_store(folder, toy, *(("", spec) for spec in SPECS))


@pytest.fixture(scope="session")
def with_runs(trained: RunStore) -> Iterator[str]:
    """The URL of a server with that store."""
    with served("app.py", Path(trained.database.url.removeprefix("sqlite:///"))) as found:
        for each in _light(found):
            yield each.address


@pytest.fixture(scope="session")
def with_toys(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[str]:
    """The URL of a server whose MNIST is the toy, 25 times: 5,000 images.

    Every training process reads it at once; Pen, all that the other servers have, takes seconds
    to be drawn.
    """
    folder = write_mnist(tmp_path_factory.mktemp("toys") / "datasets", toy, times=25)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(folder))
        with served("app.py") as found:
            for each in _light(found):
                yield each.address


def _light(found: Served) -> Iterator[Served]:
    """Yield a server; at the end of all tests, check that it has never loaded TensorFlow."""
    wait_until_up(found.address)
    yield found
    maps = Path("/proc", str(found.process), "maps")  # only Linux has it
    assert not maps.exists() or "tensorflow" not in maps.read_text()


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Chromium, address: str) -> Iterator[Page]:
    """The app in a fresh page; the test fails if the browser reports an error."""
    with opened(browser, request.param) as shown:
        open_app(shown, address)
        yield shown


@pytest.fixture
def modules(browser: Chromium) -> Iterator[Page]:
    """An empty page that can import the modules of `digitapp/live`, such as `/js/reading.js`."""
    with opened(browser, "wide") as shown:
        open_modules(shown)
        yield shown


@contextmanager
def opened(browser: Chromium, width: str, without_server: bool = False) -> Iterator[Page]:
    """A page; on exit, fail if the browser has reported an error.

    Args:
        without_server: whether it will at times not be reached, which the browser reports.
    """
    problems: list[str] = []
    with browser.tab(WIDTHS[width], 844, phone=width == "phone") as shown:
        shown.set_default_timeout(WAIT)
        shown.on("pageerror", lambda error: problems.extend(_thrown(error)))
        shown.on("console", lambda message: problems.extend(_problem(message)))
        yield shown
    assert not [each for each in problems if not (without_server and UNREACHED.search(each))]


def _thrown(error: Error) -> list[str]:
    """Return an uncaught error that is not harmless.

    Harmless: st_canvas clears a canvas, to fill it with a drawing, that it has just taken from the
    page.
    """
    where = error.stack or ""
    gone = error.message.endswith("(reading 'clearRect')") and CLEARED.search(where)
    return [] if gone else [f"{error.message} {where}"]


def _problem(message: ConsoleMessage) -> list[str]:
    """Return an error that is not harmless.

    Harmless: Streamlit requests its own URLs relative to the page's URL and gets a 404; and a
    picture may be replaced by the next before a slow browser has requested it.
    """
    address = message.location.get("url", "")
    told = f"{message.text} {address}"
    expected = BELOW_A_PAGE.search(address) or REPLACED.search(told)
    return [told] if message.type == "error" and not expected else []
