"""Seconds from *Train* to the first point and the end: `python -m benchmarks.starting [FOLDER]`.

A real browser presses the button of a real server, for each preset: *cold*, without a process that
stands by; *at once*, on a page that was opened a moment before; and *warm*, when the process that
stands by has loaded everything, as when somebody has looked at the settings first. Of that process
the memory is measured, too. Compares checkouts, such as `. ../before`; older ones are always cold.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benchmarks import checkouts
from benchmarks.checkouts import Figures
from benchmarks.memory import process_memory
from digitapp.training.spec import PRESETS
from tests.browser.session import ROOT, Served, chromium, served, wait_until_up

PRESETS_OF_PEOPLE = [name for name in PRESETS if name != "recogniser"]  # that one takes an hour
WAYS = ("cold", "at once", "warm")
STANDBY = "DIGITAPP_STANDBY"
PATIENCE = 600.0
STILL_FOR = 3.0  # seconds without work after which a process has loaded everything
# Whether any curve has a value that is there.
DRAWN = """() => [...document.querySelectorAll('.st-key-loss-curve .js-plotly-plot')].some(
    plot => plot.data.some(trace => [...(trace.y || [])].some(Number.isFinite)))"""


def figures(root: Path = ROOT) -> Figures:
    """Return the seconds of each preset and way, and the memory of the process that stands by."""
    found = {}
    for preset in PRESETS_OF_PEOPLE:
        for way in WAYS if _has_standby(root) else WAYS[:1]:
            first, end, memory = _measured(root, preset, way)
            found[f"{preset}, {way}: first point / end, s"] = f"{first:.1f} / {end:.1f}"
            if memory:
                found["the process that stands by, RSS / PSS / USS, MB"] = memory
    return found


def _has_standby(root: Path) -> bool:
    return (root / "digitapp" / "jobs" / "standby.py").exists()


def _measured(root: Path, preset: str, way: str) -> tuple[float, float, str]:
    """Return seconds to the first point and to the end; and the memory of what stands by."""
    with (
        _setting("no" if way == "cold" else "yes"),
        tempfile.TemporaryDirectory() as folder,
        served("app.py", Path(folder) / "runs.db", root=root) as server,
        chromium() as browser,
    ):
        wait_until_up(server.address)
        page, memory = browser.new_page(viewport={"width": 1400, "height": 1000}), ""
        page.goto(f"{server.address}/train?preset={preset}")
        button = page.locator(".st-key-train button")
        button.wait_for(timeout=PATIENCE * 1000)
        if way == "warm":
            memory = process_memory(_loaded(server))
        began = time.monotonic()
        button.click()
        first = _drawn(page) - began
        return first, _over(Path(folder) / "runs.db") - began, memory


@contextmanager
def _setting(value: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(STANDBY, value)
        yield


def _drawn(page: Page) -> float:
    """Wait for the first point of a curve; return when it was there."""
    page.wait_for_function(DRAWN, timeout=PATIENCE * 1000)
    return time.monotonic()


def _over(store: Path) -> float:
    """Wait for the end of the run; return when that was."""
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        with closing(sqlite3.connect(store)) as connection:
            ((status, error),) = connection.execute("SELECT status, error FROM runs").fetchall()
        assert status in ("queued", "running", "done"), error
        if status == "done":
            return time.monotonic()
        time.sleep(0.05)
    raise AssertionError("The run did not end.")


def _loaded(server: Served) -> int:
    """Wait until the process that stands by has nothing left to load; return its id."""
    latest = time.monotonic() + PATIENCE
    process, worked, since = 0, -1, 0.0
    while time.monotonic() < latest:
        time.sleep(0.1)
        process = process or _standing_by(server)
        now = _processor_time(process) if process else -1
        if now != worked:
            worked, since = now, time.monotonic()
        elif process and time.monotonic() - since > STILL_FOR and _has_tensorflow(process):
            return process
    raise AssertionError("No process stands by.")


def _standing_by(server: Served) -> int:
    """Return the id of the server's process that stands by; 0 while there is none."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if b"--when-told" in words and int(parent) == server.process:
                return int(folder.name)
    return 0


def _processor_time(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _has_tensorflow(process: int) -> bool:
    return "libtensorflow" in Path(f"/proc/{process}/maps").read_text()


if __name__ == "__main__":
    checkouts.main(figures)
