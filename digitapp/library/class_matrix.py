"""What everyone's best network reads of everyone's latest drawing, found in the background.

One thread of the process reads for all who look: it loads one network after the other, lets it read
all drawings that it has not seen, and frees it. What it read is remembered.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from digitapp.errors import DigitappError
from digitapp.library import class_readings, drawn_datasets, models
from digitapp.library.class_readings import Read
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import Run, RunStore, classroom_wall, drawn_examples
from digitapp.runs.classroom_datasets import IN_CLASS
from digitapp.runs.classroom_wall import Ink, Sent

MOST_KEPT = 50_000  # readings, of 30 networks of 30 drawings each: those of some fifty lessons
MOST_PROBLEMS = 1_000

Key = tuple[str, int, str]  # the store's URL, a run, and what it has learned


@dataclass(frozen=True)
class Matrix:
    """What networks read of drawings, as far as it is known.

    Attributes:
        cells: by run and drawing.
        problems: why the network of a run cannot read, by run.
        waiting: how many networks have not read everything yet.
    """

    cells: Mapping[tuple[int, int], Read]
    problems: Mapping[int, str]
    waiting: int


THREADS = ThreadPoolExecutor(1, "class matrix")


class Drawn(NamedTuple):
    """A drawing that is read, and what it looks like."""

    sent: Sent
    ink: Ink


class Reader:
    """Reads drawings with the networks of runs, in the thread for that."""

    def __init__(self) -> None:
        self._read = RecentlyUsed[tuple[Key, int], Read](MOST_KEPT)
        self._problems = RecentlyUsed[Key, str](MOST_PROBLEMS)
        self._going: set[Key] = set()
        self._access = threading.Lock()

    def matrix(self, store: RunStore, runs: Sequence[Run], drawings: Mapping[int, Ink]) -> Matrix:
        """Return what is known, and begin to find out the rest.

        Args:
            store: as who asks sees it; she may read these runs.
            drawings: by id.
        """
        keys = {run.id: (store.database.url, run.id, run.learned) for run in runs}
        wanted = [(key, number) for key in keys.values() for number in drawings]
        known, problems = self._read.of(wanted), self._problems.of(keys.values())
        waiting = 0
        for run, key in keys.items():
            missing = {n: ink for n, ink in drawings.items() if (key, n) not in known}
            if missing and key not in problems:
                waiting += 1
                self._begin(store, key, run, missing)
        cells = {(key[1], number): read for (key, number), read in known.items()}
        return Matrix(cells, {key[1]: why for key, why in problems.items()}, waiting)

    def _begin(self, store: RunStore, key: Key, run: int, drawings: Mapping[int, Ink]) -> None:
        with self._access:
            if key in self._going:
                return
            self._going.add(key)
        THREADS.submit(self._find_out, store, key, run, drawings)

    def _find_out(self, store: RunStore, key: Key, run: int, drawings: Mapping[int, Ink]) -> None:
        try:
            predictor = models.load(models.of_run(run), store)
            read = class_readings.read
            self._read.keep({(key, n): read(predictor, ink) for n, ink in drawings.items()})
        except DigitappError as error:
            self._problems.keep({key: str(error)})
        finally:
            with self._access:
                self._going.discard(key)


READER = Reader()


def drawings_of(store: RunStore, room: str, dataset: str, most: int) -> list[Drawn]:
    """Return everyone's latest drawing for the race on a dataset, in the order of their making.

    On a class dataset it is the latest one that its networks do not learn from, whose class is
    known; otherwise the latest one on the class wall.

    Args:
        most: how many of them.

    Raises:
        UnknownName: when who asks is not in this room, or the dataset is gone.
        StoreProblem: when the store fails.
    """
    if IN_CLASS.fullmatch(dataset):
        return _for_test(store, dataset)[-most:]
    sent = latest_of_each(classroom_wall.sent(store, room))[-most:]
    inks = class_readings.inks(store, room, sent)
    return [Drawn(each, inks[each.id]) for each in sent if each.id in inks]


def _for_test(store: RunStore, dataset: str) -> list[Drawn]:
    known = drawn_examples.facts(store, dataset)
    names = dict(known.classes)
    kept = drawn_datasets.parts(known, drawn_examples.read(store, dataset)[0]).test
    last = {each.person: each for each, _ in sorted(kept, key=lambda pair: pair[0].id)}
    return [
        # Their numbers are others than those of drawings on the wall.
        Drawn(
            Sent(-each.id, each.person, each.created, "", 0.0, names[each.class_id], hidden=False),
            Ink(each.image, classroom_wall.kept_strokes(each.strokes)),
        )
        for each in sorted(last.values(), key=lambda each: each.id)
    ]


def latest_of_each(sent: Iterable[Sent]) -> list[Sent]:
    """Return the latest drawing of each person, in the order in which they were sent."""
    last = {each.person: each for each in sent}
    return sorted(last.values(), key=lambda each: each.id)


def right_counts(
    matrix: Matrix, runs: Sequence[int], drawings: Sequence[Sent]
) -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]:
    """Count what was read right, of what can be judged: by run, and by drawing.

    Returns:
        for each, how many were right, and how many can be judged.
    """
    by_run, by_drawing = dict.fromkeys(runs, (0, 0)), {each.id: (0, 0) for each in drawings}
    for run in runs:
        for each in drawings:
            read = matrix.cells.get((run, each.id))
            right = read.right(each.meant) if read else None
            if right is not None:
                by_run[run] = _counted(by_run[run], right)
                by_drawing[each.id] = _counted(by_drawing[each.id], right)
    return by_run, by_drawing


def _counted(count: tuple[int, int], right: bool) -> tuple[int, int]:
    return count[0] + right, count[1] + 1
