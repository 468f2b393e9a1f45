"""How much a run's page asks of the store each time it is refreshed."""

import time
from dataclasses import replace

import numpy as np
import pytest

from digitapp.runs import RunStore, clock
from digitapp.runs.records import PAUSE, PAUSED, PAUSES, RUNNING, SNAPSHOT
from digitapp.runs.stored_arrays import pack_pauses, put
from digitapp.runs.tables import epochs
from tests.pages.train_page import checked, opened
from tests.queries import asked
from tests.tiny_runs import EPOCH, change

WHETHER_IT_GOES_ON = 2  # asked by the page, before the part of it that is refreshed
OF_THE_RUN, WHAT_IS_NEW = 2, 3


@pytest.fixture(autouse=True)
def nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a slow machine more time until a run counts as lost, which would be asked about."""
    monkeypatch.setattr(clock, "STALE_AFTER", 600.0)
    monkeypatch.setattr("digitapp.ui.classroom.here.KEPT", 600.0)  # nor is it asked for the room


def queries(run: int) -> int:
    """Return how many queries the page of a run needs when it is shown again."""
    app = opened({"pinned": np.zeros((28, 28), np.float32)}, run=run)
    with asked() as found:
        checked(app.run())
    return len(found)


def make_long(store: RunStore, run: int) -> None:
    """Give a run of two epochs many more, with a pause in each."""
    with store.database.begin() as connection:
        for number in range(3, 30):
            more = {**vars(replace(EPOCH, number=number)), "run": run}
            connection.execute(epochs.insert().values(more))
            put(connection, run, PAUSES, number, pack_pauses([number - 0.5]), alone=False)


def begun(store: RunStore, run: int, status: str, request: str = "") -> None:
    """Let a run look as if a process trained it."""
    heart = {"phase": "epochs", "test_accuracy": None, "heartbeat": time.time()}
    change(store, run, status=status, request=request, **heart)


def test_a_run_is_read_once_and_what_is_new_in_it_once_whatever_the_page_shows(
    runs: RunStore,
) -> None:
    assert runs.blob_epochs(1, SNAPSHOT), "its pinned digit is read with them"
    assert queries(1) == OF_THE_RUN + WHAT_IS_NEW
    for status, request in ((RUNNING, ""), (PAUSED, PAUSE)):
        begun(runs, 1, status, request)
        assert queries(1) == WHETHER_IT_GOES_ON + OF_THE_RUN + WHAT_IS_NEW


def test_a_long_run_with_many_pauses_needs_no_more_queries_than_a_short_one(
    runs: RunStore,
) -> None:
    begun(runs, 1, RUNNING)
    before = queries(1)
    make_long(runs, 1)
    begun(runs, 1, RUNNING)
    assert queries(1) == before
