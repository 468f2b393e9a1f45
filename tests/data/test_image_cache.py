"""The cache of datasets: large files are unpacked once, and read anew when they change."""

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitapp.data import datasets, image_cache
from digitapp.data.array_files import PARTS, Arrays
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.errors import BadFile
from tests.tiny_runs import write_datasets


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of cache files, in which all sizes of datasets are kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(image_cache, "LARGE", 0)
    return tmp_path / "cache" / "digitapp"


@pytest.fixture
def folder(tmp_path: Path, toy: Dataset, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "datasets"))
    return written(toy, tmp_path / "datasets")


def written(data: Dataset, folder: Path) -> Path:
    """Fill a folder with compressed datasets; return it."""
    write_datasets(data, folder)
    arrays = {name: getattr(data, name) for name in PARTS}
    np.savez_compressed(folder / "mnist.npz", allow_pickle=False, **arrays)
    return folder


def same(first: Dataset, second: Dataset) -> bool:
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in PARTS)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_a_file_is_unpacked_once(
    name: str, cache: Path, folder: Path, toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert same(datasets.load(name), toy)
    assert [each.name for each in cache.iterdir()] == [f"{name}.npz"]

    def refuse(folder: Path) -> Arrays:
        raise AssertionError("It was read again.")

    source = datasets.DATASETS[name]
    monkeypatch.setitem(datasets.DATASETS, name, replace(source, read=refuse))
    found = datasets.load(name)
    assert same(found, toy)
    assert {getattr(found, part).dtype for part in PARTS} == {np.dtype(np.uint8)}


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_a_file_that_has_changed_is_read_anew(
    name: str, cache: Path, folder: Path, toy: Dataset, tmp_path: Path
) -> None:
    datasets.load(name)
    other = replace(toy, x_train=255 - toy.x_train, x_test=toy.x_test[::-1])
    written(other, tmp_path / "others")
    for file in (tmp_path / "others").rglob("*.*"):
        file.replace(folder / file.relative_to(tmp_path / "others"))
    assert same(datasets.load(name), other)
    assert same(datasets.load(name), other)


def test_a_damaged_cache_file_is_made_again(cache: Path, folder: Path, toy: Dataset) -> None:
    datasets.load("mnist")
    kept = cache / "mnist.npz"
    data = bytearray(kept.read_bytes())
    data[len(data) // 3] ^= 1  # one bit of a picture: its checksum is wrong then
    kept.write_bytes(data)
    assert same(datasets.load("mnist"), toy)
    assert kept.read_bytes() != bytes(data)


def test_a_damaged_file_is_not_kept(cache: Path, folder: Path) -> None:
    (folder / "mnist.npz").write_bytes(b"no archive")
    with pytest.raises(BadFile):
        datasets.load("mnist")
    assert not cache.exists()


def test_small_files_are_not_kept(
    cache: Path, folder: Path, toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_cache, "LARGE", 2**30)
    assert same(datasets.load("mnist"), toy)
    assert not cache.exists()


def test_what_is_not_compressed_is_not_kept(
    cache: Path, folder: Path, toy: Dataset, tmp_path: Path
) -> None:
    write_datasets(toy, tmp_path / "others")
    (tmp_path / "others" / "mnist.npz").replace(folder / "mnist.npz")
    assert same(datasets.load("mnist"), toy)
    assert not cache.exists()


def test_a_compressed_file_of_an_earlier_version_is_unpacked_for_good(
    cache: Path, toy: Dataset
) -> None:
    cache.mkdir(parents=True)
    file = cache / "pen.npz"
    arrays = {name: getattr(toy, name) for name in PARTS}
    np.savez_compressed(file, allow_pickle=False, fingerprint=np.array("of it"), **arrays)

    def refuse() -> Arrays:
        raise AssertionError("It was drawn again.")

    for _ in range(2):
        found = image_cache.load(file, "of it", refuse)
        assert all(map(np.array_equal, found, arrays.values()))
        with zipfile.ZipFile(file) as archive:
            assert {each.compress_type for each in archive.infolist()} == {zipfile.ZIP_STORED}
