"""Users' own datasets: accepted, rejected and returned unchanged."""

import io
import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitapp.data.datasets import DATASETS, DIGIT_NAMES, Dataset
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.library import catalogue, handwriting_datasets, own_datasets
from digitapp.runs import RunStore, imported_datasets
from digitapp.training.batching import split
from digitapp.training.spec import TrainingSpec
from tests import own_data

rng = np.random.default_rng(0)
X = rng.integers(0, 256, (12, 28, 28), dtype=np.uint8)
Y = (np.arange(12) % 10).astype(np.uint8)


@pytest.fixture
def store() -> RunStore:
    return RunStore()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A dataset without a test split."""
    return _written(tmp_path / "mine.npz", x_train=X, y_train=Y)


def _written(path: Path, **arrays: Any) -> Path:
    np.savez(path, allow_pickle=True, **arrays)
    return path


def _same(first: Dataset, second: Dataset) -> bool:
    parts = ("x_train", "y_train", "x_test", "y_test")
    return all(np.array_equal(getattr(first, part), getattr(second, part)) for part in parts)


def _pairs(images: np.ndarray, labels: np.ndarray) -> list[tuple[bytes, int]]:
    """Return each image with its label, sorted so that the order does not matter."""
    return sorted((each.tobytes(), int(label)) for each, label in zip(images, labels, strict=True))


def test_a_dataset_that_was_brought_comes_back_as_it_was(tmp_path: Path, store: RunStore) -> None:
    parts = {"x_train": X, "y_train": Y, "x_test": X[:3], "y_test": Y[:3]}
    given = own_data.kept(store, _written(tmp_path / "mine.npz", **parts), "mine")
    (tmp_path / "mine.npz").unlink()
    found = catalogue.dataset(RunStore(), "mine")
    assert _same(found, given)
    assert _pairs(found.x_train, found.y_train) == _pairs(X, Y)
    np.testing.assert_array_equal(found.x_test, X[:3])
    np.testing.assert_array_equal(found.y_test, Y[:3])
    assert (found.name, found.class_names) == ("mine", DIGIT_NAMES)


def test_without_a_test_part_one_image_of_six_is_put_aside(file: Path, store: RunStore) -> None:
    found = own_data.kept(store, file, "mine")
    assert (len(found.x_train), len(found.x_test)) == (10, 2)
    parts = [*_pairs(found.x_train, found.y_train), *_pairs(found.x_test, found.y_test)]
    assert sorted(parts) == _pairs(X, Y)


ORDERS = {
    "sorted": np.repeat(np.arange(10), 60),
    "sorted backwards": np.repeat(np.arange(10), 60)[::-1],
    "in turns of six": np.concatenate([np.tile(np.arange(6), 60), np.repeat([6, 7, 8, 9], 60)]),
    "in turns of ten": np.tile(np.arange(10), 60),
}


@pytest.mark.parametrize("with_test", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_whatever_the_order_of_a_file_all_classes_train_validate_and_test(
    order: str, with_test: bool, tmp_path: Path, store: RunStore
) -> None:
    labels = ORDERS[order].astype(np.uint8)
    images = np.random.default_rng(1).integers(0, 256, (len(labels), 28, 28), dtype=np.uint8)
    parts = {"x_test": images[::7], "y_test": labels[::7]} if with_test else {}
    path = _written(tmp_path / "mine.npz", x_train=images, y_train=labels, **parts)
    data = own_data.kept(store, path, "mine")
    held_back = split(TrainingSpec(validation_split=0.2), data)
    for part in (held_back.y_train, held_back.y_validation, data.y_test):
        assert set(part) == set(range(10))
    again = own_data.kept(store, path, "again")
    assert _same(data, again)
    rest = () if with_test else _pairs(data.x_test, data.y_test)
    assert sorted([*_pairs(data.x_train, data.y_train), *rest]) == _pairs(images, labels)


def test_labels_may_be_whole_numbers_of_any_size(tmp_path: Path, store: RunStore) -> None:
    for kind in (np.int64, np.int8, np.uint32):
        path = _written(tmp_path / "mine.npz", x_train=X, y_train=Y.astype(kind))
        found = own_data.kept(store, path, "mine")
        assert found.y_train.dtype == np.uint8
        assert sorted([*found.y_train, *found.y_test]) == sorted(Y)


def test_one_of_the_same_name_takes_its_place(tmp_path: Path, file: Path, store: RunStore) -> None:
    own_data.kept(store, file, "mine")
    other = _written(tmp_path / "other.npz", x_train=X[:6], y_train=Y[:6] % 2)
    own_data.kept(store, other, "mine")
    assert len(catalogue.dataset(store, "mine").x_train) == 4
    assert imported_datasets.names(store) == {"mine": str(other)}


def test_the_names_are_the_built_in_ones_and_then_the_users(file: Path, store: RunStore) -> None:
    for name in ("zebra", "a-1_b", "7", "a" * 40):
        own_data.kept(store, file, name)
    assert catalogue.dataset_names(store) == [*DATASETS, "7", "a-1_b", "a" * 40, "zebra"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "needs at least one letter, digit or emoji"),
        (" \n", "needs at least one letter, digit or emoji"),
        ("\u200b", "needs at least one letter, digit or emoji"),
        ("a" * 41, "has 41 characters; at most 40 are allowed"),
        ("a\0b", "signs that cannot be seen"),
        ("a\u202eb", "signs that cannot be seen"),
        ("../mine", "contains /"),
        ("mine?", "contains ?"),
        (".mine", "begins with ., which is not allowed"),
        ("-a", "begins with -, which is not allowed"),
        ("Fashion_MNIST", "is taken by a built-in dataset"),
        ("OTHER", "There is a dataset 'other' already"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(
    name: str, sentence: str, file: Path, store: RunStore
) -> None:
    own_data.kept(store, file, "other")
    with pytest.raises(InvalidSetting, match=re.escape(sentence)):
        own_data.kept(store, file, name)
    assert [*imported_datasets.names(store)] == ["other"]


@pytest.mark.parametrize(
    "name",
    ["Mine", "my data", "ü", "秘密", "👨‍👩‍👧 family", "قلم", "a, b; $1 _c_ `d`", "7" * 40],
)
def test_a_name_may_be_any_text_that_a_file_can_be_called_too(
    name: str, file: Path, tmp_path: Path, store: RunStore
) -> None:
    assert own_data.kept(store, file, f"  {name}\n").name == name
    assert catalogue.dataset(store, name).name == name
    (tmp_path / f"{name}.npz").write_bytes(b"")


@pytest.mark.parametrize("classes", [2, 3, 62, 100])
def test_the_classes_of_ones_own_dataset_are_its_own(classes: int, store: RunStore) -> None:
    names = tuple(f"{number}: “ü” 🌙 *a*" for number in range(classes))
    y = np.arange(classes, dtype=np.uint8)
    x = np.zeros((classes, 28, 28), np.uint8)
    told = ("Pixels of 0 and 1 became 0 and 255.",)
    data = Dataset("signs", names, x, y, x[:1], y[-1:])
    own_datasets.keep(store, data, "fashion_mnist", "signs.zip", told)
    found = catalogue.dataset(store, "signs")
    assert _same(found, data)
    assert found.class_names == names == catalogue.class_names(store, "signs")
    assert catalogue.preparation(store, "signs") == "fashion_mnist"
    (listed,) = imported_datasets.listed(store)
    assert (listed.name, listed.origin, listed.images) == ("signs", "signs.zip", classes + 1)
    assert listed.facts.told == told
    assert not listed.facts.made
    assert abs(listed.facts.created - time.time()) < 60


def test_labels_beyond_the_classes_are_damage(store: RunStore) -> None:
    x, y = np.zeros((3, 28, 28), np.uint8), np.array([0, 1, 2], np.uint8)
    own_datasets.keep(store, Dataset("signs", ("a", "b"), x, y, x, y), "mnist", "a file")
    with pytest.raises(BadFile, match="there must be labels, each from 0 to 1"):
        catalogue.dataset(store, "signs")


@pytest.mark.parametrize("name", handwriting_datasets.HANDWRITING_DATASETS)
def test_the_name_of_ones_own_handwriting_is_taken(name: str, file: Path, store: RunStore) -> None:
    with pytest.raises(InvalidSetting, match="is taken by a built-in dataset; choose another"):
        own_data.kept(store, file, name)
    with pytest.raises(InvalidSetting, match="delete them on the page My handwriting"):
        own_datasets.remove(store, name)


def test_labels_are_put_in_terms_of_a_network_with_more_classes() -> None:
    data = Dataset("mine", ("0", "1", "2"), X[:3], np.array([0, 2, 1], np.uint8), X[:1], Y[2:3])
    found = catalogue.in_terms_of(data, ("nothing", "2", "1", "0"))
    assert found.class_names == ("nothing", "2", "1", "0")
    assert (found.y_train.tolist(), found.y_test.tolist()) == ([3, 1, 2], [1])
    assert found.y_train.dtype == np.uint8
    assert catalogue.in_terms_of(data, ["0", "1", "2"]) is data


def test_a_network_that_does_not_know_the_classes_is_refused() -> None:
    data = Dataset("mine", ("0", "1"), X[:2], Y[:2], X[:1], Y[:1])
    with pytest.raises(
        InvalidSetting, match=r"knows the classes 0, bag, but the dataset mine has 0, 1"
    ):
        catalogue.in_terms_of(data, ("0", "bag"))


def test_a_dataset_is_told_from_any_other() -> None:
    data = Dataset("mine", DIGIT_NAMES, X, Y, X[:3], Y[:3])
    changes: list[dict[str, Any]] = [
        {"x_train": X[::-1]},
        {"y_train": Y[::-1]},
        {"x_train": X[:6], "y_train": Y[:6]},
        {"x_test": X[1:4]},
        {"y_test": Y[1:4]},
        {"x_train": np.concatenate([X, X[:3]]), "x_test": X[:0]},
    ]
    found = {catalogue.whole_fingerprint(replace(data, **change)) for change in changes}
    assert len(found | {catalogue.whole_fingerprint(data)}) == 7
    assert catalogue.whole_fingerprint(replace(data, name="yours")) in catalogue.whole_fingerprint(
        data
    )


def test_another_of_the_same_name_is_another_version(
    tmp_path: Path, file: Path, store: RunStore
) -> None:
    own_data.kept(store, file, "mine")
    before = catalogue.version(store, "mine")
    assert before
    own_data.kept(store, _written(tmp_path / "other.npz", x_train=X[::-1], y_train=Y), "mine")
    assert catalogue.version(store, "mine") not in ("", before)
    own_data.kept(store, file, "mine")
    assert catalogue.version(store, "mine") == before
    own_datasets.remove(store, "mine")
    assert catalogue.version(store, "mine") == ""


def test_a_test_part_is_told_from_any_other() -> None:
    data = Dataset("mine", DIGIT_NAMES, X, Y, X[:3], Y[:3])
    others = [(X[1:4], Y[:3]), (X[:3], Y[1:4]), (X[:2], Y[:2])]
    found = {catalogue.fingerprint(replace(data, x_test=x, y_test=y)) for x, y in others}
    assert len(found | {catalogue.fingerprint(data)}) == 4
    assert catalogue.fingerprint(replace(data, x_train=X[:4])) == catalogue.fingerprint(data)


@pytest.mark.parametrize("name", DATASETS)
def test_a_built_in_name_is_taken(name: str, file: Path, store: RunStore) -> None:
    with pytest.raises(InvalidSetting, match="is taken by a built-in dataset; choose another"):
        own_data.kept(store, file, name)
    with pytest.raises(InvalidSetting, match="is built in and cannot be deleted"):
        own_datasets.remove(store, name)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"milk, eggs",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:400] + bytes([whole[400] ^ 255]) + whole[401:],
        lambda whole: b"\x93NUMPY\x01\x00",
    ],
)
def test_a_file_that_is_no_archive_is_refused(damage: Any, file: Path, store: RunStore) -> None:
    file.write_bytes(damage(file.read_bytes()))
    _assert_refused(store, file)


def test_an_archive_that_promises_more_than_memory_holds_is_refused(
    tmp_path: Path, store: RunStore
) -> None:
    path, header = tmp_path / "mine.npz", io.BytesIO()
    shape = {"descr": "|u1", "fortran_order": False, "shape": (2**40, 28, 28)}
    np.lib.format.write_array_header_1_0(header, shape)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", header.getvalue())
        archive.writestr("y_train.npy", header.getvalue())
    _assert_refused(store, path)


@pytest.mark.parametrize(
    "text", ["{'descr': (", "    a\n  b\n", "{'shape': " + "(" * 500, "f()", ""]
)
def test_an_array_whose_header_is_broken_is_refused(
    text: str, tmp_path: Path, store: RunStore
) -> None:
    """NumPy reads a header as Python, and fails in as many ways."""
    path = tmp_path / "mine.npz"
    broken = np.lib.format.magic(1, 0) + len(text).to_bytes(2, "little") + text.encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", broken)
        archive.writestr("y_train.npy", broken)
    _assert_refused(store, path)


def test_a_deleted_dataset_is_gone(file: Path, store: RunStore) -> None:
    own_data.kept(store, file, "mine")
    own_data.kept(store, file, "other")
    own_datasets.remove(store, "mine")
    assert list(imported_datasets.names(store)) == ["other"]
    with pytest.raises(UnknownName, match=r"Unknown dataset 'mine'. Available: mnist, .*, other\."):
        catalogue.dataset(store, "mine")
    with pytest.raises(UnknownName, match=r"Unknown dataset of yours 'mine'. Available: other"):
        own_datasets.remove(store, "mine")


def test_images_and_names_are_of_the_same_moment(
    file: Path, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_data.kept(store, file, "mine")
    whole = imported_datasets.whole

    def replaced_after(store: RunStore, name: str) -> object:
        found = whole(store, name)
        names = tuple(f"class {number}" for number in range(10))
        data = Dataset("mine", names, X, Y, X, Y)
        own_datasets.keep(store, data, "mnist", "another file", instead=True)
        return found

    monkeypatch.setattr(imported_datasets, "whole", replaced_after)
    assert catalogue.dataset(store, "mine").class_names == DIGIT_NAMES
    monkeypatch.undo()
    assert catalogue.dataset(store, "mine").class_names[0] == "class 0"


def test_what_a_dataset_is_without_loading_it(file: Path, store: RunStore) -> None:
    own_data.kept(store, file, "mine")
    for name in ("mine", "gone"):
        assert catalogue.class_names(store, name) == DIGIT_NAMES
        assert catalogue.preparation(store, name) == "mnist"
    assert catalogue.class_names(store, "fashion_mnist")[9] == "ankle boot"
    assert catalogue.preparation(store, "fashion_mnist") == "fashion_mnist"
    assert catalogue.class_counts(Y, 10) == [2, 2, *[1] * 8]


def _assert_refused(store: RunStore, path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        own_data.kept(store, path, "mine")
    assert "mine" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert imported_datasets.names(store) == {}
