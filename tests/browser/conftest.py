"""One server and one browser for all browser tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.session import Served, chromium, open_app, served, wait_until_up

BELOW_A_PAGE = re.compile("/(train|runs|handwriting|stress)/_stcore/")
REPLACED = re.compile("/media/[0-9a-f]+\\.(png|jpg)$")
WIDTHS = {"wide": 1400, "phone": 390}


@pytest.fixture(scope="session")
def app_server() -> Iterator[Served]:
    """The app; what its visitors had is freed two seconds after they have gone."""
    with served("app.py", options=["--server.disconnectedSessionTTL=2"]) as found:
        wait_until_up(found.address)
        yield found


@pytest.fixture(scope="session")
def address(app_server: Served) -> str:
    return app_server.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The app, opened afresh; the test fails when the browser reports an error of its own."""
    with opened(browser, request.param) as shown:
        open_app(shown, address)
        yield shown


@contextmanager
def opened(browser: Browser, width: str) -> Iterator[Page]:
    """A page that fails at its end when the browser has reported an error of its own."""
    phone = width == "phone"
    context = browser.new_context(
        viewport={"width": WIDTHS[width], "height": 844}, is_mobile=phone, has_touch=phone
    )
    shown = context.new_page()
    problems: list[str] = []
    shown.on("pageerror", lambda error: problems.append(str(error)))
    shown.on("console", lambda message: problems.extend(_problem(message)))
    yield shown
    context.close()
    assert not problems


def _problem(message: ConsoleMessage) -> list[str]:
    """An error that is not harmless.

    Streamlit looks for its own addresses below the page's, and misses them; and a picture may be
    replaced by the next one before a slow browser has asked for it.
    """
    address = message.location.get("url", "")
    expected = BELOW_A_PAGE.search(address) or REPLACED.search(address)
    return [f"{message.text} {address}"] if message.type == "error" and not expected else []
