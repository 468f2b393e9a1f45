"""What a person waits for: the canvas after the start, and the answer after each stroke."""

from __future__ import annotations

import statistics
import sys
import time

from playwright.sync_api import Page

from benchmarks.browser import PREDICTION, WATCH, chromium, draw, open_page, server

STROKES = 50
THINKING = 3.0


def zigzag(number: int) -> list[list[float]]:
    """A short stroke at a place of its own, so that each changes the drawing."""
    x, y = 30 + 37 * number % 200, 30 + 53 * number % 200
    return [[x + 3 * step, y + (17 * step * (number % 3 + 1)) % 40] for step in range(12)]


def measure(page: Page, address: str, started: float) -> dict[str, float]:
    """Seconds to the canvas and to the first answer, milliseconds of the warm ones."""
    open_page(page, address)
    shown = time.monotonic() - started
    page.evaluate(WATCH)
    time.sleep(THINKING)
    waits = [_wait(page, number) for number in range(STROKES + 1)]
    warm = sorted(waits[1:])
    return {
        "canvas_s": shown,
        "first_ms": waits[0],
        "median_ms": statistics.median(warm),
        "p95_ms": warm[round(0.95 * (len(warm) - 1))],
    }


def _wait(page: Page, number: int) -> float:
    page.evaluate("window.waits = []")
    draw(page, [zigzag(number)])
    page.wait_for_function("window.waits.length > 0", timeout=60_000)
    time.sleep(0.6)
    return float(page.evaluate("window.waits[0]"))


def main() -> None:
    """Measure the real app and the plain one and print both."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    scripts = {"digitapp": "app.py", "plain": "benchmarks/plain_app.py"}
    for _ in range(rounds):
        for name, script in scripts.items():
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 1400, "height": 1000})
                started = time.monotonic()
                with server(script) as address:
                    found = measure(page, address, started)
                    page.wait_for_selector(PREDICTION)
            print(name, *(f"{key} {value:.3g}" for key, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
