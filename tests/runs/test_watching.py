"""Watching a run: each look reads only new data, and notices when old data is gone."""

import random
from typing import Any

import pytest
import sqlalchemy as sa

from digitapp.errors import Unreadable
from digitapp.figures.lines import MOST_POINTS, noisy
from digitapp.runs import Lease, RunStore, news
from digitapp.runs.news import News
from digitapp.runs.records import (
    CHECKPOINT,
    CLASSES,
    FIRST_LAYER,
    GUESSES,
    NEW_RATES,
    PAUSES,
    RESUMED,
    SNAPSHOT,
    STOPPED,
)
from digitapp.runs.stored_arrays import new_rates, pack_new_rates, pack_pauses, pauses
from digitapp.runs.watching import Followed, Marks
from digitapp.training.history import Epoch, Point, within_epochs
from digitapp.training.moments import NewRate
from tests import stores
from tests.queries import asked
from tests.tiny_runs import TINY, change

BATCHES = 7


def _point(epoch: int, batch: int, seconds: float = 1.0) -> Point:
    return Point(epoch, batch, 1 / (epoch + batch), batch / 100, seconds)


def _epoch(number: int, loss: float = 0.5) -> Epoch:
    return Epoch(number, loss, 0.9, 0.6, 0.8, 0.001, 1.0)


def _resumed(store: RunStore, epochs: int) -> Lease:
    """The lease of run 1, which was stopped and resumed, and goes on after so many epochs."""
    change(store, 1, status=STOPPED)
    store.resume(1)
    lease = Lease(store, 1)
    lease.take()
    lease.turn(10)
    lease.begin(epochs, 100, BATCHES)
    return lease


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture
def lease(store: RunStore) -> Lease:
    """The lease of run 1, which is training."""
    lease = Lease(store, store.create(TINY))
    lease.take()
    lease.turn(10)
    lease.begin(0, 100, BATCHES)
    return lease


def _same(seen: Followed, store: RunStore) -> bool:
    """Return whether `seen` shows exactly what the store holds."""
    points = store.points(1)
    happened = pauses(store, 1), store.blob_epochs(1, RESUMED), new_rates(store, 1)
    kinds = (CHECKPOINT, CLASSES, FIRST_LAYER, GUESSES, SNAPSHOT, PAUSES, RESUMED, NEW_RATES)
    return (
        seen.epochs == store.epochs(1)
        and seen.last == (points[-1] if points else None)
        and seen.marks == Marks(*happened)
        and all(seen.kept(kind) == store.blob_epochs(1, kind) for kind in kinds)
        and all(
            seen.within(name) == within_epochs(points, name, BATCHES)
            for name in ("loss", "accuracy")
        )
    )


@stores.on_both
def test_what_comes_is_read_and_what_was_read_is_not_asked_for_again(
    store: RunStore, lease: Lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, told = Followed(store, 1), []
    read = news.read

    def noted(*arguments: Any) -> News:
        told.append(read(*arguments))
        return told[-1]

    monkeypatch.setattr(news, "read", noted)
    for epoch in range(1, 4):
        for batch in range(1, BATCHES + 1):
            lease.note([_point(epoch, batch)])
            seen.look(BATCHES)
            assert _same(seen, RunStore(store.database.url))
        lease.pause(epoch, pack_pauses([epoch - 0.5]))
        lease.keep(_epoch(epoch), b"", None)
    seen.look(BATCHES)
    last_and_next = 2  # the last one, to see that it is still there, and the next
    assert max(len(each.points) for each in told) == last_and_next
    assert max(len(each.epochs) for each in told) == last_and_next
    assert max(len(each.marks) for each in told) == last_and_next


def test_a_look_asks_as_little_of_a_long_run_as_of_a_short_one(
    store: RunStore, lease: Lease
) -> None:
    seen, counts = Followed(store, 1), []
    for epoch in range(1, 9):
        lease.note([_point(epoch, batch) for batch in range(1, BATCHES + 1)])
        lease.pause(epoch, pack_pauses([epoch - 0.5]))
        lease.keep_new_rates(epoch, pack_new_rates([NewRate(epoch - 0.5, 0.1, 0.2)]))
        lease.keep(_epoch(epoch), b"", b"layer", b"all")
        with asked() as statements:
            seen.look(BATCHES)
        counts.append(len(statements))
        assert _same(seen, store)
    assert {*counts} == {3}


@pytest.mark.parametrize("looks_between", [False, True])
def test_pauses_and_new_rates_of_one_epoch_are_noticed_though_no_batch_came_between(
    store: RunStore, lease: Lease, looks_between: bool
) -> None:
    seen = Followed(store, 1)
    lease.keep(_epoch(1), b"", None)
    for began in ([1.25], [1.25, 1.25], [1.25, 1.25, 1.5]):
        lease.pause(2, pack_pauses(began))
        lease.keep_new_rates(2, pack_new_rates([NewRate(at, 0.1, 0.2) for at in began]))
        if looks_between or len(began) == 3:
            seen.look(BATCHES)
            assert _same(seen, store)
    lease = _resumed(store, 1)
    if looks_between:
        seen.look(BATCHES)
        assert seen.marks == Marks([], [1], [])
    lease.pause(2, pack_pauses([1.25, 1.25, 1.75]))  # as many as before, elsewhere
    seen.look(BATCHES)
    assert seen.marks == Marks([1.25, 1.25, 1.75], [1], [])


def test_a_damaged_pause_and_a_damaged_rate_are_left_out(store: RunStore, lease: Lease) -> None:
    lease.pause(1, b"damaged")
    lease.keep_new_rates(1, b"damaged")
    lease.pause(2, pack_pauses([1.5]))
    seen = Followed(store, 1)
    seen.look(BATCHES)
    assert seen.marks == Marks([1.5], [], [])


def test_of_a_deleted_run_nothing_is_kept(store: RunStore, lease: Lease) -> None:
    lease.pause(1, pack_pauses([0.5]))
    lease.keep(_epoch(1), b"", b"layer")
    seen = Followed(store, 1)
    seen.look(BATCHES)
    assert seen.kept(FIRST_LAYER) == [1]
    change(store, 1, deleted=1.0)
    seen.look(BATCHES)
    assert (seen.history, seen.marks, seen.kept(FIRST_LAYER)) == ([], Marks([], [], []), [])


@stores.on_both
@pytest.mark.parametrize("seconds", [1.0, 2.0])
def test_a_run_that_was_resumed_has_lost_what_came_after_its_last_epoch(
    store: RunStore, lease: Lease, seconds: float
) -> None:
    seen = Followed(store, 1)
    lease.note([_point(1, 3), _point(1, 7)])
    lease.keep(_epoch(1), b"", None)
    lease.note([_point(2, 2), _point(2, 5)])
    seen.look(BATCHES)
    lease.begin(1, 100, BATCHES)
    if seconds == 1.0:
        seen.look(BATCHES)
        assert _same(seen, store)
    lease.note([_point(2, 1, seconds), _point(2, 5, seconds)])  # same places, other times
    seen.look(BATCHES)
    assert _same(seen, store)


def test_epochs_that_are_others_now_are_read_anew(store: RunStore, lease: Lease) -> None:
    seen = Followed(store, 1)
    for number in (1, 2):
        lease.keep(_epoch(number), b"", None)
    seen.look(BATCHES)
    lease.begin(0, 100, BATCHES)
    seen.look(BATCHES)
    assert seen.epochs == []
    for number in (1, 2, 3):
        lease.keep(_epoch(number, loss=0.4), b"", None)
    seen.look(BATCHES)
    assert _same(seen, store)


def test_the_untrained_network_comes_first_but_is_no_epoch(store: RunStore, lease: Lease) -> None:
    seen = Followed(store, 1)
    seen.look(BATCHES)
    lease.built(10, 0, b"", untrained=_epoch(0, loss=2.3))
    seen.look(BATCHES)
    assert (seen.history, seen.epochs) == ([_epoch(0, loss=2.3)], [])
    lease.keep(_epoch(1), b"", None)
    seen.look(BATCHES)
    assert (seen.history, seen.epochs) == ([_epoch(0, loss=2.3), _epoch(1)], [_epoch(1)])
    lease.begin(0, 100, BATCHES)
    lease.built(10, 0, b"", untrained=_epoch(0, loss=2.4))
    seen.look(BATCHES)
    assert seen.history == [_epoch(0, loss=2.4)]


def test_the_places_of_points_are_known_once_the_run_has_begun(
    store: RunStore, lease: Lease
) -> None:
    seen = Followed(store, 1)
    seen.look(0)
    lease.note([_point(1, 1), _point(1, 4)])
    seen.look(0)
    seen.look(BATCHES)
    assert _same(seen, store)


def test_whatever_happens_in_whatever_order_a_look_shows_what_is_there(
    store: RunStore, lease: Lease
) -> None:
    chance = random.Random(0)
    seen, epoch, batch = Followed(store, 1), 1, 0
    for step in range(150):
        what = chance.choice(["note", "note", "note", "keep", "resume", "pause", "rate", "look"])
        if what == "note" and batch < BATCHES:
            batch = chance.randint(batch + 1, BATCHES)
            lease.note([_point(epoch, batch, float(step))])
        elif what == "keep" and batch:
            lease.keep(_epoch(epoch, loss=float(step)), b"", None)
            epoch, batch = epoch + 1, 0
        elif what == "resume":
            epoch, batch = chance.randint(max(1, epoch - 1), epoch), 0
            lease = _resumed(store, epoch - 1)
        elif what == "pause":
            lease.pause(epoch, pack_pauses([epoch - 1 + chance.random()]))
        elif what == "rate":
            new = NewRate(epoch - 1 + chance.random(), 0.1, 0.2)
            lease.keep_new_rates(epoch, pack_new_rates([new]))
        elif what == "look":
            seen.look(BATCHES)
            assert _same(seen, store)


@pytest.mark.parametrize("column", ["loss", "accuracy", "seconds"])
def test_a_damaged_point_is_a_sentence(store: RunStore, lease: Lease, column: str) -> None:
    lease.note([_point(1, 1)])
    with store.database.begin() as connection:
        connection.execute(sa.text(f"UPDATE points SET {column} = 'much'"))
    with pytest.raises(Unreadable, match=rf"The progress of run 1 .* Its {column} is 'much'"):
        store.points(1)


@pytest.mark.parametrize("smoothing", [0.0, 0.9])
def test_a_long_run_is_drawn_with_few_points_and_the_last_among_them(smoothing: float) -> None:
    points = [_point(epoch, batch) for epoch in range(1, 901) for batch in range(1, 61)]
    curve = within_epochs(points, "loss", 60)
    drawn = noisy(curve, smoothing)
    assert len(drawn.x) <= MOST_POINTS
    assert (drawn.x[0], drawn.x[-1]) == (curve.x[0], curve.x[-1])
    if not smoothing:
        assert (drawn.y[0], drawn.y[-1]) == (curve.y[0], curve.y[-1])
