"""A server and a browser for measuring what a person waits for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CANVAS = "canvas.upper-canvas"
PREDICTION = ".st-key-prediction"
WATCH = """
() => {
  const text = () => (document.querySelector('.st-key-prediction') || {}).textContent || '';
  window.waits = []; window.last = text(); window.up = null;
  document.addEventListener('mouseup', () => { window.up = performance.now(); }, true);
  new MutationObserver(() => {
    const now = text();
    if (now === window.last || !/^\\d/.test(now)) return;
    window.last = now;
    if (window.up === null) return;
    const up = window.up; window.up = null;
    requestAnimationFrame(() => window.waits.push(performance.now() - up));
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}
"""

Stroke = Sequence[Sequence[float]]


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(script: str, **environment: str) -> Iterator[str]:
    """Run a Streamlit script; gives its address at once, before it answers."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    process = subprocess.Popen(
        [*command, f"--server.port={port}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium: the system's, or else Playwright's own."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def open_page(page: Page, address: str, seconds: float = 60) -> None:
    """Go to the address as soon as the server answers, and wait for the canvas."""
    until = time.monotonic() + seconds
    while True:
        try:
            page.goto(address)
            break
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
    page.locator(CANVAS).first.wait_for(timeout=seconds * 1000)


def draw(page: Page, strokes: Sequence[Stroke], pause: float = 0.0) -> None:
    """Draw strokes with the mouse, their points in canvas pixels."""
    canvas = page.locator(CANVAS).first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for stroke in strokes:
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x, box["y"] + y)
            if number == 0:
                page.mouse.down()
        page.mouse.up()
        time.sleep(pause)
