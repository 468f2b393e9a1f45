"""Load test with a school class: response times while a network trains, and memory left behind.

Run it with `python -m benchmarks.classroom`. The messages of one real browser session are
recorded, and then replayed by thirty concurrent visitors without a browser.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.live import BUSY, p95, store_with
from tests.browser.session import chromium, draw, open_app, served, wait_until_up
from tests.browser.visitor import Visitor, visit
from tests.digits import DIGITS

VISITORS, EVERY, LONG = 30, 2.0, 60.0  # seconds
LEAVING, TOGETHER = 200, 10  # visitors who draw and leave, and how many of them at a time
RECONNECT = 3  # seconds before the session of a disconnected visitor ends
SETTLED = 20.0
BETWEEN = 0.8
ANSWERED = re.compile(rb"after \d+ strokes?")  # part of every answer to a drawing


def report() -> list[str]:
    """Return rows of a Markdown table."""
    waits = answers()
    alone, after = left_over()
    return [
        f"| {VISITORS} visitors who draw every {EVERY:.0f} s while a network trains, median, ms | "
        f"{1000 * statistics.median(waits):.0f} |",
        f"| the same, 95th percentile, ms | {1000 * p95(waits):.0f} |",
        f"| memory after one visitor, MB | {alone:.0f} |",
        f"| after {LEAVING} more, who each drew and left, MB | {after:.0f} |",
    ]


def answers() -> list[float]:
    """Return the seconds from each stroke to its answer, while a network trains."""
    with store_with(BUSY) as store, served("app.py", store) as server:
        wait_until_up(server.address)
        strokes = recorded(server.address)
        with ThreadPoolExecutor(VISITORS) as pool:
            starts = [number * EVERY / VISITORS for number in range(VISITORS)]
            found = pool.map(lambda start: _drawing(server.address, strokes, start), starts)
            return [wait for waits in found for wait in waits]


def left_over() -> tuple[float, float]:
    """Return the server's memory in MB after one visitor, and after many more have left."""
    options = [f"--server.disconnectedSessionTTL={RECONNECT}"]
    with served("app.py", options=options) as server:
        wait_until_up(server.address)
        strokes = recorded(server.address)
        _come_and_go(server.address, strokes)
        time.sleep(SETTLED)
        alone = server.memory / 2**20
        with ThreadPoolExecutor(TOGETHER) as pool:
            list(pool.map(lambda _: _come_and_go(server.address, strokes), range(LEAVING)))
        time.sleep(SETTLED)
        return alone, server.memory / 2**20


def recorded(address: str) -> list[BackMsg]:
    """Record a browser's messages while all ten digits are drawn on top of each other."""
    sent: list[bytes | str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))  # noqa: PLW0108 - a function

    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.on("websocket", listen)
        open_app(page, address)
        page.wait_for_timeout(8000)  # the network is loaded
        opened = len(sent)
        _draw_all(page)
    messages = [BackMsg.FromString(frame) for frame in sent[opened:] if isinstance(frame, bytes)]
    return [message for message in messages if message.WhichOneof("type") == "rerun_script"]


def _draw_all(page: Page) -> None:
    for strokes in DIGITS.values():
        for stroke in strokes:
            draw(page, [stroke])
            page.wait_for_timeout(BETWEEN * 1000)


def _drawing(address: str, strokes: Sequence[BackMsg], start: float) -> list[float]:
    """Return one visitor's waits, without the first two: then, all visitors arrive at once."""
    waits = []
    with visit(address) as visitor:
        visitor.open_page()
        began = time.monotonic() + start
        for number in range(round(LONG / EVERY)):
            time.sleep(max(0.0, began + number * EVERY - time.monotonic()))
            waits.append(_wait(visitor, strokes[number % len(strokes)]))
    return waits[2:]


def _wait(visitor: Visitor, stroke: BackMsg) -> float:
    sent = time.monotonic()
    visitor.send(stroke)
    answer = visitor.until("script_finished")
    waited = time.monotonic() - sent
    read = any(ANSWERED.search(each.SerializeToString()) for each in answer)
    assert read, "the stroke was not read"
    return waited


def _come_and_go(address: str, strokes: Sequence[BackMsg]) -> None:
    with visit(address) as visitor:
        visitor.open_page()
        for stroke in strokes[:4]:
            _wait(visitor, stroke)


if __name__ == "__main__":
    print("| what | measured |\n| --- | --- |", *report(), sep="\n")
