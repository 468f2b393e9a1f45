"""What all tries of one experiment, with different seeds, have come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitapp.errors import Diverged
from digitapp.library import experiment_outcomes
from digitapp.runs import Run, experiments
from digitapp.runs.records import DONE, FAILED
from digitapp.training.experiments import Experiment, may_diverge
from digitapp.training.lesson_words import percent
from digitapp.ui.shared.resources import store

MOST = 6
LOOKED_AT = 30  # of the starts, the latest: many may have been stopped, or be of the same seed
DIVERGED = "diverged"


class Try(NamedTuple):
    """One try: its seed, what each run reads right, and whether the page shows this one."""

    seed: int
    shares: tuple[str, ...]
    shown: bool


def tries(found: Experiment, name: str, shown: Sequence[Run | None]) -> list[Try]:
    """Return the tries that came to their end, by seed; none while there is only one.

    The one that the page shows is among them, however long ago it was; the others are the latest.
    The same seed gives the same networks once more, so that it counts once.

    Args:
        shown: the runs that the page shows, one of each variant.

    Raises:
        StoreProblem: when the store fails.
    """
    on_page = _try(found, shown, shown=True)
    told = {on_page.seed: on_page} if on_page else {}
    started = experiments.latest(store(), LOOKED_AT, name)
    known = store().several([number for each in started for number in each.runs])
    for numbers in (each.runs for each in started):
        if len(told) == MOST:
            break
        runs = [known[number] for number in numbers if number in known]
        each = _try(found, experiment_outcomes.of_variants(found, runs))
        if each:
            told.setdefault(each.seed, each)
    return [told[seed] for seed in sorted(told)] if len(told) > 1 else []


def _try(found: Experiment, runs: Sequence[Run | None], shown: bool = False) -> Try | None:
    """Return what the runs of all variants, of one seed, came to; None unless all have ended."""
    cells = [_cell(found, place, run) for place, run in enumerate(runs)]
    seeds = {run.spec.seed for run in runs if run}
    if not all(cells) or len(seeds) != 1:
        return None
    return Try(seeds.pop(), tuple(cells), shown)


def _cell(found: Experiment, place: int, run: Run | None) -> str:
    """Return what a variant's run came to; empty if it has no result."""
    if run and run.status == DONE and run.test_accuracy is not None:
        return percent(run.test_accuracy)
    diverged = run and run.status == FAILED and run.error.startswith(Diverged.BEGINS)
    return DIVERGED if diverged and may_diverge(found, found.variants[place].label) else ""
