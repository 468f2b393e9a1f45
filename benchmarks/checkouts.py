"""Compare checkouts: a benchmark takes folders, such as `. ../before`, and has a column for each.

Without folders, it measures this checkout alone. All use this Python and its packages.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from tests.browser.session import ROOT

Figures = Mapping[str, str]  # by what was measured


def folders(arguments: Sequence[str]) -> list[Path]:
    """Return the checkouts named on the command line; by default this one."""
    return [Path(each).resolve() for each in arguments] or [ROOT]


def table(columns: Mapping[str, Figures]) -> list[str]:
    """Return a Markdown table with a column for each checkout."""
    rows = list(dict.fromkeys(name for column in columns.values() for name in column))
    lines = [f"| what | {' | '.join(columns)} |", "| --- " * (1 + len(columns)) + "|"]
    for name in rows:
        values = " | ".join(column.get(name, "") for column in columns.values())
        lines.append(f"| {name} | {values} |")
    return lines


def compare(measure: Callable[[Path], Figures], roots: Sequence[Path]) -> None:
    """Measure each checkout and print the table."""
    print("\n".join(table({root.name: measure(root) for root in roots})), flush=True)


def main(measure: Callable[[Path], Figures]) -> None:
    """Compare the checkouts named on the command line."""
    compare(measure, folders(sys.argv[1:]))


def main_with_file(measure: Callable[[Path, Path | None], Figures], option: str) -> None:
    """Compare the checkouts named on the command line, behind an option that names a file."""
    file, roots = file_and_folders(option)
    compare(lambda root: measure(root, file), roots)


def file_and_folders(option: str) -> tuple[Path | None, list[Path]]:
    """Return the file that an option of the command line names, and the checkouts behind it."""
    arguments, file = sys.argv[1:], None
    if arguments[:1] == [option]:
        file, arguments = Path(arguments[1]), arguments[2:]
    return file, folders(arguments)


def environment(root: Path, store: Path) -> dict[str, str]:
    """Return the environment of a command of this checkout."""
    return {
        **os.environ,
        "PYTHONPATH": str(root),
        "DIGITAPP_DATABASE_URL": f"sqlite:///{store}",
    }


@contextmanager
def training(root: Path, store: Path, dataset: str = "pen") -> Iterator[None]:
    """Train a network with the command line of a checkout, from its first epoch on."""
    settings = ["--dataset", dataset, "--architecture", "simple-cnn", "--epochs", "1000"]
    command = ["nice", sys.executable, "-m", "digitapp", "train", *settings]
    with tempfile.TemporaryFile() as printed:
        process = Popen(
            command, cwd=root, env=environment(root, store), stdout=printed, stderr=printed
        )
        try:
            while b"poch" not in os.pread(printed.fileno(), 10_000, 0):
                assert process.poll() is None, "the training has ended"
                time.sleep(0.1)
            yield
            assert process.poll() is None, "the training has ended"
        finally:
            process.kill()
            process.wait()
