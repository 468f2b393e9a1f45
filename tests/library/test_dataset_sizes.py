"""Sizes of datasets, found without loading them."""

from pathlib import Path

import numpy as np
import pytest

from digitapp.data import datasets, hand_images, hands, non_digits, pen
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.library import catalogue, dataset_sizes, handwriting_datasets
from digitapp.library.handwriting_datasets import MIXED, OWN
from digitapp.runs import RunStore, corrected_drawings, imported_datasets
from digitapp.training.spec import TrainingSpec
from tests import own_data
from tests.data.test_datasets import WRITERS

FEW = (120, 50)
PARTS = ("x_train", "y_train", "x_test", "y_test")


def write_others(folder: Path, data: Dataset) -> None:
    """Write a dataset as every one that is downloaded, but MNIST."""
    arrays = {name: getattr(data, name) for name in PARTS}
    for write in {*WRITERS.values()} - {WRITERS["mnist"]}:
        write(folder, arrays)


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture
def here(toy_mnist: Path, toy: Dataset, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of small datasets; pen has few digits, and there are few non-digits."""
    generated = non_digits.generate

    def few(count: int, *more: object) -> np.ndarray:
        return generated(min(count, 20), *more)

    drawn = pen.load(toy_mnist, FEW)
    monkeypatch.setattr(pen, "COUNTS", FEW)
    monkeypatch.setattr(pen, "load", lambda: drawn)
    monkeypatch.setattr(non_digits, "generate", few)
    write_others(toy_mnist, toy)
    return toy_mnist


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded(*arguments: object, **more: object) -> None:
        raise AssertionError("it was loaded")

    monkeypatch.setattr(datasets, "load", loaded)
    monkeypatch.setattr(catalogue, "dataset", loaded)
    monkeypatch.setattr(pen, "load", loaded)
    monkeypatch.setattr(hands, "read", loaded)
    read = np.load

    def bundled(file: object, **more: object) -> object:
        """Read a list of writers, but no images."""
        return read(file, **more) if file in hands.FILES.values() else loaded()

    monkeypatch.setattr(np, "load", bundled)


@pytest.mark.parametrize("name", DATASETS)
def test_a_built_in_dataset_has_as_many_images_as_are_loaded(
    name: str, here: Path, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = datasets.load(name)
    found = dataset_sizes.counts(store, name)
    assert found
    extra = datasets.OTHERS - 20 if name == "digits_and_others" else 0
    assert found == (len(data.x_train) + extra, len(data.x_test))


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.usefixtures("nothing_loaded")
def test_nothing_is_loaded_to_count_a_built_in_dataset(
    name: str, toy_mnist: Path, toy: Dataset, store: RunStore
) -> None:
    write_others(toy_mnist, toy)
    found = dataset_sizes.counts(store, name)
    assert found
    assert found[0] >= 200


def test_the_writers_are_known_where_somebody_knows_them() -> None:
    assert dataset_sizes.writers("uji") == hand_images.writers("uji")
    for name in ("mnist", "digits_and_others", OWN, "mine"):
        assert dataset_sizes.writers(name) is None


@pytest.mark.parametrize(("share", "held_back"), [(0.1, 20), (50, 50), (0, 0)])
def test_what_a_training_holds_back_is_counted(
    share: float, held_back: int, toy_mnist: Path, store: RunStore
) -> None:
    spec = TrainingSpec(validation_split=share)
    assert dataset_sizes.held_back(store, spec) == held_back


def test_what_a_training_holds_back_is_unknown_where_its_dataset_is_not_what_it_was(
    toy_mnist: Path, store: RunStore
) -> None:
    assert dataset_sizes.held_back(store, TrainingSpec(validation_split=5000)) is None
    assert dataset_sizes.held_back(store, TrainingSpec(dataset="gone")) is None
    imported_datasets.add(store, "mine", "mine.npz", 10, b"not at all")
    assert dataset_sizes.held_back(store, TrainingSpec(dataset="mine")) is None


@pytest.mark.parametrize("name", [*WRITERS, "mnist_and_pen", "digits_and_others"])
def test_what_would_have_to_be_downloaded_is_not_counted(
    name: str, no_datasets: Path, store: RunStore
) -> None:
    assert dataset_sizes.counts(store, name) is None


@pytest.mark.parametrize("parts", [2, 4])
def test_a_dataset_that_was_brought_is_counted(
    parts: int, toy: Dataset, tmp_path: Path, store: RunStore
) -> None:
    arrays = {each: getattr(toy, each) for each in PARTS[:parts]}
    np.savez(tmp_path / "mine.npz", allow_pickle=False, **arrays)
    data = own_data.kept(store, tmp_path / "mine.npz", "mine")
    assert dataset_sizes.counts(store, "mine") == (len(data.x_train), len(data.x_test))


@pytest.mark.parametrize("name", [OWN, MIXED])
def test_ones_own_handwriting_is_counted(name: str, store: RunStore) -> None:
    with pytest.raises(InvalidSetting, match="at least 3 to learn from"):
        dataset_sizes.counts(store, name)
    image = np.zeros((28, 28), np.float32)
    for number in range(11):
        corrected_drawings.add(store, image, number % 10, "?", "recogniser")
    data = handwriting_datasets.dataset(store, name)
    assert dataset_sizes.counts(store, name) == (len(data.x_train), len(data.x_test))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"not at all"])
@pytest.mark.parametrize("name", WRITERS)
def test_a_damaged_file_is_a_sentence(
    name: str, damage: bytes, toy_mnist: Path, toy: Dataset, store: RunStore
) -> None:
    write_others(toy_mnist, toy)
    for file in DATASETS[name].files:
        (toy_mnist / file).write_bytes(damage)
    with pytest.raises(BadFile):
        dataset_sizes.counts(store, name)


def test_a_damaged_dataset_of_ones_own_is_a_sentence(store: RunStore) -> None:
    imported_datasets.add(store, "mine", "mine.npz", 10, b"not at all")
    with pytest.raises(BadFile, match=r"mine\.npz: not an archive"):
        dataset_sizes.counts(store, "mine")


def test_a_dataset_that_is_not_there_is_left_to_whoever_loads_it(store: RunStore) -> None:
    assert dataset_sizes.counts(store, "minst") is None
    with pytest.raises(UnknownName, match="Unknown dataset 'minst'"):
        catalogue.dataset(store, "minst")
