"""Trainings of the same kind side by side, in processes of one thread each.

On two cores two small networks train 1.2 times as fast side by side as one after the other, each
with both cores: most of their operations are too short to be shared out well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from digitapp.process_pool import process_pool

Job = TypeVar("Job")
Result = TypeVar("Result")

PROCESSES = os.cpu_count() or 1
_THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def trained(work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """Carry out a function for each job, `PROCESSES` of them at a time.

    Args:
        work: a function of a module, whose argument and result can be pickled.

    Returns:
        the results in the order of the jobs, each as soon as it and those before it are there.
    """
    if PROCESSES == 1:
        yield from map(work, jobs)
        return
    with process_pool(PROCESSES, dict.fromkeys(_THREADS, "1")) as pool:
        yield from pool.map(work, jobs)
