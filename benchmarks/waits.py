"""Waiting times of a user: for the canvas after the start, and for the server's answer to strokes.

The page's own answer is there while the pen moves: `benchmarks.live` measures it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from digitapp.jobs import worker
from digitapp.runs import RunStore
from digitapp.runs.records import RUNNING, STOP
from digitapp.training.spec import TrainingSpec
from tests.browser.session import chromium, draw, open_app, server
from tests.digits import DIGITS

SCRIPTS = {"digitapp": "app.py", "plain app": "benchmarks/plain_app.py"}
BUSY = TrainingSpec(dataset="pen", architecture="simple-cnn", epochs=1000)
STROKES = 50
THINKING = 3.0  # seconds from the canvas to the first stroke
BETWEEN = 0.7

# Records the time from pen-up to the first frame in which the server's reading has changed.
RECORD = '.st-key-prediction :is([data-testid="stHtml"], [data-testid="stHeading"])'
WATCH = """
() => {
  const text = () => (document.querySelector('RECORD') || {}).textContent || '';
  const state = window.watched = {waits: [], last: text(), up: null};
  document.addEventListener('mouseup', () => { state.up = performance.now(); }, true);
  new MutationObserver(() => {
    const now = text();
    if (now === state.last || !/^\\s*\\d/.test(now)) return;
    state.last = now;
    if (state.up === null) return;
    const up = state.up;
    state.up = null;
    requestAnimationFrame(() => state.waits.push(performance.now() - up));
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}
""".replace("RECORD", RECORD)


@dataclass(frozen=True)
class Waits:
    """Seconds to the canvas from starting the server; milliseconds from pen-up to the answer."""

    canvas: float
    first: float
    warm: list[float]

    @property
    def median(self) -> float:
        """The median of the warm answers."""
        return statistics.median(self.warm)

    @property
    def p95(self) -> float:
        """The 95th percentile of the warm answers."""
        return p95(self.warm)


def p95(waits: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(waits)[round(0.95 * (len(waits) - 1))]


def measure(script: str, training: bool = False) -> Waits:
    """Start a server and a browser, draw, and record the waiting times.

    Args:
        script: the Streamlit script to serve.
        training: train a network meanwhile, in a process like that of the Train page.
    """
    with chromium() as browser, store_with(BUSY if training else None) as store:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        started = time.monotonic()
        with server(script, store) as address:
            open_app(page, address)
            shown = time.monotonic() - started
            page.evaluate(WATCH)
            time.sleep(THINKING)
            waits = _draw_digits(page)
    return Waits(shown, waits[0], waits[1 : STROKES + 1])


@contextmanager
def store_with(spec: TrainingSpec | None) -> Iterator[Path]:
    """Yield the path of a store in which a run of this spec, if any, trains during the context."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "runs.db"
        store = RunStore(f"sqlite:///{path}")
        if spec is None:
            yield path
            return
        run = store.create(spec)
        worker.launch(store, run)
        while not store.points(run):
            time.sleep(0.1)
        yield path
        assert store.get(run).status == RUNNING, store.get(run)
        store.ask(run, STOP)
        while store.get(run).active:
            time.sleep(0.1)


def _draw_digits(page: Page) -> list[float]:
    waits: list[float] = []
    while len(waits) <= STROKES:
        for strokes in DIGITS.values():
            for stroke in strokes:
                waits.append(_wait(page, stroke))
            clear(page)
            time.sleep(BETWEEN)
    return waits


def clear(page: Page) -> None:
    """Press the app's Clear button or, if there is none, the canvas's own."""
    ours = page.locator("button", has_text="Clear")
    (ours if ours.count() else page.get_by_role("button", name="Reset canvas & history")).click()


def _wait(page: Page, stroke: list[list[float]]) -> float:
    page.evaluate("window.watched.waits = []")
    draw(page, [stroke])
    page.wait_for_function("window.watched.waits.length > 0", timeout=60_000)
    time.sleep(BETWEEN)
    return float(page.evaluate("window.watched.waits[0]"))


def report() -> list[str]:
    """Return rows of a Markdown table that compare the real app with the plain one."""
    ours = measure(SCRIPTS["digitapp"])
    busy = measure(SCRIPTS["digitapp"], training=True)
    plain = measure(SCRIPTS["plain app"])
    rows = {
        "from the server's start to the canvas, s": (ours.canvas, plain.canvas),
        "from the first stroke to the server's answer, ms": (ours.first, plain.first),
        "later strokes, median, ms": (ours.median, plain.median),
        "later strokes, 95th percentile, ms": (ours.p95, plain.p95),
        "later strokes while a network trains, median, ms; compared with no training": (
            busy.median,
            ours.median,
        ),
    }
    return [
        f"| {name} | {mine:.3g} | {other:.3g} | {mine / other:.2f} |"
        for name, (mine, other) in rows.items()
    ]
