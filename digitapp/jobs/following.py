"""Training the runs of an experiment in one process, one after the other.

TensorFlow takes seconds of processor time to load. So the process that has trained one run of an
experiment goes on with the next, if nothing else waits before it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from digitapp.jobs import worker
from digitapp.runs import RunStore, queue
from digitapp.runs.records import DONE
from digitapp.runs.retrying import retry_while_busy


def execute_all(
    store: RunStore,
    run: int,
    interrupted: Callable[[], bool],
    start_tensorflow: Callable[[], None],
) -> None:
    """Train a run, and then those of its experiment that wait behind it.

    After a run that was stopped or failed, the others are left to processes of their own.

    Args:
        interrupted, start_tensorflow: as for `worker.execute`.

    Raises:
        UnknownName, Superseded, StoreProblem: as `worker.execute`.
    """
    following: int | None = run
    while following is not None:
        found = worker.execute(
            store, following, interrupted=interrupted, start_tensorflow=start_tensorflow
        )
        if found.status != DONE or interrupted():
            return
        following = _next(store, found.experiment)
        if following is not None:
            _forget()


def _next(store: RunStore, experiment: str) -> int | None:
    return retry_while_busy(lambda: queue.next_of_experiment(store, experiment))


def _forget() -> None:
    """Give back what the last network took; the next one is as if it were the first."""
    import keras

    keras.utils.clear_session()
    gc.collect()
