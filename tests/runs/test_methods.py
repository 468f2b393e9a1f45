"""The lists of all that a store can do, on which the tests of its faults depend."""

import inspect
from collections.abc import Callable

from digitapp.runs import Lease, RunStore
from tests.stores import READING, WRITING

# One that tells whether the store is busy, one that tries and may fail, a part of the others, and
# one that reads nothing.
OTHERS = {"busy", "tidy", "changing", "seen_by"}


def test_every_method_of_stores_and_leases_is_in_them() -> None:
    methods = {
        name
        for kind in (RunStore, Lease)
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }
    tried = {name for attempt in (*READING, *WRITING) for name in _called(attempt)}
    assert methods - tried == OTHERS


def _called(attempt: Callable[[RunStore], object]) -> tuple[str, ...]:
    return attempt.__code__.co_names if inspect.isfunction(attempt) else ()
