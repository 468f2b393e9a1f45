"""`.npz` files with any usual names; whatever else they hold is a sentence."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports import reading
from digitapp.imports.forms import arrays as named_arrays
from digitapp.imports.found import Found
from digitapp.imports.listing import brought

X = np.arange(6 * 28 * 28, dtype=np.uint8).reshape(6, 28, 28)
Y = np.array([3, 1, 4, 1, 5, 9])
NAMES = (
    *("x y", "X y", "images labels", "image label", "data target", "X_train y_train"),
    *("x_train y_train", "trainX trainY", "train_images train_labels", "trainImages trainLabels"),
    *("images_train labels_train", "training_images training_labels", "xtrain ytrain"),
    *("X-train Y-train", "x_tr y_tr", "features classes", "arr_0 arr_1", "pixels label"),
)
BOTH = (
    "x_train y_train x_test y_test",
    "x_test y_test x_train y_train",
    "X_train Y_train X_test Y_test",
    "train_images train_labels test_images test_labels",
    "x_train y_train x_val y_val",
    "x y x_test y_test",
    "trainX trainy testX testy",
    "arr_0 arr_1 arr_2 arr_3",
)


def read(path: Path) -> Found:
    with brought([path], [path.name]) as files:
        return named_arrays.read(files.entries, path.name)


def saved(folder: Path, arrays: Mapping[str, np.ndarray]) -> Path:
    path = folder / "own.npz"
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("names", NAMES)
def test_images_and_labels_are_found_by_any_usual_names(tmp_path: Path, names: str) -> None:
    images, labels = names.split()
    found = read(saved(tmp_path, {labels: Y, images: X}))
    assert np.array_equal(found.train.images, X)
    assert np.array_equal(found.train.labels, Y)
    assert found.test is None
    assert images in found.form


@pytest.mark.parametrize("names", BOTH)
def test_both_parts_are_found(tmp_path: Path, names: str) -> None:
    parts = dict(zip(names.split(), (X, Y, X[:2], Y[:2]), strict=True))
    if names.startswith("x_test"):
        parts = dict(zip(names.split(), (X[:2], Y[:2], X, Y), strict=True))
    found = read(saved(tmp_path, parts))
    assert (len(found.train.images), len(found.train.labels)) == (6, 6)
    assert found.test is not None
    assert np.array_equal(found.test.images, X[:2])
    assert np.array_equal(found.test.labels, Y[:2])


def test_arrays_without_names_may_be_in_keras_order_or_images_first(tmp_path: Path) -> None:
    for order in ((X, Y, X[:2], Y[:2]), (X, X[:2], Y, Y[:2])):
        found = read(saved(tmp_path, {f"arr_{at}": each for at, each in enumerate(order)}))
        assert found.test is not None
        assert (len(found.train.labels), len(found.test.labels)) == (6, 2)


def test_rows_of_pixels_and_one_hot_labels_are_told_apart(tmp_path: Path) -> None:
    path = saved(tmp_path, {"arr_0": np.eye(10)[Y], "arr_1": X.reshape(6, 784)})
    found = read(path)
    assert (found.train.images.shape, found.train.labels.shape) == ((6, 784), (6, 10))


def test_what_is_not_used_is_told(tmp_path: Path) -> None:
    found = read(saved(tmp_path, {"x": X, "y": Y, "writers": Y}))
    assert found.told == ("Not used: writers.",)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({}, "there are no files in it"),
        ({"x_train": X}, "holds x_train (uint8 (6, 28, 28)); there must be images and labels"),
        ({"x": X, "y": Y[:3]}, "own.npz: there are 6 images in x and 3 labels in y, so they do"),
        (
            {"x_train": X, "y_train": Y[:1]},
            "there are 6 images in x_train and 1 label in y_train, so",
        ),
        ({"a": Y, "b": Y}, "there must be images and labels"),
    ],
)
def test_anything_else_is_a_sentence(
    tmp_path: Path, arrays: dict[str, np.ndarray], said: str
) -> None:
    with pytest.raises(BadFile) as told:
        read(saved(tmp_path, arrays))
    assert said in str(told.value)


def test_python_objects_are_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    np.savez(path, allow_pickle=True, x=X, y=np.array([print, "a", 1, 2, 3, 4], dtype=object))
    with pytest.raises(BadFile, match="Python objects, which are never loaded"):
        read(path)


def test_more_than_can_be_kept_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.npz"
    np.savez_compressed(path, x=np.zeros((2000, 28, 28), np.uint8), y=np.zeros(2000, int))
    monkeypatch.setattr(named_arrays, "MOST_MEGABYTES", 1)
    with pytest.raises(BadFile, match=r"take 2 MB; at most 1 MB are allowed"):
        read(path)


@pytest.mark.parametrize("shape", [(10**9, 28, 28), (4_000_000, 28, 28), (2**64, 0)])
def test_a_header_that_lies_is_refused_before_anything_is_read(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w") as archive, archive.open("x.npy", "w") as member:
        head = {"descr": "<f8", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(member, head)
    with pytest.raises(BadFile, match=r"at most 5,000,000 images are read|the file is too short"):
        read(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"no archive at all"])
def test_a_damaged_file_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "own.npz"
    path.write_bytes(data)
    with pytest.raises(
        BadFile, match=r"^own\.npz: .*(cannot be read|is empty|this is text, no .npz file)"
    ):
        reading.read([path], [path.name])
