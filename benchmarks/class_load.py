"""A class at work: thirty sessions, and a hundred, that draw a stroke every 2 s while one trains.

`python -m benchmarks.class_load [--sessions 30 100] [--seconds 300] [--pages 3]` starts a server
that is shared by many people, has all of them open the page at once, each with a cookie and a
websocket of its own, and prints a Markdown table. Some real pages in Chromium draw beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks import checkouts, class_pupils, recording
from benchmarks.checkouts import Figures
from benchmarks.class_pupils import Seen
from benchmarks.class_room import Rooms
from tests.browser.session import ROOT, Served, served, wait_until_up

SETTLING = 30.0  # seconds from opening the page, after which all is warm
SHARED = {"DIGITAPP_SHARED": "yes"}
SHARES = (50, 95, 99)
MEGABYTE = 2**20


@dataclass(frozen=True)
class Lesson:
    """What is measured.

    Attributes:
        sessions: without a browser.
        seconds: how long they draw.
        every: seconds between the strokes of each.
        pages: in Chromium, beside them.
        training: whether a network is trained meanwhile.
        room: whether all are in a room, and ask for its news.
        later: seconds after the lesson, in which all are gone, until memory is looked at again.
    """

    sessions: int
    seconds: float
    every: float
    pages: int
    training: bool
    room: bool
    later: float


@dataclass
class Costs:
    """What the server spent: seconds of processor time when warm, and bytes of memory."""

    processor: float = 0
    before: int = 0
    during: int = 0
    most: int = 0
    after: int = 0


def figures(lesson: Lesson) -> Figures:
    """Return what a lesson measured."""
    with tempfile.TemporaryDirectory() as folder, _environment():
        store = Path(folder) / "runs.db"
        training = checkouts.training(ROOT, store) if lesson.training else nullcontext()
        with training, served("app.py", store) as server:
            wait_until_up(server.address)
            rooms = Rooms(store) if lesson.room else None
            strokes = recording.of(server.address, rooms.enter if rooms else lambda cookie: None)
            seen, costs, pages = _taught(lesson, server, strokes, rooms)
    return _told(lesson, seen, costs, pages)


@contextmanager
def _environment() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in SHARED}
    os.environ.update(SHARED)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def _taught(
    lesson: Lesson, server: Served, strokes: Sequence[BackMsg], rooms: Rooms | None
) -> tuple[Seen, Costs, dict[str, list]]:
    """Give a lesson; return what pupils saw, what it cost, and what Chromium's pages waited."""
    addresses, costs = [server.address], Costs()
    first = class_pupils.lesson(addresses, strokes, 1, 0.2, time.monotonic() + 5, rooms)
    assert first.strokes, first.errors  # and all is loaded then
    costs.before = server.memory
    began = time.monotonic()
    pages = _pages(server.address, lesson) if lesson.pages else None
    watching = threading.Thread(target=_watch, args=(server, lesson, began, costs), daemon=True)
    watching.start()
    seen = class_pupils.lesson(
        addresses, strokes, lesson.sessions, lesson.every, began + lesson.seconds, rooms
    )
    watching.join()
    read = json.loads(pages.communicate()[0] or b"{}") if pages else {}
    if lesson.later:
        time.sleep(lesson.later)
        costs.after = server.memory
    return seen, costs, read


def _pages(address: str, lesson: Lesson) -> subprocess.Popen[bytes]:
    settings = [f"--pages={lesson.pages}", f"--seconds={lesson.seconds}", f"--every={lesson.every}"]
    command = [sys.executable, "-m", "benchmarks.class_pages", address, *settings]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def _watch(server: Served, lesson: Lesson, began: float, costs: Costs) -> None:
    """Note what the server spends between settling and the end."""
    time.sleep(max(0.0, began + SETTLING - time.monotonic()))
    before = server.processor_time
    while (left := began + lesson.seconds - 1 - time.monotonic()) > 0:
        time.sleep(min(left, 1))
        costs.during = server.memory
        costs.most = max(costs.most, costs.during)
    costs.processor = server.processor_time - before


def _told(lesson: Lesson, seen: Seen, costs: Costs, pages: dict[str, list]) -> Figures:
    start = min(moment for moment, _ in seen.openings)
    warm = [wait for moment, wait in seen.strokes if moment - start >= SETTLING]
    first = [wait for moment, wait in seen.strokes if moment - start < SETTLING]
    people = lesson.sessions + lesson.pages
    found = {
        "opening, all at once": milliseconds([wait for _, wait in seen.openings]),
        f"strokes in the first {SETTLING:.0f} s": milliseconds(first),
        "strokes after that": milliseconds(warm),
        "errors": f"{len(seen.errors)}" + _first_error(seen),
        "strokes answered in a second": f"{len(warm) / (lesson.seconds - SETTLING):.1f}",
        "processor time of the server a stroke": f"{1000 * costs.processor / len(warm):.1f} ms",
        "received by a session a stroke": f"{seen.received / len(seen.strokes) / 1000:.1f} kB",
        "memory of the server before": _megabytes(costs.before),
        "a session more": _megabytes((costs.during - costs.before) / people),
        "at most": _megabytes(costs.most),
    }
    if lesson.later:
        found[f"{lesson.later / 60:.0f} min after all have left"] = _megabytes(costs.after)
    if pages:
        record, live = zip(*pages["waits"], strict=True)
        found["Chromium: pen up to the server's answer"] = milliseconds([w / 1000 for w in record])
        found["Chromium: pen up to the live answer"] = milliseconds([w / 1000 for w in live])
        found["Chromium: errors"] = str(len(pages["errors"]))
    return found


def _first_error(seen: Seen) -> str:
    return f" ({seen.errors[0][1]})" if seen.errors else ""


def _megabytes(count: float) -> str:
    return f"{count / MEGABYTE:.1f} MB"


def milliseconds(waits: Sequence[float]) -> str:
    """Return the median, the 95th and the 99th percentile, the longest wait, and their number."""
    if not waits:
        return "none"
    ordered = sorted(waits)
    shares = [ordered[round(share / 100 * (len(ordered) - 1))] for share in SHARES]
    told = " / ".join(f"{1000 * each:.0f}" for each in (*shares, ordered[-1]))
    return f"{told} ms ({len(waits)})"


def main() -> None:
    """Measure the classes that the command line names, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[30, 100])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--every", type=float, default=2)
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--later", type=float, default=0)
    parser.add_argument("--no-training", action="store_true")
    parser.add_argument("--no-room", action="store_true")
    given = parser.parse_args()
    print("Waits: median / 95th / 99th percentile / longest (number)", flush=True)
    for sessions in given.sessions:
        how = (not given.no_training, not given.no_room, given.later)
        lesson = Lesson(sessions, given.seconds, given.every, given.pages, *how)
        rows = checkouts.table({f"{sessions} sessions": figures(lesson)})
        print("", *rows, sep="\n", flush=True)


if __name__ == "__main__":
    main()
