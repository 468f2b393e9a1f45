"""What all tries of one experiment, with different seeds, have come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitapp.errors import UnknownName, Unreadable
from digitapp.library import experiment_outcomes
from digitapp.runs import Run, experiments
from digitapp.runs.records import DONE
from digitapp.training.experiments import Experiment
from digitapp.training.lesson_words import percent
from digitapp.ui.shared.resources import store

MOST = 6


class Try(NamedTuple):
    """One try: its seed, what each run reads right, and whether the page shows this one."""

    seed: int
    shares: tuple[str, ...]
    shown: bool


def tries(found: Experiment, name: str, shown: Sequence[Run | None]) -> list[Try]:
    """Return the tries that trained to their end, by seed; none while there is only one.

    The same seed gives the same networks once more, so that it counts once.

    Args:
        shown: the runs that the page shows.

    Raises:
        StoreProblem: when the store fails.
    """
    there = {run.id for run in shown if run}
    told: dict[int, Try] = {}
    for started in reversed(experiments.latest(store(), MOST, name)):
        runs = experiment_outcomes.of_variants(found, _known(started.runs))
        done = [run for run in runs if run and run.status == DONE]
        scores = [run.test_accuracy for run in done if run.test_accuracy is not None]
        if len(scores) == len(runs):
            shares = tuple(map(percent, scores))
            seed = done[0].spec.seed
            before = told.get(seed)
            on_page = done[0].id in there or (before is not None and before.shown)
            told[seed] = Try(seed, shares, on_page)
    return [told[seed] for seed in sorted(told)] if len(told) > 1 else []


def _known(numbers: Sequence[int]) -> list[Run]:
    found = []
    for number in numbers:
        try:
            found.append(store().get(number))
        except (UnknownName, Unreadable):  # deleted just now, or damaged: it has no result
            continue
    return found
