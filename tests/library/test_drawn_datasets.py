"""Datasets made in the page, as datasets for training, and as files."""

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from digitapp.data.datasets import Dataset
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing, from_points
from digitapp.errors import BadFile, InvalidSetting, StoreBusy
from digitapp.library import (
    catalogue,
    dataset_sizes,
    drawn_files,
    new_examples,
    own_datasets,
    shared_files,
    stroke_rows,
)
from digitapp.runs import RunStore, drawn_examples, imported_datasets
from digitapp.runs.drawn_examples import Example

SIGNS = "Secret signs"
NAMES = ("star", "a/b", "A_B")


def line(number: int) -> Drawing:
    return from_points([[(20, 20 + number), (200, 240 - 3 * number)]], 14)


@pytest.fixture
def store() -> RunStore:
    return RunStore()


@pytest.fixture
def drawn(store: RunStore) -> RunStore:
    """A dataset of 12 drawn examples of each class, one class after the other."""
    drawn_examples.create(store, SIGNS, NAMES)
    new = [new_examples.drawn(place // 12, line(place), "mnist") for place in range(36)]
    drawn_examples.keep(store, SIGNS, new)
    return store


def content(store: RunStore, name: str = SIGNS) -> list[Example]:
    return drawn_examples.read(store, name)[0]


def test_an_example_is_prepared_as_a_network_reads_it() -> None:
    new = new_examples.drawn(1, line(4), "mnist")
    np.testing.assert_allclose(new.image / 255, stroke_image(line(4)), atol=0.5 / 255 + 1e-6)


def test_a_fifth_of_each_class_is_for_the_test(drawn: RunStore) -> None:
    data = catalogue.dataset(drawn, SIGNS)
    assert data.class_names == NAMES
    assert catalogue.class_counts(data.y_train, 3) == [10, 10, 10]
    assert catalogue.class_counts(data.y_test, 3) == [2, 2, 2]
    assert dataset_sizes.counts(drawn, SIGNS) == (30, 6)
    every = {each.image.tobytes(): each.class_id for each in content(drawn)}
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert [every[image.tobytes()] for image in x] == list(y)


def test_the_training_images_are_shuffled_always_in_the_same_way(drawn: RunStore) -> None:
    one, other = catalogue.dataset(drawn, SIGNS), catalogue.dataset(drawn, SIGNS)
    np.testing.assert_array_equal(one.x_train, other.x_train)
    assert {*one.y_train[-6:]} == {0, 1, 2}  # the last ones are for validation


def test_what_it_lacks_is_said_before_it_can_be_learned_from(store: RunStore) -> None:
    drawn_examples.create(store, SIGNS, NAMES)
    drawn_examples.keep(
        store, SIGNS, [new_examples.drawn(0, line(place), "mnist") for place in range(3)]
    )
    for ask in (catalogue.dataset, dataset_sizes.counts):
        with pytest.raises(InvalidSetting, match=r"“a/b” has 0, “A_B” has 0.*at least 3"):
            ask(store, SIGNS)


def test_another_example_is_another_version(drawn: RunStore) -> None:
    before = catalogue.version(drawn, SIGNS)
    drawn_examples.remove(drawn, SIGNS, [content(drawn)[0].id])
    assert catalogue.version(drawn, SIGNS) != before


def test_a_shared_file_comes_in_elsewhere_as_it_was(
    drawn: RunStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = shared_files.archive(drawn, SIGNS)
    other = RunStore(f"sqlite:///{tmp_path_factory.mktemp('other')}/runs.db")
    name = shared_files.keep(other, shared_files.read(data, "signs.npz"))
    assert name == SIGNS
    here, there = catalogue.dataset(drawn, SIGNS), catalogue.dataset(other, SIGNS)
    assert there.class_names == here.class_names
    for part in ("train", "test"):
        mine, theirs = (
            {
                (image.tobytes(), int(label))
                for image, label in zip(
                    getattr(each, f"x_{part}"), getattr(each, f"y_{part}"), strict=True
                )
            }
            for each in (here, there)
        )
        assert mine == theirs
    for own, their in zip(content(drawn), content(other), strict=True):
        assert (own.class_id, own.image.tobytes()) == (their.class_id, their.image.tobytes())
    strokes = {each.image.tobytes(): each.strokes for each in content(drawn)}
    for each in content(other):
        own = strokes[each.image.tobytes()]
        assert own is not None
        assert each.strokes is not None
        np.testing.assert_allclose(each.strokes[0].points, own[0].points)


def test_a_shared_dataset_whose_name_is_taken_gets_a_number(drawn: RunStore) -> None:
    data = shared_files.archive(drawn, SIGNS)
    shared = shared_files.read(data, "signs.npz")
    assert [shared_files.keep(drawn, shared) for _ in range(2)] == [f"{SIGNS} 2", f"{SIGNS} 3"]


def test_numpy_reads_a_shared_file_without_this_app(drawn: RunStore) -> None:
    data = shared_files.archive(drawn, SIGNS)
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        assert tuple(found["class_names"]) == NAMES
        assert found["x_train"].shape == (30, 28, 28)
        assert found["y_test"].tolist() == [0, 0, 1, 1, 2, 2]


def test_an_imported_dataset_is_shared_too(store: RunStore, toy: Dataset) -> None:
    told = ("The pictures were inverted.",)
    own = Dataset("mine", toy.class_names, toy.x_train, toy.y_train, toy.x_test, toy.y_test)
    own_datasets.keep(store, own, "fashion_mnist", "a file", told)
    shared = shared_files.read(shared_files.archive(store, "mine"), "mine.npz")
    assert shared_files.keep(store, shared, "yours") == "yours"
    there, facts = catalogue.dataset(store, "yours"), imported_datasets.facts(store, "yours")
    np.testing.assert_array_equal(there.x_train, toy.x_train)
    np.testing.assert_array_equal(there.y_test, toy.y_test)
    assert facts is not None
    assert (facts.made, facts.preparation, facts.told) == (False, "fashion_mnist", told)


def test_a_dataset_whose_classes_differ_in_capitals_is_shared(
    store: RunStore, toy: Dataset
) -> None:
    names = (*"01234567", "A", "a")
    own = Dataset("mine", names, toy.x_train, toy.y_train, toy.x_test, toy.y_test)
    own_datasets.keep(store, own, "mnist", "a file", ())
    shared = shared_files.read(shared_files.archive(store, "mine"), "mine.npz")
    assert shared.class_names == names


def test_what_cannot_be_kept_whole_leaves_nothing_behind(
    drawn: RunStore, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = shared_files.read(shared_files.archive(drawn, SIGNS), "signs.npz")
    other = RunStore(f"sqlite:///{tmp_path_factory.mktemp('other')}/runs.db")

    def busy(*_: object) -> None:
        raise StoreBusy("The store is locked.")

    with monkeypatch.context() as patched:
        patched.setattr(drawn_examples, "keep", busy)
        with pytest.raises(StoreBusy):
            shared_files.keep(other, shared)
    assert shared_files.keep(other, shared) == SIGNS


def test_far_too_many_strokes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stroke_rows, "MOST_STROKES", 3)
    points = np.array([[0, number, 9, 5, 5] for number in range(4)], np.float32)
    with pytest.raises(BadFile, match="it has 4 strokes; at most 3 are read"):
        stroke_rows.drawings(points, 1, "signs.npz")
    assert stroke_rows.drawings(points[:3], 1, "signs.npz")[0] is not None


def test_a_free_name_has_no_two_spaces(store: RunStore, toy: Dataset) -> None:
    name = f"{'a' * 34} {'b' * 5}"
    own = Dataset(name, toy.class_names, toy.x_train, toy.y_train, toy.x_test, toy.y_test)
    own_datasets.keep(store, own, "mnist", "a file", ())
    assert own_datasets.free_name(store, name) == f"{'a' * 34} 2"


def npz(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


GOOD = {
    "x_train": np.zeros((4, 28, 28), np.uint8),
    "y_train": np.array([0, 1, 0, 1], np.uint8),
    "x_test": np.zeros((1, 28, 28), np.uint8),
    "y_test": np.zeros(1, np.uint8),
    "class_names": np.array(["a", "b"]),
    "settings": np.array('{"format": 1, "name": "x", "preparation": "mnist"}'),
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x_train": np.zeros((4, 28), np.uint8)}, "images are uint8"),
        ({"x_train": np.zeros(())}, "images are float64"),
        ({"y_train": np.array([0, 1, 2, 1], np.uint8)}, "labels"),
        ({"y_train": np.array([0, 1], np.uint8)}, "labels"),
        ({"class_names": np.array(["a", "a"])}, "needs a name of its own"),
        ({"class_names": np.array([1, 2])}, "names of its classes"),
        ({"settings": np.array("{}")}, "settings are damaged"),
        ({"settings": np.array('{"format": 2, "name": "x", "preparation": "mnist"}')}, "newer"),
        ({"settings": np.array('{"format": 1, "name": "x", "preparation": "?"}')}, "settings are"),
        (
            {"settings": np.array('{"format": 1e999, "name": "x", "preparation": "mnist"}')},
            "damaged",
        ),
        ({"settings": np.zeros(3)}, "settings are damaged"),
        ({"strokes_train": np.zeros((2, 5), np.float64)}, "strokes are float64"),
        ({"strokes_train": np.full((2, 5), np.nan, np.float32)}, "strokes of images"),
        ({"strokes_train": np.array([[9, 0, 1, 2, 3]], np.float32)}, "strokes of images"),
    ],
)
def test_a_damaged_shared_file_gets_a_sentence(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadFile, match=said):
        shared_files.read(npz(**(GOOD | change)), "signs.npz")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", npz(a=np.zeros(2))])
def test_another_file_is_not_taken_for_a_shared_one(data: bytes) -> None:
    with pytest.raises(BadFile, match=r"signs\.npz"):
        shared_files.read(data, "signs.npz")


def test_damage_anywhere_in_a_shared_file_is_a_sentence_or_harmless(drawn: RunStore) -> None:
    data, refused = shared_files.archive(drawn, SIGNS), []
    rng = np.random.default_rng(17)
    for _ in range(60):
        damaged = bytearray(data[: rng.integers(1, len(data))] if rng.random() < 0.3 else data)
        for place in rng.integers(0, len(damaged), 3):
            damaged[place] = rng.integers(0, 256)
        try:
            shared_files.read(bytes(damaged), "signs.npz")
        except BadFile as error:
            refused.append(str(error))
    assert len(refused) > 40
    assert all(each.startswith("signs.npz: ") for each in refused)


def test_the_zip_of_pictures_has_a_folder_for_each_class(drawn: RunStore) -> None:
    data = drawn_files.pictures(drawn_examples.facts(drawn, SIGNS), content(drawn))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
        assert {name.partition("/")[0] for name in names} == {"star", "a_b", "A_B 2"}
        first = content(drawn)[0]
        picture = np.asarray(Image.open(io.BytesIO(packed.read(f"star/{first.id:05d}.png"))))
    np.testing.assert_array_equal(255 - picture, first.image)
    assert len(names) == 36


def test_the_strokes_are_json(drawn: RunStore) -> None:
    data = drawn_files.strokes_json(SIGNS, drawn_examples.facts(drawn, SIGNS), content(drawn))
    found = json.loads(data)
    assert found["classes"] == list(NAMES)
    assert found["examples"][13] == {
        "class": "a/b",
        "strokes": [{"width": 14.0, "points": [[20.0, 33.0], [200.0, 201.0]]}],
    }


def test_a_dataset_made_in_the_page_can_be_deleted(drawn: RunStore) -> None:
    own_datasets.remove(drawn, SIGNS)
    assert SIGNS not in catalogue.dataset_names(drawn)
