"""The live answer while the pen moves: updates a second, and waits from each move to the bars.

`python -m benchmarks.live [--strokes FILE] [CHECKOUT ...]` draws 20 digits for each of three
networks, at full speed and with the page's main thread four times as slow. A wait begins when the
browser receives a move, and ends when the page has painted the answer to it; what follows, on the
way to the screen, is not counted. Messages to the server are counted, too.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page

from benchmarks import checkouts
from benchmarks.checkouts import Figures
from benchmarks.classroom import percentile
from benchmarks.hand import Digit, Hand, digits, hand
from benchmarks.memory import ten_runs
from tests.browser.session import CANVAS, WAIT, choose, chromium, free_port, open_app, served

NETWORKS = {
    "dense-128": "Run 1: small-1",
    "simple CNN": "Run 2: small-2",
    "built-in network": "The built-in network",
}
SPEEDS = {1: "", 4: ", four times as slow"}
READY = '.live-answer[data-state="ready"]'
EMPTY = f'{READY}[data-digit="?"]'
LISTENING = 0.5  # seconds after pen-up in which messages are counted, too
PICKER = ".st-key-reader [role=combobox]"

# Notes the moves between pen-down and pen-up (also those that the browser merged into one event),
# the wait of each until a frame that answers it is painted, and what is sent to the server.
WATCH = f"""() => {{
  const empty = () => ({{moves: [], waits: [], updates: 0, drawn: 0, during: 0, after: 0}});
  const all = (window.watched = empty());
  window.begin = () => {{ Object.assign(all, empty()); }};
  const unanswered = [];
  let [down, up] = [null, -Infinity];
  const listen = (name, heard) => window.addEventListener(name, heard, true);
  listen('pointerdown', (event) => {{
    if (event.composedPath()[0].matches('{CANVAS}')) down = event.timeStamp;
  }});
  listen('pointermove', (event) => {{
    if (down === null) return;
    const times = event.getCoalescedEvents().map((each) => each.timeStamp);
    all.moves.push(...times);
    unanswered.push(...times);
  }});
  listen('pointerup', ({{timeStamp}}) => {{
    if (down === null) return;
    all.drawn += timeStamp - down;
    [down, up] = [null, timeStamp];
  }});
  const painted = new MessageChannel();  // its messages arrive after the frame
  painted.port1.onmessage = ({{data}}) => {{
    for (const moved of data) all.waits.push(performance.now() - moved);
  }};
  new MutationObserver(() => {{
    if (down !== null) all.updates += 1;
    painted.port2.postMessage(unanswered.splice(0));
  }}).observe(document.querySelector('.live-answer'), {{attributeFilter: ['data-revision']}});
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) {{
    if (down !== null) all.during += 1;
    else if (performance.now() < up + {1000 * LISTENING}) all.after += 1;
    return send.call(this, message);
  }};
}}"""


@dataclass(frozen=True)
class Watched:
    """What was noted while digits were drawn.

    Attributes:
        moves: when the browser received each, in milliseconds.
        waits: milliseconds from each until its answer was painted.
        updates: of the answer while the pen was down.
        drawn: milliseconds in which it was.
        during: messages to the server in that time.
        after: messages in the time after pen-up.
    """

    moves: list[float]
    waits: list[float]
    updates: int
    drawn: float
    during: int
    after: int

    def told(self, strokes: int) -> Figures:
        """Return the figures of that many strokes as text."""
        gaps = [later - sooner for sooner, later in pairwise(self.moves)]
        waits = " / ".join(f"{percentile(self.waits, share):.0f}" for share in (50, 95))
        return {
            "updates a second": f"{1000 * self.updates / self.drawn:.0f}",
            "from a move to the painted bars, median / 95th percentile, ms": waits,
            "moves a second": f"{1000 / percentile(gaps, 50):.0f}",
            "messages to the server while the pen was down": str(self.during),
            f"messages a stroke in the {LISTENING} s after": f"{self.after / strokes:.1f}",
        }


def figures(root: Path, drawings: Sequence[Digit]) -> dict[str, Figures]:
    """Return a column for each network."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(shutil.copy(ten_runs(), Path(folder) / "runs.db"))
        with (
            served("app.py", store, root=root) as server,
            chromium([f"--remote-debugging-port={port}"]) as browser,
        ):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            open_app(page, server.address)
            page.wait_for_selector(READY, timeout=WAIT)
            page.evaluate(WATCH)
            with hand(page, port) as drawer:
                return {
                    name: _network(page, drawer, title, drawings)
                    for name, title in NETWORKS.items()
                }


def _network(page: Page, drawer: Hand, title: str, drawings: Sequence[Digit]) -> Figures:
    choose(page, page.locator(PICKER).first, title)
    time.sleep(1)
    _drawn(page, drawer, drawings[:1])  # warms up
    found: dict[str, str] = {}
    for times, speed in SPEEDS.items():
        drawer.slow_down(times)
        told = _drawn(page, drawer, drawings)
        found |= {f"{name}{speed}": value for name, value in told.items()}
    drawer.slow_down(1)
    return found


def _drawn(page: Page, drawer: Hand, drawings: Sequence[Digit]) -> Figures:
    """Draw each digit on an empty canvas."""
    page.evaluate("begin()")
    for strokes in drawings:
        for stroke in strokes:
            drawer.draw(stroke)
            time.sleep(LISTENING)
        page.locator("button", has_text="Clear").first.click()
        page.wait_for_selector(EMPTY, timeout=WAIT)
    return Watched(**page.evaluate("watched")).told(sum(map(len, drawings)))


def main() -> None:
    """Measure the checkout that is named, or this one."""
    file, roots = checkouts.file_and_folders("--strokes")
    for root in roots:
        print("\n".join(checkouts.table(figures(root, digits(file)))), flush=True)


if __name__ == "__main__":
    main()
