"""Names, notes, tags and stars of runs; deletion and undo; imported runs."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from digitapp.errors import InvalidSetting, RunBusy, Superseded, UnknownName
from digitapp.library import keras_models, models
from digitapp.runs import Lease, Outcome, RunStore, handwriting_scores
from digitapp.runs.notes import RESTORABLE_FOR
from digitapp.runs.records import (
    CHECKPOINT,
    CLASSES,
    DONE,
    FIRST_LAYER,
    MODEL,
    SNAPSHOT,
    STOP,
    STOPPED,
    TEST,
    BeforeAndAfter,
)
from digitapp.training import checkpoints
from digitapp.training.history import Epoch
from tests import hostile, stores
from tests.tiny_runs import EPOCH, TINY, age, change, ran, rows

DAY = 24 * 3600.0


pytestmark = stores.on_both


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def finished(store: RunStore) -> int:
    """A run that is done, with rows in every table."""
    run, lease = ran(store, epochs=3)
    known = (BeforeAndAfter("mnist", 9, 8, 10),)
    more = {"compared": known, "handwriting": (7, 9), "traceback": "Traceback ..."}
    lease.finish(Outcome(DONE, "", 1.0, 0.5, b"model", b"test", **more))  # type: ignore[arg-type]
    store.annotate(run, "It is good.")
    return run


def added(store: RunStore, **values: object) -> int:
    """Add a run that was trained elsewhere."""
    known = {"name": "Theirs", "epochs": [EPOCH], "model": b"model", "test": b"test"}
    scores = {"test_loss": 0.5, "test_accuracy": 0.75}
    sizes = {"images": 180, "batches": 9, "parameters": 7850}
    return store.add(TINY, **{**known, **scores, **sizes, **values})  # type: ignore[arg-type]


def deleted_since(store: RunStore, run: int, seconds: float) -> None:
    """Pretend that a run was deleted that long ago."""
    change(store, run, deleted=time.time() - seconds)


def test_of_a_new_run_nothing_is_noted(store: RunStore) -> None:
    run = store.get(store.create(TINY))
    assert (run.note, run.tags, run.starred) == ("", (), False)
    assert (run.best_val_accuracy, run.handwriting) == (None, None)


def test_what_is_noted_of_a_run_stays_until_it_is_changed(store: RunStore) -> None:
    run, other = store.create(TINY), store.create(TINY)
    store.rename(run, "Mine")
    store.annotate(run, "It is good.\nIt reads sevens.")
    store.tag(run, ["good", "for class 5b"])
    store.star(run, True)
    found = RunStore().get(run)
    assert (found.name, found.note) == ("Mine", "It is good.\nIt reads sevens.")
    assert (found.tags, found.starred) == (("good", "for class 5b"), True)
    store.tag(run, [])
    store.star(run, False)
    assert store.get(run) == replace(found, tags=(), starred=False)
    assert store.get(other).note == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Mine ", "Mine"), ("a\n b\t c", "a b c"), ("", ""), (" ", ""), ("a\0b\x1b", "ab")],
)
def test_names_and_tags_are_on_one_line(typed: str, kept: str, store: RunStore) -> None:
    run = store.create(TINY, name=typed)
    assert store.get(run).name == kept
    store.rename(run, "Other")
    store.rename(run, typed)
    store.tag(run, [typed, "x", typed])
    found = store.get(run)
    assert (found.name, found.tags) == (kept, (kept, "x") if kept else ("x",))


@pytest.mark.parametrize(
    "text", ["7 → 9: “gut”", "数字 七", "👩‍🏫 said so", "it's 50% -- '; DROP TABLE runs", "é̀"]
)
def test_people_write_as_they_like(text: str, store: RunStore) -> None:
    run = store.create(TINY)
    store.rename(run, text)
    store.annotate(run, text)
    store.tag(run, [text])
    found = store.get(run)
    assert (found.name, found.note, found.tags) == (text, text, (text,))


def test_half_a_character_is_left_out(store: RunStore) -> None:
    run = store.create(TINY, name="a\ud83d")
    store.annotate(run, "\ud83db\r\nc\0")
    assert (store.get(run).name, store.get(run).note) == ("a", "b\nc")


@pytest.mark.parametrize("text", [*hostile.INVISIBLE, hostile.BIDI])
def test_what_cannot_be_seen_or_turns_the_line_around_is_refused(
    text: str, store: RunStore
) -> None:
    run = store.create(TINY, name="Mine")
    before = store.all()
    attempts: list[Callable[[], object]] = [
        lambda: store.rename(run, text),
        lambda: store.annotate(run, text),
        lambda: store.tag(run, ["x", text]),
        lambda: store.create(TINY, name=text),
        lambda: added(store, name=text),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidSetting, match=r"\[U\+[0-9A-F]{4,6}\].*(invisible|reverses)"):
            attempt()
    assert store.all() == before


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda store: store.rename(1, "n" * 101), "The name “n{20}…” has 101 characters; at most"),
        (lambda store: store.create(TINY, name="n" * 101), "The name “n{20}…” has 101 characters"),
        (lambda store: store.annotate(1, "n" * 2001), "2,001 characters; at most 2,000 are"),
        (lambda store: store.tag(1, ["x", "n" * 31]), "The tag “n{20}…” has 31 characters; at m"),
        (lambda store: store.tag(1, list(map(str, range(21)))), "21 tags; a run can have at most"),
        (lambda store: added(store, name="n" * 101), "The name “n{20}…” has 101 characters"),
        (lambda store: added(store, note="n" * 2001), "The note “n{20}…” has 2,001 characters"),
    ],
)
def test_what_is_too_long_is_refused_with_its_length(
    attempt: Callable[[RunStore], object], sentence: str, store: RunStore
) -> None:
    store.create(TINY, name="Mine")
    before = store.all()
    with pytest.raises(InvalidSetting, match=sentence):
        attempt(store)
    assert store.all() == before


@pytest.mark.parametrize(
    "wrong",
    [("n" * 101, "It is good.", ["x"]), ("Other", "n" * 2001, ["x"]), ("Other", "", ["n" * 31])],
)
def test_name_note_and_tags_are_given_together_or_not_at_all(
    wrong: tuple[str, str, list[str]], store: RunStore
) -> None:
    run = store.create(TINY)
    store.describe(run, "Mine", "It is good.", ["good"])
    before = store.get(run)
    assert (before.name, before.note, before.tags) == ("Mine", "It is good.", ("good",))
    with pytest.raises(InvalidSetting):
        store.describe(run, *wrong)
    assert store.get(run) == before


def test_the_longest_is_kept_whole(store: RunStore) -> None:
    run = store.create(TINY)
    store.rename(run, "n" * 100)
    store.annotate(run, "n" * 2000)
    store.tag(run, [f"{number:030}" for number in range(20)])
    found = store.get(run)
    assert (len(found.name), len(found.note), len(found.tags)) == (100, 2000, 20)


def test_many_may_note_something_at_the_same_moment(store: RunStore) -> None:
    run = store.create(TINY)
    changes: list[Callable[[RunStore], None]] = [
        lambda store: store.annotate(run, "It is good."),
        lambda store: store.tag(run, ["good"]),
        lambda store: store.star(run, True),
        lambda store: store.rename(run, "Mine"),
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda change: change(RunStore()), changes))
    found = store.get(run)
    assert (found.note, found.tags, found.starred) == ("It is good.", ("good",), True)


def test_many_may_delete_and_bring_back_a_run_at_the_same_moment(store: RunStore) -> None:
    run = finished(store)
    before = rows(store, run)

    def gone(number: int) -> bool:
        try:
            RunStore().delete(run)
        except UnknownName:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert any(list(pool.map(gone, range(6))))  # all delete before any restores
        assert [each.id for each in store.deleted()] == [run]
        list(pool.map(lambda _: RunStore().restore(run), range(6)))
    assert rows(store, run) == before


def test_the_best_epoch_counts_not_the_last(store: RunStore) -> None:
    run, lease = ran(store)
    for number, accuracy in ((2, 0.75), (3, 0.5), (4, None)):
        lease.keep(replace(EPOCH, number=number, val_accuracy=accuracy), b"", None)
    found = store.get(run)
    assert (found.best_val_accuracy, found.val_accuracy) == (0.75, None)


def test_epochs_of_several_runs_come_at_once(store: RunStore) -> None:
    made = [ran(store, epochs=number)[0] for number in (1, 3, 2)]
    store.create(TINY)
    found = store.epochs_of([*made[1:], 4, 99])
    assert list(found) == made[1:]
    assert found == {run: store.epochs(run) for run in made[1:]}
    assert [epoch.number for epoch in found[2]] == [1, 2, 3]
    assert store.epochs_of([]) == {}


def test_a_deleted_run_is_nowhere_any_more(store: RunStore) -> None:
    kept, gone = finished(store), finished(store)
    store.delete(gone)
    assert [run.id for run in store.all()] == [kept]
    assert store.active() == []
    assert store.epochs(gone) == store.points(gone) == store.blob_epochs(gone, FIRST_LAYER) == []
    assert store.epochs_of([kept, gone]) == store.epochs_of([kept])
    assert [store.blob(gone, kind) for kind in (MODEL, TEST, FIRST_LAYER, SNAPSHOT)] == [None] * 4
    assert handwriting_scores.read(store, gone) == []
    assert [run.id for run in store.deleted()] == [gone]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda store: store.get(1),
        lambda store: store.ask(1, STOP),
        lambda store: store.resume(1),
        lambda store: store.delete(1),
        lambda store: store.rename(1, "Mine"),
        lambda store: store.annotate(1, "It is good."),
        lambda store: store.set_learning_rate(1, 0.1),
        lambda store: models.load("run-1", store),
        lambda store: keras_models.network("run-1", store),
        lambda store: models.class_names("run-1", store),
    ],
)
def test_what_is_wanted_of_a_deleted_run_is_refused_with_a_way_back(
    attempt: Callable[[RunStore], None], store: RunStore
) -> None:
    store.delete(finished(store))
    with pytest.raises(UnknownName, match=r"^There is no run 1 any more: it was deleted\. .*re 1$"):
        attempt(store)


def test_a_restored_run_is_as_it_was(store: RunStore) -> None:
    run = finished(store)
    before = (store.all(), store.epochs(run), store.points(run), rows(store, run))
    store.delete(run)
    store.restore(run)
    assert (store.all(), store.epochs(run), store.points(run), rows(store, run)) == before
    assert store.deleted() == []
    store.restore(run)  # restoring twice does no harm
    assert store.all() == before[0]


@pytest.mark.parametrize("status", ["queued", "running", "paused"])
def test_a_run_is_not_deleted_before_it_is_over(status: str, store: RunStore) -> None:
    run, _ = ran(store)
    change(store, run, status=status)
    with pytest.raises(RunBusy, match=r"Run 1 is still active; stop it before deleting it\."):
        store.delete(run)
    assert store.get(run).epoch == 1


def test_a_deleted_run_that_waited_is_not_taken_and_no_run_waits_for_it(store: RunStore) -> None:
    first, second = store.create(TINY), store.create(TINY)
    Lease(store, first).take()
    age(store, first)
    store.delete(first)
    change(store, first, heartbeat=time.time())
    assert store.get(second).ahead == 0
    with pytest.raises(Superseded):
        Lease(store, first).take()
    store.restore(first)
    assert store.get(first).status == STOPPED
    store.resume(first)
    Lease(store, first).take()


def test_a_process_that_was_only_slow_loses_a_run_that_is_deleted_even_if_it_comes_back(
    store: RunStore,
) -> None:
    run, lease = ran(store)
    age(store, run)
    store.delete(run)
    with pytest.raises(Superseded):
        lease.beat()
    store.restore(run)
    assert store.get(run).status == "lost"
    with pytest.raises(Superseded):
        lease.finish(Outcome(DONE))
    store.resume(run)
    assert store.blob(run, CHECKPOINT) == b"checkpoint"


def test_purging_leaves_nothing_of_the_deleted_and_all_of_the_others(store: RunStore) -> None:
    kept, gone = finished(store), finished(store)
    before = rows(store, kept)
    store.delete(gone)
    assert all(rows(store, gone).values())
    assert store.purge() == 1
    assert not any(rows(store, gone).values())
    assert rows(store, kept) == before
    with pytest.raises(UnknownName, match=r"^There is no run 2\.$"):
        store.restore(gone)
    assert store.purge() == 0


@pytest.mark.parametrize("make", [lambda store: store.create(TINY), added], ids=["new", "added"])
def test_after_a_week_a_deleted_run_is_removed_when_another_is_made(
    make: Callable[[RunStore], int], store: RunStore
) -> None:
    old, new = finished(store), finished(store)
    for run, age_ in ((old, RESTORABLE_FOR + 60), (new, RESTORABLE_FOR - 60)):
        store.delete(run)
        deleted_since(store, run, age_)
    assert pytest.approx(7 * DAY) == RESTORABLE_FOR
    assert make(store) == 3
    assert not any(rows(store, old).values())
    store.restore(new)
    assert store.get(new).epoch == 3


def test_an_added_run_is_a_finished_one_with_all_that_it_brought(store: RunStore) -> None:
    shares = (0.1, 0.9, *[0.0] * 8)
    epochs = [EPOCH, replace(EPOCH, number=2, val_accuracy=None, val_loss=None, watched=shares)]
    run = added(store, preset="dense-128", epochs=epochs, note="From Ada.")
    found = store.get(run)
    assert (found.spec, found.status, found.title) == (TINY, DONE, "Theirs")
    assert (found.preset, found.note, found.starred) == ("dense-128", "From Ada.", False)
    assert (found.epoch, found.seconds, found.best_val_accuracy) == (2, 6.0, 0.25)
    assert (found.images, found.batches, found.parameters) == (180, 9, 7850)
    assert (found.test_loss, found.test_accuracy) == (0.5, 0.75)
    assert store.epochs(run) == epochs
    assert (store.blob(run, MODEL), store.blob(run, TEST)) == (b"model", b"test")
    assert store.blob(run, CLASSES) is None
    with pytest.raises(RunBusy, match="Run 1 is done"):
        store.resume(run)


def test_an_added_run_may_lack_epochs_and_scores_and_name_its_classes(store: RunStore) -> None:
    nothing = {"epochs": [], "test": None, "test_loss": None, "test_accuracy": None}
    run = added(store, **nothing, class_names=["cat", "dog"])
    found = store.get(run)
    assert (found.epoch, found.seconds, found.test_accuracy) == (0, 0.0, None)
    assert store.blob(run, TEST) is None
    assert models.class_names("run-1", store) == ("cat", "dog")


def test_an_added_run_that_cannot_be_kept_whole_is_not_kept_at_all(store: RunStore) -> None:
    twice: list[Epoch] = [EPOCH, EPOCH]
    with pytest.raises(Exception, match="cannot be used"):
        added(store, epochs=twice)
    assert store.all() == []
    with store.database.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM epochs")).scalar() == 0


def test_numbers_come_back_to_the_last_digit(store: RunStore) -> None:
    value = float(np.float64(1) / 3)
    exact = replace(EPOCH, loss=value, accuracy=value, val_accuracy=value, seconds=value)
    run = added(store, epochs=[exact], test_loss=value, test_accuracy=value)
    found = store.get(run)
    assert store.epochs(run) == [exact]
    assert [found.test_loss, found.best_val_accuracy, found.seconds] == [value] * 3
    assert type(found.seconds) is type(found.test_loss) is float


def test_how_it_reads_ones_handwriting_goes_when_it_learns_again(store: RunStore) -> None:
    run, lease = ran(store)
    lease.finish(Outcome(STOPPED, "", 0.5, 0.75, b"model", b"test", handwriting=(7, 9)))
    assert store.get(run).handwriting == (7, 9)
    store.resume(run)
    again = Lease(store, run)
    again.take()
    assert again.turn(64)
    assert store.get(run).handwriting == (7, 9)
    again.begin(1, 180, 9)
    assert store.get(run).handwriting is None
    again.finish(Outcome(DONE, "", 0.5, 0.75, b"model", b"test"))
    assert store.get(run).handwriting is None


def test_large_arrays_come_back_as_they_were(store: RunStore) -> None:
    data = checkpoints.pack({"x": np.arange(1_000_000, dtype=np.float32)})
    assert store.blob(added(store, model=data), MODEL) == data
