"""Thirty pages that draw at once: the server's processor time, beside that of thirty idle pages.

`python -m benchmarks.pages [CHECKOUT ...]`: nothing is sent while a pen moves (`benchmarks.live`
counts it), so a visitor here sends the recorded message of each finished stroke, and no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks import checkouts, recording
from benchmarks.checkouts import Figures
from tests.browser.session import ROOT, Served, served, wait_until_up
from tests.browser.visitor import Visitor, visit

PAGES = 30
EVERY = 2.0  # seconds between the strokes of each
ROUNDS = 8  # strokes of each
SETTLED = 5.0  # seconds


def figures(root: Path = ROOT) -> Figures:
    """Return seconds of processor time, and milliseconds a stroke."""
    strokes = recording.strokes(root)
    with served("app.py", root=root) as server, ExitStack() as open_pages:
        wait_until_up(server.address)
        visitors = [open_pages.enter_context(visit(server.address)) for _ in range(PAGES)]
        with ThreadPoolExecutor(PAGES) as pool:
            list(pool.map(Visitor.open_page, visitors))
            list(pool.map(lambda one: recording.wait(one, strokes[0]), visitors))
            time.sleep(SETTLED)
            idle = _spent(server, lambda: time.sleep(ROUNDS * EVERY))
            drawing = _spent(server, lambda: _all_draw(pool, visitors, strokes))
    each = 1000 * (drawing - idle) / (PAGES * ROUNDS)
    return {
        f"{PAGES} idle pages, s of processor time in {ROUNDS * EVERY:.0f} s": f"{idle:.2f}",
        f"{PAGES} pages, each with a stroke every {EVERY:.0f} s, the same": f"{drawing:.2f}",
        "a stroke, ms of processor time": f"{each:.1f}",
    }


def _all_draw(
    pool: ThreadPoolExecutor, visitors: Sequence[Visitor], strokes: Sequence[BackMsg]
) -> None:
    began = time.monotonic()

    def draw(number: int) -> None:
        for stroke in range(ROUNDS):
            due = began + (stroke + number / PAGES) * EVERY
            time.sleep(max(0.0, due - time.monotonic()))
            recording.wait(visitors[number], strokes[(stroke + 1) % len(strokes)])

    list(pool.map(draw, range(len(visitors))))


def _spent(server: Served, meanwhile: Callable[[], None]) -> float:
    """Return the seconds of processor time that the server spends meanwhile."""
    before = server.processor_time
    meanwhile()
    return server.processor_time - before


if __name__ == "__main__":
    checkouts.main(figures)
