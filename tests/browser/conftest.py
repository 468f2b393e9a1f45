"""One server and one browser for all browser tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.session import chromium, open_app, server, wait_until_up

WIDTHS = {"wide": 1400, "phone": 390}


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with server("app.py") as url:
        wait_until_up(url)
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The app, opened afresh; the test fails when the browser reports an error of its own."""
    phone = request.param == "phone"
    context = browser.new_context(
        viewport={"width": WIDTHS[request.param], "height": 844},
        is_mobile=phone,
        has_touch=phone,
    )
    shown = context.new_page()
    problems: list[str] = []
    shown.on("pageerror", lambda error: problems.append(str(error)))
    shown.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    open_app(shown, address)
    yield shown
    context.close()
    assert not problems
