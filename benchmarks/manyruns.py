"""Read a store with 1,000 runs of 30 epochs: in one query, compared with one query per run.

`python -m benchmarks.manyruns` measures; `python -m benchmarks.manyruns sqlite:////tmp/many.db`
fills a store, for looking at the pages.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from benchmarks.predicting import milliseconds
from digitapp.runs import RunStore, rows
from digitapp.runs.records import DONE
from digitapp.runs.store import new_row
from digitapp.runs.tables import epochs, runs
from digitapp.training.history import Epoch
from digitapp.training.spec import TrainingSpec
from tests.postgres import install

RUNS, EPOCHS, OVERLAID = 1000, 30, 20
SEEDS = 4  # runs that differ only in the seed
IMAGES = 54_000


def fill(store: RunStore, count: int = RUNS, length: int = EPOCHS) -> list[int]:
    """Add finished runs to a store and return their ids, the oldest first.

    In each group of four, runs differ only in the seed. They have histories, but no networks.

    Args:
        store: the store to fill.
        count: number of runs.
        length: number of epochs of each run.
    """
    specs = [spec for _, spec in zip(range(count), _specs(length), strict=False)]
    with store.database.begin() as connection:
        connection.execute(runs.insert(), [_row(*each) for each in enumerate(specs)])
        newest = sa.select(runs.c.id).order_by(runs.c.id.desc()).limit(count)
        made = sorted(connection.execute(newest).scalars())
        connection.execute(epochs.insert(), [row for each in made for row in _epochs(each, length)])
    return made


def one_by_one(store: RunStore, ids: list[int]) -> None:
    """Read runs the plain way, with a query for each."""
    for run in ids:
        store.get(run)


def report() -> list[str]:
    """Return rows of a Markdown table; PostgreSQL is included only if it is installed."""
    programs = install.found()
    return _on_sqlite() + (_on_postgresql(programs) if programs else [])


def _on_sqlite() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return _measured(RunStore(f"sqlite:///{Path(folder) / 'runs.db'}"), "SQLite")


def _on_postgresql(programs: Path) -> list[str]:
    from tests.postgres import server

    with server.running(programs) as found:
        return _measured(RunStore(found.url(found.new_database())), "PostgreSQL")


def _measured(store: RunStore, kind: str) -> list[str]:
    made, where = fill(store), f"of {RUNS:,} runs of {EPOCHS} epochs, {kind}, ms"
    some = made[:: RUNS // OVERLAID]
    listed = milliseconds(store.all), milliseconds(lambda: one_by_one(store, made), rounds=1)
    curves = (
        milliseconds(lambda: store.epochs_of(some)),
        milliseconds(lambda: [store.epochs(run) for run in some]),
    )
    return [_line(f"the list {where}", *listed), _line(f"{OVERLAID} histories {where}", *curves)]


def _line(what: str, ours: float, plain: float) -> str:
    return f"| {what} | {ours:.3g} | {plain:.3g} | {ours / plain:.3f} |"


def _specs(length: int) -> Iterator[TrainingSpec]:
    """Yield combinations of settings; the seed varies fastest, then hidden layers and the rest."""
    widths = [(w,) for w in range(16, 529, 32)] + [(w, w // 2) for w in range(32, 513, 32)]
    rates, sizes = (0.0003, 0.001, 0.003, 0.01), (32, 64, 128)
    for dropout, size, rate, hidden in product((0.0, 0.2), sizes, rates, widths):
        for seed in range(SEEDS):
            yield TrainingSpec(
                hidden=hidden,
                learning_rate=rate,
                batch_size=size,
                dropout=dropout,
                epochs=length,
                seed=seed,
            )


def _row(number: int, spec: TrainingSpec) -> rows.Row:
    inputs = (784, *spec.hidden)
    weights = sum((a + 1) * b for a, b in zip(inputs, (*spec.hidden, 10), strict=True))
    score = _accuracy(number, spec.epochs)
    return {
        **new_row(spec, f"Try {number // SEEDS}", ""),
        **dict.fromkeys(("queued", "heartbeat"), 0.0),
        "status": DONE,
        "images": IMAGES,
        "batches": -(-IMAGES // spec.batch_size),
        "parameters": weights,
        "test_loss": 1 - score,
        "test_accuracy": score,
        "tags": json.dumps([] if number % 3 else ["tried"]),
        "starred": number % 6 == 3,
    }


def _epochs(run: int, length: int) -> list[rows.Row]:
    return [rows.epoch_row(run, _epoch(run, number)) for number in range(1, length + 1)]


def _epoch(run: int, number: int) -> Epoch:
    accuracy = _accuracy(run, number)
    seconds = 0.5 + run % 10 / 10
    return Epoch(number, 1 - accuracy, accuracy, 1.1 - accuracy, accuracy - 0.01, 0.001, seconds)


def _accuracy(run: int, number: int) -> float:
    """Return a plausible accuracy, which grows ever more slowly, to a different level per run."""
    noise = np.sin(run * 12.9898 + number * 78.233) / 500
    return float(0.98 - run % 50 / 1000 - 0.3 / number + noise)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(f"{len(fill(RunStore(sys.argv[1])))} runs more are in the store.")
    else:
        print("| what | digitapp | plain | ratio |\n| --- | --- | --- | --- |")
        print(*report(), sep="\n")
