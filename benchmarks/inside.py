"""The network's picture on the Inside page while the pen moves: paintings a second, and their cost.

`python -m benchmarks.inside [--strokes FILE] [CHECKOUT ...]` draws 20 digits for each of four
networks, at full speed and with the page's main thread four times as slow. A frame's work is all
that the page does for it before the browser paints: preparing, reading, and updating the views.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

from benchmarks import checkouts
from benchmarks.checkouts import Figures
from benchmarks.classroom import percentile
from benchmarks.hand import Digit, Hand, digits, hand
from benchmarks.live import EMPTY, READY, SPEEDS
from benchmarks.memory import ten_runs, train
from tests.browser.session import CANVAS, WAIT, chromium, free_port, open_app, served

NETWORKS = {
    "dense-128": "run-1",
    "dense 300-100": "run-11",
    "simple CNN": "run-2",
    "built-in network": "recogniser",
}
PAUSE = 0.3  # seconds between strokes

# Counts, while the pen is down, the paintings of the network's picture and the updates of the
# answer; notes the milliseconds of work in each frame.
WATCH = f"""() => {{
  const empty = () => ({{ painted: 0, answered: 0, drawn: 0, work: [] }});
  const all = (window.watched = empty());
  window.begin = () => {{ Object.assign(all, empty()); }};
  let down = null;
  const listen = (name, heard) => window.addEventListener(name, heard, true);
  listen("pointerdown", (event) => {{
    if (event.composedPath()[0].matches("{CANVAS}")) down = event.timeStamp;
  }});
  listen("pointerup", ({{ timeStamp }}) => {{
    if (down !== null) all.drawn += timeStamp - down;
    down = null;
  }});
  const picture = document.querySelector(".live-inside-canvas").getContext("2d");
  const clear = picture.clearRect;
  picture.clearRect = function (...rectangle) {{
    if (down !== null) all.painted += 1;
    return clear.apply(this, rectangle);
  }};
  new MutationObserver(() => {{
    if (down !== null) all.answered += 1;
  }}).observe(document.querySelector(".live-answer"), {{ attributeFilter: ["data-revision"] }});
  const frame = window.requestAnimationFrame;
  window.requestAnimationFrame = (work) => frame.call(window, (at) => {{
    const began = performance.now();
    work(at);
    if (down !== null) all.work.push(performance.now() - began);
  }});
}}"""


def figures(root: Path, drawings: Sequence[Digit]) -> dict[str, Figures]:
    """Return a column for each network."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(shutil.copy(ten_runs(), Path(folder) / "runs.db"))
        train(store, 10, ["--hidden", "300,100"])
        with (
            served("app.py", store, root=root) as server,
            chromium([f"--remote-debugging-port={port}"]) as browser,
        ):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            found = {}
            for name, network in NETWORKS.items():
                open_app(page, f"{server.address}/inside?network={network}")
                page.wait_for_selector(f"{READY}, {EMPTY}", timeout=WAIT)
                page.wait_for_selector(".live-layer", timeout=WAIT)
                page.evaluate(WATCH)
                with hand(page, port) as drawer:
                    found[name] = _network(page, drawer, drawings)
            return found


def _network(page: Page, drawer: Hand, drawings: Sequence[Digit]) -> Figures:
    _draw(page, drawer, drawings[:1])  # warms up
    found: dict[str, str] = {}
    for times, speed in SPEEDS.items():
        drawer.slow_down(times)
        page.evaluate("begin()")
        _draw(page, drawer, drawings)
        seen = page.evaluate("watched")
        work = " / ".join(f"{percentile(seen['work'], share):.1f}" for share in (50, 95))
        found[f"network's picture: paintings a second{speed}"] = _rate(seen, "painted")
        found[f"updates of the answer a second{speed}"] = _rate(seen, "answered")
        found[f"work in a frame, median / 95th percentile, ms{speed}"] = work
    drawer.slow_down(1)
    return found


def _rate(seen: dict[str, float], what: str) -> str:
    return f"{1000 * seen[what] / seen['drawn']:.0f}"


def _draw(page: Page, drawer: Hand, drawings: Sequence[Digit]) -> None:
    """Draw each digit on an empty canvas."""
    for strokes in drawings:
        for stroke in strokes:
            drawer.draw(stroke)
            time.sleep(PAUSE)
        page.locator("button", has_text="Clear").first.click()
        page.wait_for_selector(EMPTY, timeout=WAIT)


def main() -> None:
    """Measure the checkout that is named, or this one."""
    file, roots = checkouts.file_and_folders("--strokes")
    for root in roots:
        print("\n".join(checkouts.table(figures(root, digits(file)))), flush=True)


if __name__ == "__main__":
    main()
