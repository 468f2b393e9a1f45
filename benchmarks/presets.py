"""Train the classic projects' presets over three seeds: `python -m benchmarks.presets`.

Prints the table of docs/presets.md.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from digitapp.data.datasets import load
from digitapp.training.spec import PRESETS
from digitapp.training.trainer import Trained, train

SEEDS = (0, 1, 2)
REPORTED = {
    "nodes-and-layers": "no figure",
    "fashion-300-100": "about 88.9 % validation accuracy",
    "dense-512": "about 98 % test accuracy",
    "dense-128": "about 97.7 % test accuracy",
}


def row(name: str) -> str:
    """Return a preset's table row: mean and range of the accuracies over the seeds."""
    spec = PRESETS[name]
    data = load(spec.dataset)
    runs = [train(spec.changed({"seed": seed}), data) for seed in SEEDS]
    test = _mean_and_range([run.test_accuracy for run in runs])
    seconds = statistics.mean(run.seconds for run in runs)
    return f"| `{name}` | {REPORTED[name]} | {_validation(runs)} | {test} | {seconds:.0f} s |"


def _validation(runs: Sequence[Trained]) -> str:
    last = [run.history["val_accuracy"][-1] for run in runs if "val_accuracy" in run.history]
    return _mean_and_range(last) if last else "none held back"


def _mean_and_range(values: Sequence[float]) -> str:
    low, high = min(values) * 100, max(values) * 100
    return f"{statistics.mean(values) * 100:.2f} % ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    print("| preset | its source reports | validation accuracy | test accuracy | time |")
    print("| --- | --- | --- | --- | --- |")
    for preset in REPORTED:
        print(row(preset), flush=True)
