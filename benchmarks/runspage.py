"""The Runs page: what a person waits for with 1,000 runs in the store, against the same with 20."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.manyruns import OVERLAID, RUNS, fill
from digitapp.runs import RunStore
from tests.browser.session import WAIT, chromium, open_app, server

TIMES = 5
TABLE = "[data-testid=stDataFrame] canvas"
CURVES = ".st-key-overlay .js-plotly-plot .legend"


def report() -> list[str]:
    """Rows of a Markdown table."""
    with chromium() as browser:
        many, few = (_measured(browser, count) for count in (RUNS, OVERLAID))
    what = (f"table of {RUNS:,} runs / of {OVERLAID}, ms", f"overlay of {OVERLAID} of them, ms")
    return [
        f"| Runs page, {name} | {ours:.0f} | {plain:.0f} | {ours / plain:.2f} |"
        for name, ours, plain in zip(what, many, few, strict=True)
    ]


def _measured(browser: Browser, count: int) -> tuple[float, float]:
    """Milliseconds from opening the page to the table, and to the curves of so many runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs.db"
        made = fill(RunStore(f"sqlite:///{path}"), count)
        chosen = made[:: max(1, count // OVERLAID)][:OVERLAID]
        with server("app.py", path) as address:
            open_app(browser.new_page(), address)  # the server has woken up
            page = browser.new_page(viewport={"width": 1400, "height": 1400})
            table = [_waited(page, f"{address}/runs", TABLE) for _ in range(TIMES)]
            ticked = f"{address}/runs?runs={_listed(chosen)}"
            curves = [_waited(page, ticked, CURVES) for _ in range(TIMES)]
    return statistics.median(table), statistics.median(curves)


def _waited(page: Page, address: str, what: str) -> float:
    page.goto("about:blank")
    started = time.monotonic()
    page.goto(address, wait_until="commit")
    page.locator(what).first.wait_for(timeout=WAIT)
    return 1000 * (time.monotonic() - started)


def _listed(runs: Sequence[int]) -> str:
    return ",".join(map(str, runs))


if __name__ == "__main__":
    print("\n".join(report()))
