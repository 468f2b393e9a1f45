"""What all tries of one experiment, with different seeds, have come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digitapp.errors import Diverged
from digitapp.library import experiment_outcomes
from digitapp.runs import Run, experiments
from digitapp.runs.records import DONE, FAILED
from digitapp.text.percent import NO_VALUE
from digitapp.training.experiments import TURNED, Experiment, experiment, may_diverge
from digitapp.training.lesson_words import percent
from digitapp.ui.shared import caching
from digitapp.ui.shared.resources import store

MOST = 6
LOOKED_AT = 30  # of the starts, the latest: many may have been stopped, or be of the same seed
DIVERGED = "diverged"


class Try(NamedTuple):
    """One try.

    Attributes:
        seed: of all its runs.
        shares: what each run reads right of the test images, in words.
        shown: whether the page shows this one.
        runs: one of each variant.
        tilted: what each reads right of tilted test images; empty where that is not measured.
    """

    seed: int
    shares: tuple[str, ...]
    shown: bool
    runs: tuple[Run, ...]
    tilted: tuple[str, ...] = ()


class Tries(NamedTuple):
    """Tries of an experiment, by seed.

    Attributes:
        listed: none while there is only one.
        more: whether there are others, earlier ones.
    """

    listed: list[Try]
    more: bool = False


def tries(found: Experiment, name: str, shown: Sequence[Run | None]) -> Tries:
    """Return the tries that came to their end; at most `MOST`.

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
        runs = [known[number] for number in numbers if number in known]
        each = _try(found, experiment_outcomes.of_variants(found, runs))
        if each:
            told.setdefault(each.seed, each)
    if len(told) < 2:
        return Tries([])
    latest = [*told.values()][:MOST]
    by_seed = sorted(latest, key=lambda each: each.seed)
    if found.measured == TURNED:
        by_seed = [_with_tilted(each, name) for each in by_seed]
    return Tries(by_seed, len(told) > MOST)


def _with_tilted(tried: Try, name: str) -> Try:
    shares = [_tilted(name, run.id, run.learned) for run in tried.runs]
    return tried._replace(tilted=tuple(share or NO_VALUE for share in shares))


@caching.data(max_entries=200, show_spinner=False)
def _tilted(name: str, run: int, learned: str) -> str:
    """Cached until the run's network changes, and `learned` with it; empty if not measured."""
    share = experiment_outcomes.turned(store(), experiment(name), store().get(run))
    return "" if share is None else percent(share)


def _try(found: Experiment, runs: Sequence[Run | None], shown: bool = False) -> Try | None:
    """Return what the runs of all variants, of one seed, came to; None unless all have ended."""
    cells = [_cell(found, place, run) for place, run in enumerate(runs)]
    there = tuple(run for run in runs if run)
    seeds = {run.spec.seed for run in there}
    if not all(cells) or len(seeds) != 1:
        return None
    return Try(seeds.pop(), tuple(cells), shown, there)


def _cell(found: Experiment, place: int, run: Run | None) -> str:
    """Return what a variant's run came to; empty if it has no result."""
    if run and run.status == DONE and run.test_accuracy is not None:
        return percent(run.test_accuracy)
    diverged = run and run.status == FAILED and run.error.startswith(Diverged.BEGINS)
    return DIVERGED if diverged and may_diverge(found, found.variants[place].label) else ""
