"""Processes that share out work in this one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def process_pool(
    processes: int, environment: Mapping[str, str] | None = None
) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes, which end with the context.

    They are spawned, not forked: a forked process would have the locks of this one's threads, such
    as TensorFlow's, but not the threads. So functions and arguments must be ones that can be
    pickled, and the processes do not know what was changed in this one.

    Args:
        environment: variables to be set in each process before it works.
    """
    with ProcessPoolExecutor(
        processes, get_context("spawn"), _set, (dict(environment or {}),)
    ) as pool:
        yield pool


def _set(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
