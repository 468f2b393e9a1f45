"""The share of the processor's cores that a training may use while several people train.

On Linux, where the threads of a process can be kept to some of the cores at any time. Elsewhere a
training's low priority has to do. What a network learns does not depend on it: the number of
threads stays the same, so that all sums are made in the same order.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from digitapp.errors import StoreProblem
from digitapp.runs import RunStore, limits, queue
from digitapp.runs.queue import TrainingRun

LOOKS_EVERY = 2.0  # seconds
TASKS = Path("/proc/self/task")


def share(
    training: Sequence[TrainingRun], run: int, cores: Sequence[int], most: int | None = None
) -> list[int]:
    """Return the cores that a run may use.

    The cores are divided evenly among the people whose runs are trained, the house being one of
    them, and what a person gets among that person's runs. If there are fewer cores than people,
    some share one. A run of the house alone may use all of them.

    Args:
        training: all runs being trained on this machine.
        cores: their numbers, at least one.
        most: cores that one person other than the house may use; None for no limit.
    """
    people = sorted({each.person for each in training})
    whose = {each.run: each.person for each in training}
    if run not in whose or people == [""]:
        return list(cores)
    person = whose[run]
    mine = _part(cores, people.index(person), len(people))
    if person:
        mine = mine[:most]
    runs = sorted(each for each, other in whose.items() if other == person)
    return _part(mine, runs.index(run), len(runs))


def _part(cores: Sequence[int], place: int, parts: int) -> list[int]:
    """Return one of some equal parts, which are disjoint unless there are more parts than cores."""
    count = len(cores)
    part = list(cores[place * count // parts : (place + 1) * count // parts])
    return part if count >= parts else [cores[place % count]]


class CoreShare:
    """Keeps all threads of this process to the share of a run, as long as it is trained.

    Args:
        store: with all runs in it.
    """

    def __init__(self, store: RunStore, run: int) -> None:
        self._store, self._run = store, run
        self._all = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
        self._kept: list[int] = self._all
        self._next = 0.0

    def look(self) -> None:
        """Take the share that is due now, every few seconds."""
        if not self._all or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOKS_EVERY
        with suppress(StoreProblem):  # the next look is soon
            training = queue.look(self._store).training
            most = limits.most("cores")
            due = share(training, self._run, self._all, None if most is None else int(most))
            if due != self._all or self._kept != self._all:  # new threads may have been started
                keep_to(due)
            self._kept = due

    def release(self) -> None:
        """Let this process use all cores again."""
        if self._kept != self._all:
            keep_to(self._all)


def keep_to(cores: Sequence[int]) -> None:
    """Keep all threads of this process, and those that they start, to some cores, on Linux."""
    if sys.platform == "linux":
        for task in TASKS.iterdir():
            with suppress(OSError):  # it has ended
                os.sched_setaffinity(int(task.name), cores)
