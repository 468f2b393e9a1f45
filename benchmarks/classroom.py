"""Load test with a school class: response times while a network trains, and memory left behind.

`python -m benchmarks.classroom [CHECKOUT ...]` measures; the messages of a real browser are
recorded, and replayed by thirty concurrent visitors without a browser, who all open the page at
once. A hundred visitors draw less often, so that there are as many strokes a second.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks import checkouts, recording
from benchmarks.checkouts import Figures
from tests.browser.session import ROOT, Served, served, wait_until_up
from tests.browser.visitor import visit

CLASSES = {30: 2.0, 100: 20 / 3}  # visitors, and seconds between the strokes of each
FIRST, WARM = 40.0, 40.0  # seconds
LEAVING, TOGETHER = 200, 10  # visitors who draw and leave, and how many of them at a time
RECONNECT = 3  # seconds before the session of a disconnected visitor ends
SETTLED = 20.0


@dataclass(frozen=True)
class Waits:
    """Seconds from each stroke to its answer, and the server's processor time per warm stroke."""

    first: list[float]
    warm: list[float]
    processor: float


def figures(root: Path = ROOT) -> Figures:
    """Return the waits of each class of `CLASSES`, in milliseconds."""
    found = {}
    strokes = recording.strokes(root)
    for visitors, every in CLASSES.items():
        waits = answers(root, strokes, visitors, every)
        who = f"{visitors} visitors, a stroke every {every:.2g} s, beside a training"
        for name, each in (("first 40 s", waits.first), ("warm", waits.warm)):
            shares = " / ".join(f"{1000 * percentile(each, share):.0f}" for share in (50, 95, 99))
            found[f"{who}: {name}, median / 95th / 99th percentile, ms"] = shares
            found[f"{who}: strokes answered, {name}"] = str(len(each))
        found[f"{who}: processor time a stroke, ms"] = f"{1000 * waits.processor:.1f}"
    return found


def answers(root: Path, strokes: Sequence[BackMsg], visitors: int, every: float) -> Waits:
    """Let visitors open the page at once and draw, while a network trains."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "runs.db"
        with checkouts.training(root, store), served("app.py", store, root=root) as server:
            wait_until_up(server.address)
            began = time.monotonic()

            def visitor(number: int) -> list[tuple[float, float]]:
                return _drawing(server.address, strokes, began + number * every / visitors, every)

            with ThreadPoolExecutor(visitors + 1) as pool:
                spent = pool.submit(_processor_time, server, began)
                found = [wait for waits in pool.map(visitor, range(visitors)) for wait in waits]
    first = [wait for moment, wait in found if moment - began < FIRST]
    warm = [wait for moment, wait in found if moment - began >= FIRST]
    return Waits(first, warm, spent.result() / len(warm))


def _drawing(
    address: str, strokes: Sequence[BackMsg], start: float, every: float
) -> list[tuple[float, float]]:
    """Return when one visitor sent each stroke, and the wait for its answer.

    The next stroke comes when it is due, or as soon as the one before is answered.
    """
    found = []
    with visit(address) as visitor:
        visitor.open_page()
        for number in range(int((FIRST + WARM) / every)):
            due = start + number * every
            time.sleep(max(0.0, due - time.monotonic()))
            if time.monotonic() > start + FIRST + WARM:
                break
            sent = time.monotonic()
            found.append((sent, recording.wait(visitor, strokes[number % len(strokes)])))
    return found


def _processor_time(server: Served, began: float) -> float:
    """Return the seconds of processor time that the server spends in the warm part."""
    time.sleep(max(0.0, began + FIRST - time.monotonic()))
    before = server.processor_time
    time.sleep(max(0.0, began + FIRST + WARM - time.monotonic()))
    return server.processor_time - before


def percentile(waits: Sequence[float], share: int) -> float:
    """Return a percentile."""
    return sorted(waits)[round(share / 100 * (len(waits) - 1))]


def left_over() -> tuple[float, float]:
    """Return the server's memory in MB after one visitor, and after many more have left."""
    options = [f"--server.disconnectedSessionTTL={RECONNECT}"]
    strokes = recording.strokes()
    with served("app.py", options=options) as server:
        wait_until_up(server.address)
        _come_and_go(server.address, strokes)
        time.sleep(SETTLED)
        alone = server.memory / 2**20
        with ThreadPoolExecutor(TOGETHER) as pool:
            list(pool.map(lambda _: _come_and_go(server.address, strokes), range(LEAVING)))
        time.sleep(SETTLED)
        return alone, server.memory / 2**20


def _come_and_go(address: str, strokes: Sequence[BackMsg]) -> None:
    with visit(address) as visitor:
        visitor.open_page()
        for stroke in strokes[:4]:
            recording.wait(visitor, stroke)


def report() -> list[str]:
    """Return rows of a Markdown table."""
    alone, after = left_over()
    return [
        *(f"| {name} | {value} |" for name, value in figures().items()),
        f"| memory after one visitor, MB | {alone:.0f} |",
        f"| after {LEAVING} more, who each drew and left, MB | {after:.0f} |",
    ]


if __name__ == "__main__":
    checkouts.main(figures)
