"""A server and a browser, for tests and benchmarks that use the app like a user."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from playwright.sync_api import (
    TimeoutError as TooLate,
)

from digitapp.drawing.strokes import CANVAS_SIDE
from tests.browser.install import found

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STORED = "cookies,indexeddb,local_storage,cache_storage,service_workers"
CANVAS = "canvas.upper-canvas"
PREDICTION = ".st-key-prediction"
ANSWER = ".live-answer"
WAIT = 60_000

Stroke = Sequence[Sequence[float]]


def free_port() -> int:
    """Return a free TCP port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(script: str, store: Path | None = None, port: int = 0) -> Iterator[str]:
    """Run a Streamlit script; yield its URL at once, before the server answers.

    Args:
        store: the SQLite file of its runs; by default a temporary one.
        port: by default any free one.
    """
    with served(script, store, port) as found:
        yield found.address


@dataclass(frozen=True)
class Served:
    """A server: its URL, its process, and its output so far."""

    address: str
    process: int
    printed: Path

    @property
    def memory(self) -> int:
        """Return the process's memory in bytes, where there is /proc."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * 4096

    @property
    def processor_time(self) -> float:
        """Return the seconds of processor time that the process has spent, where there is /proc."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(
    script: str,
    store: Path | None = None,
    port: int = 0,
    options: Sequence[str] = (),
    root: Path = ROOT,
) -> Iterator[Served]:
    """Like `server`, with further Streamlit options, such as `--server.address=0.0.0.0`.

    Args:
        root: the checkout to serve the script of.
    """
    port = port or free_port()
    folder = tempfile.TemporaryDirectory()
    store, printed = store or Path(folder.name) / "runs.db", Path(folder.name) / "printed"
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [*command, f"--server.port={port}", *options],
            cwd=root,
            env={
                **os.environ,
                "PYTHONPATH": str(root),
                "DIGITAPP_DATABASE_URL": f"sqlite:///{store}",
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Served(f"http://localhost:{port}", process.pid, printed)
    finally:
        _end(process)
        folder.cleanup()


def _end(process: subprocess.Popen) -> None:
    """Ask the server to end, and kill it if an open page makes that take long."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_up(address: str, seconds: float = 60) -> None:
    """Return as soon as the server answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5)
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextmanager
def chromium(options: Sequence[str] = ()) -> Iterator[Browser]:
    """Headless Chromium: the system's, or else Playwright's build.

    Args:
        options: further ones of its command line, such as `--remote-debugging-port=9222`.
    """
    with sync_playwright() as playwright:
        flags = [*CHROMIUM_FLAGS, *options]
        browser = playwright.chromium.launch(executable_path=found(), args=flags)
        yield browser
        browser.close()


class Chromium:
    """Headless Chromium shared by many tests, with its caches of downloaded and compiled scripts.

    Compiling Streamlit's scripts anew takes seconds each time.
    """

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._start = playwright.chromium.launch_persistent_context
        self._folder = folder
        self._windows: dict[str, BrowserContext] = {}

    @contextmanager
    def tab(self, width: int, height: int, phone: bool = False) -> Iterator[Page]:
        """Yield an empty tab of that size in pixels; its page's storage is deleted with it."""
        window = self._window(width, height, phone)
        others = [*window.pages]
        page = window.new_page()
        try:
            yield page
        finally:
            window.set_offline(False)
            _forget(window, page)
            for each in window.pages:
                if each not in others:
                    each.close()

    def close(self) -> None:
        """Close the browser."""
        for window in self._windows.values():
            window.close()

    def _window(self, width: int, height: int, phone: bool) -> BrowserContext:
        name = f"{width}-{height}-{phone}"
        if name not in self._windows:
            self._windows[name] = self._start(
                self._folder / name,
                executable_path=found(),
                args=CHROMIUM_FLAGS,
                viewport={"width": width, "height": height},
                is_mobile=phone,
                has_touch=phone,
            )
        return self._windows[name]


def _forget(window: BrowserContext, page: Page) -> None:
    window.clear_cookies()
    window.clear_permissions()
    if not page.is_closed() and page.url.startswith("http"):
        devtools = window.new_cdp_session(page)
        origin = "/".join(page.url.split("/")[:3])
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})


def open_app(page: Page, address: str) -> None:
    """Go to the URL and wait for the canvas."""
    wait_until_up(address)
    page.goto(address)
    page.locator(CANVAS).first.wait_for(timeout=WAIT)


def draw(page: Page, strokes: Sequence[Stroke]) -> None:
    """Draw strokes with the mouse; points are in units of the drawing, whatever size is shown."""
    for stroke in strokes:
        for number, (x, y) in enumerate(on_page(page, stroke)):
            page.mouse.move(x, y)
            if number == 0:
                page.mouse.down()
        page.mouse.up()


def on_page(page: Page, points: Stroke) -> list[tuple[float, float]]:
    """Return points of a drawing as places in the window, with the canvas scrolled into view."""
    canvas = page.locator(CANVAS).first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    scale = box["width"] / CANVAS_SIDE
    return [(box["x"] + x * scale, box["y"] + y * scale) for x, y in points]


def touches(page: Page) -> Callable[[str, Sequence[Sequence[float]]], None]:
    """Return a function that sends a touch event, with fingers at points of the drawing."""
    devtools = page.context.new_cdp_session(page)

    def send(kind: str, points: Sequence[Sequence[float]]) -> None:
        fingers = enumerate(on_page(page, points))
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in fingers]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    return send


def sent_by(page: Page) -> list[bytes | str]:
    """Return a list that grows with each message from the page to the server."""
    sent: list[bytes | str] = []

    def note(frame: bytes | str) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    return sent


def answered(page: Page) -> None:
    """Wait until the server has answered what was just pressed: only then has the canvas it."""
    page.wait_for_timeout(200)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT)


def press_bar(page: Page, name: str) -> None:
    """Press the bar of a choice: the drawing was that."""
    page.get_by_role("button", name=f"It was a {name}", exact=True).click(timeout=WAIT)


def press(page: Page, name: str) -> None:
    """Press the app's button of that name, not one of the canvas's own small buttons."""
    page.locator("button", has_text=name).first.click()


def open_tab(page: Page, name: str) -> None:
    """Press a tab until it is open: a press during a redraw may be lost."""
    tab = page.get_by_role("tab", name=name)
    for _ in range(5):
        tab.click(timeout=WAIT)
        try:
            expect(tab).to_have_attribute("aria-selected", "true", timeout=2000)
            page.wait_for_timeout(300)  # an update still on its way would close it again
            expect(tab).to_have_attribute("aria-selected", "true", timeout=10)
            return
        except AssertionError:
            continue
    raise AssertionError(f"The tab {name} does not open.")


def choose(page: Page, box: Locator, name: str) -> None:
    """Choose an option of a select box; a list opened while the page scrolls closes again."""
    option = page.get_by_role("option", name=name).first
    for wait in (3_000, 3_000, WAIT):
        box.click(timeout=WAIT)
        try:
            option.click(timeout=wait)
            return
        except TooLate:
            if wait == WAIT:
                raise
