"""The first visitor of a new server, who draws as soon as there is a canvas, in a fresh browser.

`python -m benchmarks.arrivals [CHECKOUT ...]` compares checkouts with a plain app and with a page
that has only a canvas; the apps take turns.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

from benchmarks import checkouts
from benchmarks.checkouts import Figures
from benchmarks.waits import SCRIPTS, WATCH, clear
from tests.browser.session import ROOT, chromium, draw, open_app, served
from tests.digits import DIGITS

ROUNDS = 5
BARE = "bare page"
FIRST, LATER = 3, (0, 2, 6, 8, 9)  # digits of one stroke, each read as another text
BETWEEN = 1.0  # seconds
LOST = 20_000  # milliseconds after which a stroke counts as lost


@dataclass(frozen=True)
class Visit:
    """Seconds from the server's start to the canvas; milliseconds from pen-up to each answer."""

    canvas: float
    answers: tuple[float | None, ...] = ()


def figures(roots: Sequence[Path]) -> dict[str, Figures]:
    """Return the medians of each app, over `ROUNDS`."""
    apps = {root.name: (root, SCRIPTS["digitapp"]) for root in roots}
    apps |= {"plain app": (ROOT, SCRIPTS["plain app"]), BARE: (ROOT, "benchmarks/bare_app.py")}
    visits: dict[str, list[Visit]] = {name: [] for name in apps}
    for _ in range(ROUNDS):
        for name, (root, script) in apps.items():
            visits[name].append(_visit(root, script, draws=name != BARE))
    return {name: _figures(each) for name, each in visits.items()}


def _visit(root: Path, script: str, draws: bool) -> Visit:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        started = time.monotonic()
        with served(script, root=root) as server:
            open_app(page, server.address)
            shown = time.monotonic() - started
            if not draws:
                return Visit(shown)
            page.evaluate(WATCH)
            answers = [_answer(page, DIGITS[FIRST][0])]
            for digit in LATER:
                clear(page)
                time.sleep(BETWEEN)
                answers += [_answer(page, stroke) for stroke in DIGITS[digit]]
    return Visit(shown, tuple(answers))


def _answer(page: Page, stroke: list[list[float]]) -> float | None:
    """Draw a stroke and return the milliseconds to its answer; None if there is none."""
    page.evaluate("window.watched.waits = []")
    draw(page, [stroke])
    try:
        page.wait_for_function("window.watched.waits.length > 0", timeout=LOST)
    except TooLate:
        return None
    time.sleep(BETWEEN)
    return float(page.evaluate("window.watched.waits[0]"))


def _figures(visits: Sequence[Visit]) -> Figures:
    found = {"from the server's start to the canvas, s": _told([each.canvas for each in visits])}
    if visits[0].answers:
        first = [each.answers[0] for each in visits]
        later = [wait for each in visits for wait in each.answers[1:]]
        found["a stroke drawn at once, from pen-up to the server's answer, ms"] = _told(first)
        found["later strokes, ms"] = _told(later)
    return found


def _told(values: Sequence[float | None]) -> str:
    """Return the median, with the lowest and the highest, and how many strokes were lost."""
    known = [value for value in values if value is not None]
    lost = f", {len(values) - len(known)} lost" if len(known) < len(values) else ""
    if not known:
        return f"none{lost}"
    middle, low, high = statistics.median(known), min(known), max(known)
    return f"{middle:.3g} ({low:.3g} to {high:.3g}){lost}"


if __name__ == "__main__":
    print("\n".join(checkouts.table(figures(checkouts.folders(sys.argv[1:])))))
