"""Datasets: where they are searched, what is checked, and what is never modified."""

import gzip
import io
import itertools
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitapp.data import pen
from digitapp.data.array_files import checked, read_arrays
from digitapp.data.datasets import (
    DATASETS,
    DIGIT_NAMES,
    FOLDER_VARIABLE,
    Dataset,
    load,
    local_folder,
    where,
)
from digitapp.data.downloads import DownloadFailed
from digitapp.data.sample_sheet import sample_sheet
from digitapp.errors import BadFile, DatasetUnavailable

Arrays = dict[str, np.ndarray]


def _arrays(shift: int = 0) -> Arrays:
    """Three training and two test images, each with its own value."""
    values = np.arange(5, dtype=np.uint8)
    images = np.broadcast_to(10 * (values + shift)[:, None, None], (5, 28, 28)).copy()
    images[:, 0, 1] = 255  # so that rows and columns cannot be swapped
    labels = (values + shift) % 10
    return {
        "x_train": images[:3],
        "y_train": labels[:3],
        "x_test": images[3:],
        "y_test": labels[3:],
    }


def _idx(values: np.ndarray) -> bytes:
    header = struct.pack(f">BBBB{values.ndim}i", 0, 0, 8, values.ndim, *values.shape)
    return gzip.compress(header + values.tobytes())


def _write_mnist(folder: Path, arrays: Arrays) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "mnist.npz", **arrays)


def write_fashion(folder: Path, arrays: Arrays) -> None:
    (folder / "fashion-mnist").mkdir(parents=True, exist_ok=True)
    for file, name in zip(DATASETS["fashion_mnist"].files, arrays, strict=True):
        (folder / file).write_bytes(_idx(arrays[name]))


def write_kmnist(folder: Path, arrays: Arrays) -> None:
    (folder / "kmnist").mkdir(parents=True, exist_ok=True)
    for file, name in zip(DATASETS["kmnist"].files, arrays, strict=True):
        (folder / file).write_bytes(_idx(arrays[name]))


def write_emnist(folder: Path, arrays: Arrays) -> None:
    """Write both sets as NIST does: images transposed, and the letters numbered from 1."""
    (folder / "emnist").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "emnist" / "gzip.zip", "w") as archive:
        for (split, first), part in itertools.product(
            (("letters", 1), ("balanced", 0)), ("train", "test")
        ):
            images = _idx(np.ascontiguousarray(arrays[f"x_{part}"].swapaxes(1, 2)))
            labels = _idx(arrays[f"y_{part}"] + np.uint8(first))
            start = f"gzip/emnist-{split}-{part}"
            archive.writestr(f"{start}-images-idx3-ubyte.gz", images)
            archive.writestr(f"{start}-labels-idx1-ubyte.gz", labels)


FROM_FILES = [name for name, source in DATASETS.items() if source.files]

WRITERS: dict[str, Callable[[Path, Arrays], None]] = {
    "mnist": _write_mnist,
    "fashion_mnist": write_fashion,
    "kmnist": write_kmnist,
    "emnist_letters": write_emnist,
    "emnist_balanced": write_emnist,
}


def _assert_holds(data: Dataset, arrays: Arrays) -> None:
    for name, values in arrays.items():
        found = getattr(data, name)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, values)


@pytest.fixture
def named(no_datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder named by the environment variable; still empty."""
    folder = tmp_path / "named"
    folder.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


@pytest.fixture
def downloads_tried(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The files of every attempt to download, all of which fail."""
    tried: list[list[str]] = []

    def fail(files: dict[str, str], folder: Path) -> None:
        tried.append([*files])
        raise DownloadFailed("far.example: it is raining")

    monkeypatch.setattr("digitapp.data.downloads.fetch", fail)
    return tried


@pytest.mark.parametrize("name", FROM_FILES)
def test_a_dataset_is_read_from_the_layout_that_keras_uses_without_a_download(
    name: str, named: Path, downloads_tried: list[list[str]]
) -> None:
    WRITERS[name](named, _arrays())
    data = load(name)
    assert not downloads_tried
    _assert_holds(data, _arrays())
    assert (data.name, data.class_names) == (name, DATASETS[name].class_names)


@pytest.mark.parametrize("name", FROM_FILES)
def test_the_named_folder_comes_before_the_one_at_home(
    name: str, named: Path, no_datasets: Path
) -> None:
    WRITERS[name](no_datasets / ".keras" / "datasets", _arrays(shift=1))
    _assert_holds(load(name), _arrays(shift=1))
    WRITERS[name](named, _arrays(shift=2))
    _assert_holds(load(name), _arrays(shift=2))


def test_the_folder_at_home_serves_when_none_is_named(no_datasets: Path) -> None:
    home = no_datasets / ".keras" / "datasets"
    assert local_folder(DATASETS["mnist"]) is None
    _write_mnist(home, _arrays())
    assert local_folder(DATASETS["mnist"]) == home


def test_a_folder_that_lacks_a_file_is_passed_over(named: Path, no_datasets: Path) -> None:
    write_fashion(named, _arrays())
    write_fashion(no_datasets / ".keras" / "datasets", _arrays(shift=1))
    (named / "fashion-mnist" / "t10k-labels-idx1-ubyte.gz").unlink()
    _assert_holds(load("fashion_mnist"), _arrays(shift=1))


@pytest.mark.parametrize(
    ("changes", "arrived", "allowed"),
    [
        ({"x_train": np.zeros((3, 28, 28))}, "float64 (3, 28, 28)", "uint8 (n, 28, 28)"),
        ({"x_test": np.zeros((2, 784), np.uint8)}, "uint8 (2, 784)", "uint8 (n, 28, 28)"),
        ({"x_train": np.zeros((3, 28, 29), np.uint8)}, "(3, 28, 29)", "uint8 (n, 28, 28)"),
        ({"y_train": np.zeros(4, np.uint8)}, "uint8 (4,)", "3 whole numbers"),
        ({"y_test": np.zeros((2, 10), np.uint8)}, "uint8 (2, 10)", "2 whole numbers"),
        ({"y_train": np.zeros(3)}, "float64 (3,)", "3 whole numbers"),
        ({"y_train": np.zeros(3, bool)}, "bool (3,)", "3 whole numbers"),
        ({"y_train": np.array([0, 10, 1])}, "", "from 0 to 9"),
        ({"y_test": np.array([0, -1])}, "", "from 0 to 9"),
        ({"x_test": np.zeros((0, 28, 28), np.uint8), "y_test": np.zeros(0, int)}, "", "labels"),
    ],
)
def test_wrong_arrays_are_refused(changes: Arrays, arrived: str, allowed: str, named: Path) -> None:
    _write_mnist(named, _arrays() | changes)
    with pytest.raises(BadFile) as caught:
        load("mnist")
    message = str(caught.value)
    assert str(named / "mnist.npz") in message
    assert arrived in message
    assert allowed in message


def test_labels_of_any_whole_type_are_taken() -> None:
    arrays = _arrays()
    images, labels = checked(arrays["x_train"], arrays["y_train"].astype(np.int64), "here")
    assert images.dtype == labels.dtype == np.uint8
    assert labels.tolist() == [0, 1, 2]


def _saved(save: Callable[..., None], *values: Any, **named: Any) -> bytes:
    file = io.BytesIO()
    save(file, *values, **named)
    return file.getvalue()


def _marked(flag: int = 0, method: int = 0) -> bytes:
    """A valid archive whose entries claim to be encrypted, or to use an unknown compression."""
    raw = bytearray(ARCHIVE)
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = raw.find(signature)
        while place >= 0:
            raw[place + offset] |= flag
            raw[place + offset + 2] = method
            place = raw.find(signature, place + 1)
    return bytes(raw)


ARCHIVE = _saved(np.savez, **_arrays())
IDX = gzip.decompress(_idx(_arrays()["x_train"]))
DAMAGED = {
    "mnist": {
        "empty": b"",
        "text": b"this is no archive",
        "cut short": ARCHIVE[: len(ARCHIVE) // 2],
        "a byte changed": ARCHIVE[:500] + bytes([ARCHIVE[500] ^ 255]) + ARCHIVE[501:],
        "one array": _saved(np.save, _arrays()["x_train"]),
        "an array missing": _saved(np.savez, x_train=_arrays()["x_train"]),
        "encrypted": _marked(flag=1),
        "packed strangely": _marked(method=99),
    },
    "fashion_mnist": {
        "empty": b"",
        "not gzipped": IDX,
        "cut short": gzip.compress(IDX)[:-9],
        "gzip of nothing": gzip.compress(b""),
        "another type": gzip.compress(b"\0\0\x0d\x03" + IDX[4:]),
        "pixels missing": gzip.compress(IDX[:-1]),
        "pixels too many": gzip.compress(IDX + b"\0"),
        "a rank without a shape": gzip.compress(b"\0\0\x08\xff"),
    },
}


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, kinds in DAMAGED.items() for kind in kinds]
)
def test_a_damaged_file_is_named_left_as_it_is_and_not_downloaded_again(
    name: str, kind: str, named: Path, downloads_tried: list[list[str]]
) -> None:
    WRITERS[name](named, _arrays())
    path = named / next(iter(DATASETS[name].files))
    path.write_bytes(DAMAGED[name][kind])
    with pytest.raises(
        BadFile,
        match=r"not an? (archive of x_train, y_train, x_test, y_test|gzipped idx file) \(.+\)",
    ) as caught:
        load(name)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == DAMAGED[name][kind]
    assert not downloads_tried


class _Bomb:
    """Makes a folder when unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_pickled_array_is_refused_and_never_run(named: Path, tmp_path: Path) -> None:
    bomb = np.array([_Bomb(tmp_path / "exploded")], dtype=object)
    _write_mnist(named, _arrays() | {"x_train": bomb})
    with pytest.raises(BadFile, match="Object arrays cannot be loaded"):
        load("mnist")
    assert not (tmp_path / "exploded").exists()


def test_a_file_in_the_home_that_keras_was_given_is_used(
    no_datasets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    downloads_tried: list[list[str]],
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    _write_mnist(tmp_path / "keras" / "datasets", _arrays())
    _assert_holds(load("mnist"), _arrays())
    assert not downloads_tried


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not at all", "another zip"])
def test_a_damaged_file_of_emnist_is_a_sentence(damage: bytes | str, named: Path) -> None:
    write_emnist(named, _arrays())
    path = named / "emnist" / "gzip.zip"
    if isinstance(damage, bytes):
        path.write_bytes(damage)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "nothing")
    with pytest.raises(BadFile, match=r"gzip\.zip: not EMNIST's zip file \("):
        load("emnist_letters")


@pytest.mark.parametrize(("name", "first", "last"), [("letters", "A", "Z"), ("balanced", "0", "t")])
def test_the_classes_of_emnist_are_signs(name: str, first: str, last: str) -> None:
    names = DATASETS[f"emnist_{name}"].class_names
    assert (names[0], names[-1], len(names)) == (first, last, 26 if name == "letters" else 47)


@pytest.mark.parametrize("name", ["kmnist", "emnist_letters", "emnist_balanced"])
@pytest.mark.usefixtures("no_datasets", "downloads_tried")
def test_where_a_file_is_published_is_told(name: str) -> None:
    with pytest.raises(DatasetUnavailable, match=r", published at https?://\S+/, into "):
        load(name)


@pytest.mark.parametrize("name", FROM_FILES)
def test_a_failed_download_says_which_files_to_put_where(
    name: str, no_datasets: Path, downloads_tried: list[list[str]]
) -> None:
    with pytest.raises(DatasetUnavailable) as caught:
        load(name)
    message = str(caught.value)
    assert downloads_tried == [[*DATASETS[name].files]]
    assert "could not be downloaded (far.example: it is raining)" in message
    assert all(file in message for file in DATASETS[name].files)
    assert str(no_datasets / ".keras" / "datasets") in message
    assert FOLDER_VARIABLE in message


def test_a_sample_sheet_has_a_row_a_class_in_ink_on_white_paper() -> None:
    images = np.arange(6, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8)
    labels = np.array([1, 0, 1, 1, 0, 1], dtype=np.uint8)
    data = Dataset("few", DIGIT_NAMES[:3], images, labels, images, labels)
    sheet = np.asarray(sample_sheet(data, columns=3))
    assert sheet.shape == (3 * 56, 3 * 56)
    middles = sheet[28::56, 28::56]
    np.testing.assert_array_equal(255 - middles, [[1, 4, 0], [0, 2, 3], [0, 0, 0]])


@pytest.fixture
def small_pen(no_datasets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The built-in dataset with few images, in its own cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(no_datasets / "cache"))
    monkeypatch.setattr(pen.load, "__defaults__", (None, (40, 20)))


@pytest.mark.usefixtures("small_pen")
def test_the_built_in_dataset_needs_neither_a_file_nor_a_download(
    downloads_tried: list[list[str]],
) -> None:
    data = load("pen")
    assert (data.x_train.shape, data.x_test.shape) == ((40, 28, 28), (20, 28, 28))
    assert where(DATASETS["pen"]) == "built in"
    assert not downloads_tried


@pytest.mark.usefixtures("small_pen")
def test_mnist_and_pen_are_learned_together_and_tested_on_mnist_alone(named: Path) -> None:
    _write_mnist(named, _arrays())
    data, arrays = load("mnist_and_pen"), _arrays()
    assert len(data.x_train) == len(data.y_train) == 3 + 40
    np.testing.assert_array_equal(data.x_train[:3], arrays["x_train"])
    np.testing.assert_array_equal(data.x_train[3:], load("pen").x_train)
    np.testing.assert_array_equal(data.x_test, arrays["x_test"])
    assert str(named) in where(DATASETS["mnist_and_pen"])


@pytest.mark.parametrize("opened", [True, False])
@pytest.mark.parametrize("other", [b"Trust me: these are no arrays.", b"\x93NUMPY\x01\x00"])
def test_only_what_is_no_archive_is_called_none(other: bytes, opened: bool, tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(other)
    with path.open("rb") as file, pytest.raises(BadFile, match=r"not an \.npz file\)\.$"):
        read_arrays(file if opened else path, ["trust"])
    np.savez(path, x=np.zeros(3))
    with pytest.raises(BadFile, match=r"not an archive of trust \('trust is not a file"):
        read_arrays(path, ["trust"])
