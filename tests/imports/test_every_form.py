"""The same 2,000 digits come in from every usual form; other forms are refused with a sentence."""

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digitapp.data import hand_images
from digitapp.errors import BadFile
from digitapp.imports.collection import Collection, Labelled
from digitapp.imports.reading import read
from digitapp.imports.sizes import prepared
from tests.imports.damage import zipped
from tests.imports.digit_forms import (
    LARGER,
    NEARLY,
    SAME,
    TOGETHER,
    Array,
    Digits,
    folder_of,
    npz,
    one_npz,
    picture,
    sorted_rows,
    with_names,
)

COUNTS = 1700, 300


@pytest.fixture(scope="module")
def digits() -> Digits:
    x, y, x_test, y_test = hand_images.load("hands")
    return Digits(x[: COUNTS[0]], y[: COUNTS[0]], x_test[: COUNTS[1]], y_test[: COUNTS[1]])


def brought_in(make: Callable[[Path, Digits], list[Path]], folder: Path, of: Digits) -> Collection:
    paths = make(folder, of)
    return read(paths, [path.name for path in paths])


def are_same(found: Labelled | None, x: Array, y: Array) -> bool:
    assert found is not None
    return np.array_equal(sorted_rows(found.images, found.labels), sorted_rows(x, y))


@pytest.mark.parametrize("form", SAME)
def test_the_same_digits_come_in(form: str, digits: Digits, tmp_path: Path) -> None:
    found = brought_in(SAME[form], tmp_path, digits)
    assert found.class_names == tuple("0123456789")
    assert are_same(found.train, digits.x, digits.y)
    assert are_same(found.test, digits.x_test, digits.y_test)


def test_an_array_of_names_tells_the_classes(digits: Digits, tmp_path: Path) -> None:
    found = brought_in(with_names, tmp_path, digits)
    assert found.class_names == tuple("9876543210")
    assert are_same(found.train, digits.x, 9 - digits.y)
    assert not any("class_names" in told for told in found.told)


@pytest.mark.parametrize("form", NEARLY)
def test_nearly_the_same_digits_come_in(form: str, digits: Digits, tmp_path: Path) -> None:
    found = brought_in(NEARLY[form], tmp_path, digits)
    assert np.bincount(found.train.labels).tolist() == np.bincount(digits.y).tolist()
    for label in range(10):
        own = digits.x[digits.y == label].astype(float)
        assert abs(found.train.images[found.train.labels == label].mean() - own.mean()) < 2


@pytest.mark.parametrize("form", TOGETHER)
def test_digits_without_a_test_part_come_in_together(
    form: str, digits: Digits, tmp_path: Path
) -> None:
    found = brought_in(TOGETHER[form], tmp_path, digits)
    assert found.test is None
    both = np.concatenate([digits.x, digits.x_test])
    assert are_same(found.train, both, np.concatenate([digits.y, digits.y_test]))


@pytest.mark.parametrize("form", LARGER)
def test_larger_digits_are_told_and_prepared_to_nearly_the_same(
    form: str, digits: Digits, tmp_path: Path
) -> None:
    found = brought_in(LARGER[form], tmp_path, digits)
    assert any("each was fitted into 64 x 64, not stretched" in each for each in found.told)
    small = prepared(found.train.images)
    wanted = class_means(digits.x, digits.y)
    distances = np.abs(class_means(small, found.train.labels)[:, None] - wanted).mean(axis=(2, 3))
    assert distances.argmin(axis=1).tolist() == [*range(10)]
    assert distances.diagonal().max() < 12


def class_means(x: Array, y: Array) -> Array:
    return np.stack([x[y == label].mean(axis=0) for label in range(10)])


def written(data: bytes, name: str) -> Callable[[Path, Digits], list[Path]]:
    def make(folder: Path, digits: Digits) -> list[Path]:
        (folder / name).write_bytes(data)
        return [folder / name]

    return make


REFUSED: dict[str, tuple[Callable[[Path, Digits], list[Path]], str]] = {
    "pickled": (
        written(pickle.dumps({"x": [1]}), "mnist.pkl"),
        "mnist.pkl: this is pickled Python objects: they could run programs",
    ),
    "MATLAB": (written(b"MATLAB 5.0 MAT-file" + bytes(500), "a.mat"), "a MATLAB file (.mat)"),
    "Parquet": (written(b"PAR1" + bytes(500), "a.parquet"), "a Parquet table"),
    "Excel": (
        written(zipped({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "a.xlsx"),
        "a.xlsx: this is an Excel table; save it as CSV",
    ),
    "PyTorch": (written(zipped({"mnist/data.pkl": b"\x80\x02."}), "a.pt"), "never loaded"),
    "standardised": (
        one_npz(lambda x: ((x / 255 - 0.13) / 0.31).astype(np.float32)),
        "must be from 0 to 1, 0 to 255, 0 to 65,535 or -1 to 1",
    ),
    "no labels": (
        lambda folder, digits: npz(folder, digits, x_train=lambda d: d.x),
        "there must be images and labels",
    ),
    "one class": (folder_of("sun/{at}.png"), "neither folders nor names tell 2 to 100 classes"),
    "101 classes": (
        lambda folder, digits: npz(
            folder, digits, x=lambda d: d.x[:101], y=lambda d: np.arange(101)
        ),
        "its labels name 101 classes (0, 1, 2, 3, 4, ...); there must be 2 to 100",
    ),
    "labels with a half": (one_npz(labels=lambda y: y + 0.5), "numbers must be whole"),
    "fewer labels than images": (
        lambda folder, digits: npz(folder, digits, x=lambda d: d.x, y=lambda d: d.y[:9]),
        "one label for each image",
    ),
    "a photograph": (
        lambda folder, digits: written(picture(digits.x[0]), "0.png")(folder, digits),
        "0.png: this is one picture of 28 x 28 pixels",
    ),
}


@pytest.mark.parametrize("form", REFUSED)
def test_other_forms_are_refused_with_a_sentence(form: str, digits: Digits, tmp_path: Path) -> None:
    make, said = REFUSED[form]
    with pytest.raises(BadFile) as told:
        brought_in(make, tmp_path, digits)
    assert said in str(told.value)


def test_there_are_forty_forms_and_more() -> None:
    assert len({*SAME, *NEARLY, *TOGETHER, *LARGER, *REFUSED}) >= 60
