"""Waiting times on the Runs page with 1,000 runs in the store, compared with 80 runs."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Position

from benchmarks.manyruns import OVERLAID, RUNS, fill
from digitapp.runs import RunStore
from tests.browser.session import CANVAS, WAIT, chromium, open_app, server

TIMES = 5
FEW = 80
TABLE = "[data-testid=stDataFrame] canvas"
CURVES = ".st-key-overlay .js-plotly-plot"
SHOWN = f"""count => {{ const plot = document.querySelector('{CURVES}');
return plot && plot.data.filter(trace => trace.showlegend).length === count; }}"""
FIRST_ROW: Position = {"x": 16, "y": 52}  # its tick box, in pixels of the table


@dataclass(frozen=True)
class Waits:
    """Milliseconds from the link to the table, from the URL to the table, from a tick to curves."""

    table: float
    opened: float
    curves: float


def report() -> list[str]:
    """Return rows of a Markdown table."""
    with chromium() as browser:
        many, few = (_measured(browser, count) for count in (RUNS, FEW))
    beside = f"{RUNS:,} runs in the store, compared with {FEW}"
    rows = {
        "from the link Runs to the table": (many.table, few.table),
        "from a new browser tab to the table": (many.opened, few.opened),
        f"from the tick of the {OVERLAID}th run to the curves of all": (many.curves, few.curves),
    }
    return [
        f"| {name}, ms; {beside} | {ours:.0f} | {plain:.0f} | {ours / plain:.2f} |"
        for name, (ours, plain) in rows.items()
    ]


def _measured(browser: Browser, count: int) -> Waits:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs.db"
        made = fill(RunStore(f"sqlite:///{path}"), count)
        with server("app.py", path) as address:
            page = browser.new_page(viewport={"width": 1400, "height": 1400})
            open_app(page, address)  # warms up the server
            rounds = [_round(page, address, made) for _ in range(TIMES)]
    return Waits(*map(statistics.median, zip(*rounds, strict=True)))


def _round(page: Page, address: str, made: Sequence[int]) -> tuple[float, float, float]:
    page.goto(address)
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    page.wait_for_timeout(1000)
    table = _timed(page.get_by_role("link", name="Runs").click, lambda: _see(page, TABLE))
    page.goto("about:blank")
    opened = _timed(lambda: page.goto(f"{address}/runs"), lambda: _see(page, TABLE))
    ticked = made[:: len(made) // OVERLAID][: OVERLAID - 1]  # they differ in more than the seed
    page.goto(f"{address}/runs?runs={','.join(map(str, ticked))}")
    _see_lines(page, OVERLAID - 1)
    page.wait_for_timeout(1000)
    grid = page.locator("[data-testid=stDataFrame]")
    curves = _timed(lambda: grid.click(position=FIRST_ROW), lambda: _see_lines(page, OVERLAID))
    return table, opened, curves


def _see(page: Page, what: str) -> None:
    page.locator(what).first.wait_for(timeout=WAIT)


def _see_lines(page: Page, count: int) -> None:
    page.wait_for_function(SHOWN, arg=count, timeout=WAIT)


def _timed(act: Callable[[], object], seen: Callable[[], object]) -> float:
    started = time.monotonic()
    act()
    seen()
    return 1000 * (time.monotonic() - started)


if __name__ == "__main__":
    print("\n".join(report()))
