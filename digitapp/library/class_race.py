"""The race of a room: who stands where on each dataset, by the share of test images read right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digitapp.data.datasets import DATASETS
from digitapp.library import catalogue
from digitapp.runs import Run
from digitapp.runs.classroom_datasets import IN_CLASS, short_name
from digitapp.runs.classroom_race import Entry


@dataclass(frozen=True)
class Standing:
    """A person's best run in the race.

    Attributes:
        place: from 1; equal scores share a place, and the next one is left out.
        score: the share of test images that its network reads right, 0 to 1.
    """

    place: int
    entry: Entry
    score: float


@dataclass(frozen=True)
class Race:
    """The race on one dataset.

    Attributes:
        dataset: its name; of a person's own one, with whose it is.
        entries: all runs in it, in the order in which they were created.
        standings: each person's best run that has a score, the best first.
        differ: whether the runs were tested with different images, because their dataset has
            changed meanwhile.
    """

    dataset: str
    entries: tuple[Entry, ...]
    standings: tuple[Standing, ...]
    differ: bool

    @property
    def under_way(self) -> int:
        """How many of its runs are not over yet."""
        return sum(each.run.active for each in self.entries)

    @property
    def placed(self) -> tuple[Entry, ...]:
        """Its runs with those first that have a place, the best first."""
        first = [each.entry for each in self.standings]
        return (*first, *(each for each in self.entries if each not in first))


def races(entries: Iterable[Entry]) -> dict[str, Race]:
    """Return the race on each dataset, by its name; those with the most runs first.

    Two people's own datasets are two, whatever they are called.
    """
    by_dataset: dict[str, list[Entry]] = {}
    for each in entries:
        by_dataset.setdefault(dataset_of(each), []).append(each)
    found = sorted(by_dataset.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: race(name, runs) for name, runs in found}


def dataset_of(entry: Entry) -> str:
    """Return which race a run is in: the name of its dataset, with whose it is if it is private."""
    name = entry.run.spec.dataset
    shared = name in DATASETS or IN_CLASS.fullmatch(name)
    return name if shared else f"{catalogue.title(name)} of {entry.name}"


def title_of(dataset: str) -> str:
    """Return the title of a race's dataset."""
    return catalogue.title(short_name(dataset))


def race(dataset: str, entries: Sequence[Entry], scores: Mapping[int, float] | None = None) -> Race:
    """Return the race of these runs, which are all on one dataset.

    Args:
        scores: the share of test images that each network reads right, by run, where they were all
            tested again; by default what each run itself says.
    """
    known = _scores(entries) if scores is None else scores
    standings = _ranked(_best_of_each(entries, known), known)
    tested = {each.entry.run.fingerprint for each in standings}
    return Race(dataset, tuple(entries), tuple(standings), scores is None and len(tested) > 1)


def ended(run: Run) -> bool:
    """Whether a run is over and has left a network that was tested."""
    return not run.may_change and run.test_accuracy is not None


def _scores(entries: Iterable[Entry]) -> dict[int, float]:
    return {each.run.id: each.run.test_accuracy or 0.0 for each in entries if ended(each.run)}


def _best_of_each(entries: Iterable[Entry], scores: Mapping[int, float]) -> list[Entry]:
    """Return the best run of each person, of those that have a score, the best first.

    Of equal ones it is the smaller network, and then the shorter training.
    """

    def order(each: Entry) -> tuple[float, int, float, int]:
        run = each.run
        return -scores[run.id], run.parameters, run.seconds, run.id

    best: dict[str, Entry] = {}
    for each in sorted((each for each in entries if each.run.id in scores), key=order):
        best.setdefault(each.person, each)
    return [*best.values()]


def _ranked(ordered: Sequence[Entry], scores: Mapping[int, float]) -> list[Standing]:
    """Return the places of runs that are in order, the best first."""
    found: list[Standing] = []
    for number, each in enumerate(ordered, 1):
        score = scores[each.run.id]
        shared = found and found[-1].score == score
        found.append(Standing(found[-1].place if shared else number, each, score))
    return found
