"""A first and a second visit: seconds until the network answers in the page, and bytes to it.

`python -m benchmarks.visits [CHECKOUT ...]`: each server is new, and so is the browser's profile,
which the second visit uses again, in a browser that was started anew.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from benchmarks import checkouts
from benchmarks.checkouts import Figures
from benchmarks.live import READY
from tests.browser.session import CANVAS, ROOT, WAIT, Chromium, Served, served, wait_until_up

ROUNDS = 3
KINDS = {  # of what a browser fetches, by a part of its address; the first that fits
    "/vendor/": "TensorFlow.js",
    "/live/code/": "modules of the live answer",
    "/live/networks/": "network",
    "": "Streamlit and the canvas",
}
WEBSOCKET = "messages"
SETTLED = 2000  # milliseconds after the first answer is ready
BASE64 = 3 / 4  # bytes of a character


@dataclass
class Visit:
    """Seconds until the canvas, and the network, were there; bytes to the browser by kind."""

    canvas: float = 0
    ready: float = 0
    received: dict[str, float] = field(default_factory=dict)


def figures(root: Path = ROOT) -> Figures:
    """Return the medians of `ROUNDS` first and second visits."""
    visits = [_both(root) for _ in range(ROUNDS)]
    found = {}
    for number, (name, start) in enumerate(
        (("first visit", "the server's start"), ("second visit", "opening the page"))
    ):
        each = [both[number] for both in visits]
        found[f"{name}: from {start} to the canvas, s"] = _told([one.canvas for one in each])
        waits = [one.ready - one.canvas for one in each]
        found[f"{name}: from the canvas to the network in the page, s"] = _told(waits)
        for kind in (*KINDS.values(), WEBSOCKET):
            middle = statistics.median(one.received.get(kind, 0) for one in each)
            found[f"{name}: {kind}, kB"] = f"{middle / 1000:.0f}"
    return found


def _told(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _both(root: Path) -> tuple[Visit, Visit]:
    with (
        tempfile.TemporaryDirectory() as profile,
        sync_playwright() as playwright,
        ExitStack() as running,
    ):
        with _tab(playwright, profile) as page:
            started = time.monotonic()
            server = running.enter_context(served("app.py", root=root))
            first = _visit(page, server, started)
        with _tab(playwright, profile) as page:
            return first, _visit(page, server, time.monotonic())


@contextmanager
def _tab(playwright: Playwright, profile: str) -> Iterator[Page]:
    """Yield a tab of a browser with this profile."""
    browser = Chromium(playwright, Path(profile))
    with browser.tab(1400, 900) as page:
        yield page
    browser.close()


def _visit(page: Page, server: Served, started: float) -> Visit:
    """Open the page, and wait until all has arrived."""
    found = Visit()
    _count(page, found.received)
    wait_until_up(server.address)
    page.goto(server.address)
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    found.canvas = time.monotonic() - started
    page.wait_for_selector(READY, timeout=WAIT)
    found.ready = time.monotonic() - started
    page.wait_for_timeout(SETTLED)
    return found


def _count(page: Page, received: dict[str, float]) -> None:
    """Add up the bytes that arrive, as they are on the way: compressed, and none from the cache.

    The messages of the websocket are as they are when unpacked.
    """
    devtools = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}

    def requested(event: dict) -> None:
        address = event["request"]["url"]
        kinds[event["requestId"]] = next(kind for part, kind in KINDS.items() if part in address)

    def finished(event: dict) -> None:
        kind = kinds.get(event["requestId"], KINDS[""])
        received[kind] = received.get(kind, 0) + event["encodedDataLength"]

    def message(event: dict) -> None:
        length = len(event["response"]["payloadData"]) * BASE64
        received[WEBSOCKET] = received.get(WEBSOCKET, 0) + length

    devtools.on("Network.requestWillBeSent", requested)
    devtools.on("Network.loadingFinished", finished)
    devtools.on("Network.webSocketFrameReceived", message)
    devtools.send("Network.enable")


if __name__ == "__main__":
    checkouts.main(figures)
