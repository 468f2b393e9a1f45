"""A damaged row, or one from a newer version, does not affect anything else.

SQLite accepts any value in any column; PostgreSQL does not.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data.datasets import Dataset
from digitapp.drawing.strokes import from_points
from digitapp.errors import BadFile, InvalidSetting, Unreadable
from digitapp.library import catalogue, handwriting_datasets, own_datasets
from digitapp.library.keras_models import trained_by
from digitapp.runs import Outcome, RunStore, corrected_drawings, imported_datasets
from digitapp.runs.records import DONE
from tests.tiny_runs import ran

RUNS = {
    "a setting of a newer version": """UPDATE runs SET spec = '{"optimiser_of_2030": "x"}'""",
    "a setting out of range": """UPDATE runs SET spec = '{"epochs": -1}'""",
    "no JSON": "UPDATE runs SET spec = '{'",
    "JSON without end": "UPDATE runs SET spec = printf('%.*c', 100000, '[')",
    "bytes for settings": "UPDATE runs SET spec = x'ff00'",
    "letters that are none": "UPDATE runs SET spec = CAST(x'7bff7d' AS TEXT)",
    "a status of a newer version": "UPDATE runs SET status = 'archived'",
    "bytes for a name": "UPDATE runs SET name = x'0102'",
    "a text for a time": "UPDATE runs SET created = 'yesterday'",
    "a text for a count": "UPDATE runs SET images = 'many'",
    "a text for a score": "UPDATE runs SET test_accuracy = 'good'",
    "tags without end": "UPDATE runs SET tags = '[\"a\"'",
    "tags of something else": "UPDATE runs SET tags = '{\"a\": 1}'",
    "tags that are no texts": "UPDATE runs SET tags = '[1]'",
    "bytes for a note": "UPDATE runs SET note = x'00'",
    "a text for a pace": "UPDATE runs SET pace = 'fast'",
    "a text for batches asked for": "UPDATE runs SET steps = 'some'",
    "a text for a count of drawings": "UPDATE runs SET own_correct = 'all'",
}
DATASETS = {
    "no JSON": "UPDATE dataset_facts SET classes = '['",
    "JSON without end": "UPDATE dataset_facts SET classes = printf('%.*c', 100000, '[')",
    "no classes": "UPDATE dataset_facts SET classes = '[]'",
    "classes without numbers": "UPDATE dataset_facts SET classes = '[\"a\"]'",
    "bytes for classes": "UPDATE dataset_facts SET classes = x'ff00'",
    "an unknown preparation": "UPDATE dataset_facts SET preparation = 'x'",
    "a text for a time": "UPDATE dataset_facts SET created = 'x'",
    "a text for a count": "UPDATE dataset_facts SET revision = 'x'",
    "something else than a list": "UPDATE dataset_facts SET told = '5'",
}
DRAWINGS = {
    "a cut picture": "UPDATE handwriting SET image = x'00'",
    "a text for a picture": "UPDATE handwriting SET image = 'no picture'",
    "a number for a picture": "UPDATE handwriting SET image = 784",
    "a text for a label": "UPDATE handwriting SET label = 'four'",
    "a label that is no digit": "UPDATE handwriting SET label = 77",
    "a text for a time": "UPDATE handwriting SET created = 'yesterday'",
    "bytes for a guess": "UPDATE handwriting SET guess = x'00'",
}
STROKES = {
    "cut strokes": "UPDATE handwriting SET strokes = substr(strokes, 1, 20)",
    "no strokes": "UPDATE handwriting SET strokes = x''",
    "a text for strokes": "UPDATE handwriting SET strokes = 'no strokes'",
    "a number for strokes": "UPDATE handwriting SET strokes = 7",
    "strokes of a newer version": "UPDATE handwriting SET strokes = x'02' || substr(strokes, 2)",
}
STROKE = from_points([[(100.25, 40), (180, 40), (120, 230)]], 20)


@pytest.fixture
def store() -> RunStore:
    """Three runs that are done, with notes, and eight drawings."""
    found = RunStore()
    for number in (1, 2, 3):
        run, lease = ran(found)
        lease.finish(Outcome(DONE, "", 1.0, 0.5, b"model", b"test", handwriting=(7, 9)))
        found.rename(run, f"number {number}")
        found.annotate(run, "It is good.")
        found.tag(run, ["good"])
    for label in range(8):
        image = np.eye(28, dtype=np.float32)
        corrected_drawings.add(found, image, label, "9", "recogniser", STROKE)
    return found


def damage(store_url: str, change: str, row: str) -> None:
    """Change one row, as only a damaged file or another version would."""
    with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as connection:
        connection.execute(f"{change} WHERE {row}")
        connection.commit()


@pytest.mark.parametrize("kind", RUNS)
def test_a_damaged_run_is_told_and_the_others_are_listed(
    kind: str, store: RunStore, store_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = store.all()
    damage(store_url, RUNS[kind], "id = 2")
    readable, damaged = store.listed()
    assert readable == store.all() == [before[0], before[2]]
    assert [run.id for run in damaged] == [2]
    with pytest.raises(Unreadable, match=r"^Run 2 .*cannot be read by this version of digitapp\."):
        store.get(2)
    assert store.get(1) == before[2]
    assert main(["runs", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "1", "2"]
    assert "cannot be read by this version" in lines[2]
    assert main(["runs", "list", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["run"], each["status"]) for each in told][2] == (2, "unreadable")
    for command in ("show", "resume", "report", "export --format csv"):
        name, *options = command.split()
        assert main(["runs", name, "2", *options]) == 1
        assert "cannot be read by this version" in capsys.readouterr().err


def test_a_damaged_run_can_still_be_deleted_and_brought_back(
    store: RunStore, store_url: str
) -> None:
    damage(store_url, RUNS["no JSON"], "id = 2")
    store.delete(2)
    assert store.listed()[1] == []
    assert [run.id for run in store.listed(deleted=True)[1]] == [2]
    with pytest.raises(Unreadable):
        store.restore(2)
    assert [run.id for run in store.listed()[1]] == [2]


def test_letters_that_are_none_in_a_name_are_shown_as_such(store: RunStore, store_url: str) -> None:
    damage(store_url, "UPDATE runs SET name = CAST(x'41ff42' AS TEXT)", "id = 2")
    assert [run.name for run in store.all()] == [
        "number 3",
        "A\N{REPLACEMENT CHARACTER}B",
        "number 1",
    ]


@pytest.mark.parametrize(
    "change", ["watched = '[0.1'", "watched = '5'", "loss = 'low'", "seconds = x'00'"]
)
def test_a_damaged_epoch_takes_no_other_run_along(
    change: str, store: RunStore, store_url: str
) -> None:
    damage(store_url, f"UPDATE epochs SET {change}", "run = 2")
    assert list(store.epochs_of([1, 2, 3])) == [1, 3]
    with pytest.raises(Unreadable, match=r"^Epoch 1 of run 2 cannot be read\. Its "):
        store.epochs(2)


def test_a_text_in_the_place_of_a_network_is_a_damaged_network(
    store: RunStore, store_url: str
) -> None:
    damage(store_url, "UPDATE blobs SET data = 'no network'", "run = 2")
    with pytest.raises(BadFile):
        trained_by(store, store.get(2))


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_damaged_drawing_is_left_out_and_told(kind: str, store: RunStore, store_url: str) -> None:
    before = corrected_drawings.read(store)
    damage(store_url, DRAWINGS[kind], "id = 5")
    found, damaged = corrected_drawings.listed(store)
    assert damaged == [5]
    assert [each.id for each in found] == [each.id for each in before if each.id != 5]
    assert len(handwriting_datasets.dataset(store, handwriting_datasets.OWN).y_train) in (5, 6)


@pytest.mark.parametrize("kind", STROKES)
def test_a_drawing_with_damaged_strokes_stays_as_a_picture_and_is_told(
    kind: str, store: RunStore, store_url: str
) -> None:
    before, known = corrected_drawings.read(store), corrected_drawings.version(store)
    damage(store_url, STROKES[kind], "id = 5")
    found, damaged = corrected_drawings.listed(store)
    assert damaged == []
    assert [each.id for each in found if each.strokes_damaged] == [5]
    assert [each.id for each in found if each.strokes is None] == [5]
    for each, was in zip(found, before, strict=True):
        assert (each.id, each.label, each.aside) == (was.id, was.label, was.aside)
        np.testing.assert_array_equal(each.image, was.image)
    assert corrected_drawings.version(store) == known


def test_only_damaged_drawings_are_too_few(store: RunStore, store_url: str) -> None:
    damage(store_url, DRAWINGS["a cut picture"], "TRUE")
    with pytest.raises(InvalidSetting, match="My handwriting has 0 pictures"):
        handwriting_datasets.dataset(store, handwriting_datasets.OWN)


def test_a_watched_digit_that_is_none_is_no_digit(store_url: str) -> None:
    store = RunStore()
    run, lease = ran(store)
    damage(store_url, "UPDATE runs SET watched = 'no digit'", f"id = {run}")
    assert lease.beat().watched is None
    assert [each.id for each in store.active()] == [run]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make sure that nothing is written into the project's folder."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("damage", DATASETS)
def test_a_damaged_dataset_is_told_and_leaves_the_others_alone(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.db"
    store = RunStore(f"sqlite:///{path}")
    images, labels = np.zeros((2, 28, 28), np.uint8), np.arange(2, dtype=np.uint8)
    for name in ("mine", "yours"):
        data = Dataset(name, ("a", "b"), images, labels, images, labels)
        own_datasets.keep(store, data, "mnist", "a file")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"{DATASETS[damage]} WHERE dataset = 'mine'")
    mine, yours = imported_datasets.listed(store)
    assert mine.problem.startswith("What is kept about the dataset 'mine' is damaged (")
    assert not yours.problem
    assert own_datasets.new_name(store, "theirs") == "theirs"
    assert catalogue.dataset(store, "yours").class_names == ("a", "b")
    with pytest.raises(Unreadable, match=r"'mine' is damaged .* Delete it, and bring it in again"):
        catalogue.dataset(store, "mine")
    own_datasets.remove(store, "mine")
    assert list(imported_datasets.names(store)) == ["yours"]
