"""Comparison of runs: groups that differ only in the seed, differing settings, curves, measures."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digitapp.runs import Run
from digitapp.runs.records import LEAST_JUDGED
from digitapp.text.percent import counted_percent
from digitapp.training.history import Epoch, after_epochs, smoothed
from digitapp.training.settings import SETTINGS, as_text
from digitapp.training.spec import TrainingSpec

NOT_USED = "\N{EN DASH}"
ONLY_DENSE, ONLY_SGD = "hidden", "momentum"  # ignored by other networks and optimizers

Value = float | str | None
Histories = Mapping[int, Sequence[Epoch]]


@dataclass(frozen=True)
class Group:
    """Runs that differ only in the seed; usually a single one."""

    runs: tuple[Run, ...]

    @property
    def title(self) -> str:
        """Such as `Run 3: dense 128`, or `Runs 3, 5, 6: dense 128 (3 seeds)`."""
        first = self.runs[0]
        if len(self.runs) == 1:
            return f"Run {first.id}: {first.title}"
        numbers = ", ".join(str(run.id) for run in self.runs)
        seeds = len({run.spec.seed for run in self.runs})
        kind = "seeds" if seeds == len(self.runs) else "runs"
        return f"Runs {numbers}: {first.title} ({len(self.runs)} {kind})"

    @property
    def name(self) -> str:
        """Identifies the group while its runs stay the same."""
        return "-".join(str(run.id) for run in self.runs)


@dataclass(frozen=True)
class Band:
    """Mean and range of a metric over the runs of a group.

    Attributes:
        x: epochs, images or seconds, from 0 on if epoch 0 is known.
        mean: over all runs of the group.
        low, high: minimum and maximum over them; the same as `mean` for a single run.
    """

    x: list[float]
    mean: list[float]
    low: list[float]
    high: list[float]


@dataclass(frozen=True)
class Difference:
    """A setting in which runs differ.

    Attributes:
        name: of the setting, as in `SETTINGS`.
        values: one per run, as text.
    """

    name: str
    values: tuple[str, ...]

    @property
    def title(self) -> str:
        """The setting's title on the page."""
        return SETTINGS[self.name].title


@dataclass(frozen=True)
class Measure:
    """A quantity measured for each run.

    Attributes:
        title: its title on the page.
        of: returns its value for a run; None when it was not measured.
        share: whether it is a fraction from 0 to 1, shown in percent.
        is_score: whether higher is better, so that costs can be plotted against it.
    """

    title: str
    of: Callable[[Run], float | None]
    share: bool = False
    is_score: bool = False


@dataclass(frozen=True)
class Axis:
    """A measure of training progress, for the horizontal axis.

    Attributes:
        title: of the axis.
        at: returns a run's progress after each of these epochs.
    """

    title: str
    at: Callable[[Run, Sequence[Epoch]], list[float]]


def groups(runs: Iterable[Run]) -> list[Group]:
    """Group the runs that differ only in the seed, in the order given."""
    found: dict[TrainingSpec, list[Run]] = {}
    for run in runs:
        found.setdefault(replace(run.spec, seed=0), []).append(run)
    return [Group(tuple(members)) for members in found.values()]


def differences(runs: Sequence[Run]) -> list[Difference]:
    """Return the settings in which at least two of the runs differ."""
    rows = [Difference(name, tuple(_shown(run.spec, name) for run in runs)) for name in SETTINGS]
    return [row for row in rows if len(set(row.values)) > 1]


def band(group: Group, histories: Histories, metric: str, axis: str, smoothing: float = 0) -> Band:
    """Return a metric's mean and range, after the epochs that all started runs have reached.

    Epoch 0 is among them if it is known of all of these runs.

    Args:
        histories: the epochs of each run.
        metric: a field of `Epoch`.
        axis: an entry of `AXES`.
        smoothing: of each run's own line, from 0 (unchanged) to below 1 (flat).
    """
    lines = [_line(run, histories.get(run.id, ()), metric, axis, smoothing) for run in group.runs]
    known = [line for line in lines if line]
    numbers = sorted(set.intersection(*map(set, known))) if known else []
    points = [[line[number] for line in known] for number in numbers]
    x = [_mean([x for x, _ in each]) for each in points]
    values = [[y for _, y in each] for each in points]
    return Band(x, list(map(_mean, values)), list(map(min, values)), list(map(max, values)))


def pareto(points: Sequence[tuple[float, float]]) -> list[int]:
    """Return the indices of the points (cost, score) on the Pareto front, in order of cost.

    For each of them, no other point costs less and scores more. Of equal points, only the first is
    included. (V. Pareto, Manuale di economia politica, 1906.)
    """
    front: list[int] = []
    for place in sorted(range(len(points)), key=lambda p: (points[p][0], -points[p][1], p)):
        if not front or points[place][1] > points[front[-1]][1]:
            front.append(place)
    return front


def value_of(run: Run, name: str) -> Value:
    """Return a setting or a measure of a run: a number or text; None when it was not measured."""
    if name in MEASURES:
        return MEASURES[name].of(run)
    value = getattr(run.spec, name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else _shown(run.spec, name)


def formatted(run: Run, name: str) -> str:
    """Format a measure of a run, such as `97.64 %`; empty when it was not measured."""
    measure = MEASURES[name]
    value = measure.of(run)
    if value is None:
        return ""
    if measure.share:
        return counted_percent(value)
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.4g}"


def title_of(name: str) -> str:
    """Return the title of a setting or a measure on the page."""
    return MEASURES[name].title if name in MEASURES else SETTINGS[name].title


def _shown(spec: TrainingSpec, name: str) -> str:
    unused = (name == ONLY_DENSE and spec.architecture != "dense") or (
        name == ONLY_SGD and not spec.momentum
    )
    return NOT_USED if unused else as_text(spec, name)


def _line(
    run: Run, epochs: Sequence[Epoch], metric: str, axis: str, smoothing: float
) -> dict[int, tuple[float, float]]:
    """Return the run's progress and smoothed metric, by the number of each epoch that has it.

    Epoch 0 is not smoothed, nor are others with it: guessing would weigh on them for long.
    """
    at = dict(zip((epoch.number for epoch in epochs), AXES[axis].at(run, epochs), strict=True))
    start, curve = (
        after_epochs([epoch for epoch in epochs if bool(epoch.number) is counted], metric)
        for counted in (False, True)
    )
    values = [*start.y, *smoothed(curve.y, smoothing)]
    numbers = map(int, (*start.x, *curve.x))
    return {number: (at[number], value) for number, value in zip(numbers, values, strict=True)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _handwriting(run: Run) -> float | None:
    if not run.handwriting:
        return None
    right, total = run.handwriting
    return right / total if total >= LEAST_JUDGED else None


AXES: dict[str, Axis] = {
    "epoch": Axis("epoch", lambda run, epochs: [float(e.number) for e in epochs]),
    "images": Axis(
        "images seen", lambda run, epochs: [float(e.number * run.images) for e in epochs]
    ),
    "time": Axis(
        "training time in seconds, without pauses",
        lambda run, epochs: list(
            itertools.accumulate(e.seconds if e.number else 0.0 for e in epochs)
        ),
    ),
}

# A count of 0 is the value before training.
MEASURES: dict[str, Measure] = {
    "test_accuracy": Measure("Test accuracy", lambda r: r.test_accuracy, True, True),
    "best_val_accuracy": Measure(
        "Best validation accuracy", lambda r: r.best_val_accuracy, True, True
    ),
    "handwriting": Measure("My handwriting", _handwriting, True, True),
    "images_per_second": Measure("Images a second", lambda r: r.images_per_second, is_score=True),
    "parameters": Measure("Weights", lambda r: r.parameters or None),
    "seconds": Measure("Training time in seconds", lambda r: r.seconds or None),
    "epoch": Measure("Epochs trained", lambda r: r.epoch or None),
    "test_loss": Measure("Test loss", lambda r: r.test_loss),
}
