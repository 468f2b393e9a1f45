"""Seconds and memory of commands, in a fresh process each: `python -m benchmarks.commands`.

Arguments: `[--strokes FILE] [CHECKOUT ...]`; the strokes are for `evaluate`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from benchmarks import checkouts
from benchmarks.checkouts import Figures
from digitapp.data import pen
from tests.browser.session import ROOT

PICTURES, SIDE = 1000, 112  # pictures, and the pixels of their sides
TIMES = {"predict, one picture": 5, "runs list": 5}  # the median of; others run once


def figures(root: Path = ROOT, strokes: Path | None = None) -> Figures:
    """Return seconds and peak megabytes of each command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures = draw(folder)
        commands = {
            "predict, one picture": ["predict", pictures[0]],
            f"predict, {PICTURES:,} pictures": ["predict", *pictures],
            "runs list": ["runs", "list"],
            "data list": ["data", "list"],
        }
        if strokes:
            commands["evaluate --strokes"] = ["evaluate", "--strokes", str(strokes)]
        return {
            f"{what}: s / MB": _measured(root, folder, command, TIMES.get(what, 1))
            for what, command in commands.items()
        }


def draw(folder: Path) -> list[str]:
    """Write pictures of digits, dark on light, and return their names."""
    images, _ = pen.generate(PICTURES, seed=2)
    names = []
    for number, image in enumerate(images):
        digit = Image.fromarray(255 - image).resize((SIDE - 32, SIDE - 32))
        picture = Image.new("L", (SIDE, SIDE), 255)
        picture.paste(digit, (16, 16))
        names.append(str(folder / f"{number}.png"))
        picture.save(names[-1])
    return names


def _measured(root: Path, folder: Path, command: Sequence[str], times: int) -> str:
    found = [run(root, folder / "runs.db", command) for _ in range(times)]
    seconds = statistics.median(seconds for seconds, _ in found)
    return f"{seconds:.2f} / {max(megabytes for _, megabytes in found):.0f}"


def run(root: Path, store: Path, command: Sequence[str]) -> tuple[float, float]:
    """Run a command of a checkout; return its seconds and its peak of resident megabytes.

    Processes that it starts itself are not counted.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "digitapp", *command],
        cwd=root,
        env=checkouts.environment(root, store),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command[:2]
    return time.perf_counter() - started, used.ru_maxrss / 1000


if __name__ == "__main__":
    checkouts.main_with_file(figures, "--strokes")
