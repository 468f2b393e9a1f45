"""Memory of the server, step by step: `python -m benchmarks.memory [--store FILE] [CHECKOUT ...]`.

RSS counts shared pages in full, PSS by their share, and USS not at all. Processes that the server
starts, such as the one that has TensorFlow loaded, are counted separately.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks import checkouts, recording
from benchmarks.checkouts import Figures
from tests.browser.session import ROOT, Served, served, wait_until_up
from tests.browser.visitor import Visitor, visit

NETWORKS, SESSIONS, STROKES = 10, 30, 4
ARCHITECTURES = ("dense", "simple-cnn", "lenet-5", "deep-cnn", "deeper-cnn")
STORE = Path(tempfile.gettempdir()) / "digitapp-bench" / "ten-runs.db"  # kept for the next time
SETTLED = 3.0  # seconds
PATIENCE = 120.0


def figures(root: Path = ROOT, store: Path | None = None) -> Figures:
    """Return megabytes of the server after each step.

    Args:
        store: with ten runs named `small-1` to `small-10`; by default made once and kept.
    """
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "runs.db"
        shutil.copy(store or ten_runs(), copy)
        strokes = recording.strokes(root, copy)
        with served("app.py", copy, root=root) as server:
            wait_until_up(server.address)
            found["after the start"] = memory(server)
            with visit(server.address) as visitor:
                visitor.open_page()
                found["after one page was opened"] = memory(server)
                _read(visitor, strokes[0])
                found["after a stroke"] = memory(server)
                for title in titles(copy):
                    _read(visitor, recording.read_by(strokes[1], title))
                found[f"after {NETWORKS} networks"] = memory(server)
            with ThreadPoolExecutor(SESSIONS) as pool:
                list(pool.map(lambda _: _session(server.address, strokes), range(SESSIONS)))
                found[f"after {SESSIONS} sessions"] = memory(server)
            found["processes that it started meanwhile"] = _children(server)
    return {f"{name}, RSS / PSS / USS, MB": value for name, value in found.items()}


def memory(server: Served) -> str:
    """Return the RSS, PSS and USS of the server's process once it is settled."""
    time.sleep(SETTLED)
    return process_memory(server.process)


def process_memory(process: int) -> str:
    """Return the RSS, PSS and USS of a process in megabytes."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.partition(":")[0]: int(line.split()[1]) for line in lines}
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return " / ".join(f"{each / 1000:.0f}" for each in (kilobytes["Rss"], kilobytes["Pss"], own))


def _children(server: Served) -> str:
    found = subprocess.run(
        ["pgrep", "-P", str(server.process)], check=False, capture_output=True, text=True
    )
    return ", ".join(process_memory(int(each)) for each in found.stdout.split()) or "none"


def _session(address: str, strokes: Sequence[BackMsg]) -> None:
    with visit(address) as visitor:
        visitor.open_page()
        for stroke in strokes[:STROKES]:
            recording.wait(visitor, stroke)


def _read(visitor: Visitor, stroke: BackMsg) -> None:
    """Send a stroke until it is read: the network may have to be loaded or converted first."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            recording.wait(visitor, stroke)
            return
        except AssertionError:
            if time.monotonic() > until:
                raise
            time.sleep(1)


def titles(store: Path) -> list[str]:
    """Return what the select box of networks shows for each run."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute("SELECT id, name FROM runs ORDER BY id LIMIT ?", (NETWORKS,))
        return [f"Run {number}: {name}" for number, name in rows]


def ten_runs() -> Path:
    """Return a store of ten small trained runs; it is made if it is not there."""
    if not STORE.exists():
        STORE.parent.mkdir(parents=True, exist_ok=True)
        new = STORE.with_suffix(".new")
        new.unlink(missing_ok=True)
        for number in range(NETWORKS):
            train(new, number, ["--architecture", ARCHITECTURES[number % len(ARCHITECTURES)]])
        new.rename(STORE)
    return STORE


def train(store: Path, number: int, settings: Iterable[str]) -> None:
    """Train a small network into a store."""
    small = ["--dataset", "pen", "--train-size", "500", "--epochs", "1", "--seed", str(number)]
    command = [sys.executable, "-m", "digitapp", "train", *small, "--name", f"small-{number + 1}"]
    subprocess.run(
        [*command, *settings],
        cwd=ROOT,
        env=checkouts.environment(ROOT, store),
        check=True,
        capture_output=True,
    )


if __name__ == "__main__":
    checkouts.main_with_file(figures, "--store")
