"""Samples of the images that a network was trained on: what is there, and what is said of it."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from digitapp.data import datasets, image_cache, pen
from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.errors import DatasetUnavailable, UnknownName
from digitapp.library import catalogue, sample_images
from digitapp.library.handwriting_datasets import MIXED, OWN
from digitapp.library.sample_images import Sample, balanced
from digitapp.runs import RunStore, corrected_drawings, imported_datasets
from digitapp.training.spec import TrainingSpec
from tests import own_data
from tests.of_classes import RUNS
from tests.stores import ADDED, DIGIT
from tests.tiny_runs import TINY, change, write_datasets


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture(autouse=True)
def no_downloads_and_no_cache(monkeypatch: pytest.MonkeyPatch, no_datasets: Path) -> None:
    """Let a download fail the test, and keep nobody's own images of Pen."""

    def fails(*_: object) -> NoReturn:
        pytest.fail("it downloads")

    monkeypatch.setattr(datasets, "_downloaded", fails)
    monkeypatch.setattr(image_cache, "cache_folder", lambda: None)


def _sample(store: RunStore, spec: TrainingSpec = TINY, name: str = "") -> Sample:
    """Return the sample for a network of this name, or for a new run with these settings."""
    if not name:
        run = store.add(spec, **ADDED)  # type: ignore[arg-type]
        name = f"run-{run}"
    return sample_images.sample(sample_images.origin(name, store), store)


def _bring(store: RunStore, folder: Path, data: Dataset, name: str = "ours") -> Dataset:
    arrays = {"x_train": data.x_train, "y_train": data.y_train}
    np.savez(folder / "ours.npz", **arrays, allow_pickle=False)
    return own_data.kept(store, folder / "ours.npz", name)


def _draw(store: RunStore, times: int) -> None:
    for _ in range(times):
        for label in range(10):
            corrected_drawings.add(store, DIGIT + label / 10, label, "1", "recogniser")


def test_a_sample_is_balanced_and_the_same_each_time() -> None:
    labels = np.repeat([0, 1, 2, 3], [50, 500, 7, 300]).astype(np.uint8)
    found = balanced(labels, 100, seed=1)
    assert [*np.bincount(labels[found])] == [31, 31, 7, 31]
    assert len({*found}) == 100
    np.testing.assert_array_equal(found, balanced(labels, 100, seed=1))
    assert not np.array_equal(found, balanced(labels, 100, seed=2))
    assert {*labels[found[:4]]} == {0, 1, 2, 3}, "the first ones are balanced, too"


def test_there_are_never_more_images_than_there_are() -> None:
    labels = np.repeat([4, 2], [3, 9]).astype(np.uint8)
    assert sorted(balanced(labels, 100, seed=1)) == [*range(12)]


def test_a_run_on_mnist_has_images_of_mnist(toy_mnist: Path, store: RunStore, toy: Dataset) -> None:
    found = _sample(store, replace(TINY, validation_split=0))
    assert (found.title, found.about, found.trained) == ("MNIST", "Images of MNIST.", True)
    assert found.class_names == DIGIT_NAMES
    assert (len(found.x_train), len(found.x_test)) == (200, 50)
    assert found.x_train.dtype == found.y_train.dtype == np.uint8
    known = {image.tobytes(): label for image, label in zip(toy.x_train, toy.y_train, strict=True)}
    pairs = zip(found.x_train, found.y_train, strict=True)
    assert all(known[image.tobytes()] == label for image, label in pairs)
    assert {image.tobytes() for image in found.x_test} == {each.tobytes() for each in toy.x_test}


def test_images_that_were_not_trained_on_are_left_out(
    toy_mnist: Path, store: RunStore, toy: Dataset
) -> None:
    for spec, size in (
        (replace(TINY, validation_split=50), 150),
        (replace(TINY, train_size=30), 30),
    ):
        found = _sample(store, spec)
        assert {each.tobytes() for each in found.x_train} == {
            each.tobytes() for each in toy.x_train[:size]
        }


def test_that_a_network_was_told_random_labels_stands_beside_the_true_ones(
    toy_mnist: Path, store: RunStore, toy: Dataset
) -> None:
    found = _sample(store, replace(TINY, validation_split=0, random_labels=0.5))
    assert found.about == (
        "Images of MNIST. It was told random labels for 50 % of them; these are the true ones."
    )
    known = {image.tobytes(): label for image, label in zip(toy.x_train, toy.y_train, strict=True)}
    pairs = zip(found.x_train, found.y_train, strict=True)
    assert all(known[image.tobytes()] == label for image, label in pairs)


def test_a_sample_is_small(
    toy_mnist: Path, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_images, "SIZES", (40, 20))
    found = _sample(store)
    assert [*np.bincount(found.y_train)] == [4] * 10
    assert [*np.bincount(found.y_test)] == [2] * 10
    assert found.x_train.base is None, "the whole dataset is not kept for it"


def test_the_bundled_network_learned_from_others_as_well(toy_mnist: Path, store: RunStore) -> None:
    found = _sample(store, name="recogniser")
    assert found.about == "Images of MNIST; it learned from others as well."
    assert found.class_names == (*DIGIT_NAMES, "not a digit")


def test_without_mnist_digits_of_the_project_stand_in(store: RunStore) -> None:
    found = _sample(store, name="recogniser")
    assert (len(found.x_train), len(found.x_test)) == sample_images.SIZES
    assert found.title == "Pen"
    assert found.about == (
        "MNIST cannot be loaded on this machine. These are digits of Pen; it learned from both."
    )
    other = _sample(store)
    assert not other.trained
    assert other.about.endswith("These are digits of Pen; it did not learn from them.")
    np.testing.assert_array_equal(found.x_test, other.x_test)


def test_pen_is_drawn_if_it_is_not_there(store: RunStore) -> None:
    found = _sample(store, replace(TINY, dataset="pen"))
    assert [*np.bincount(found.y_train)] == [200] * 10
    assert not found.trained
    assert found.about == "Digits drawn in the same way as those of Pen, which it learned from."


def test_pen_is_read_if_it_is_there(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = (60, 30)
    monkeypatch.setattr(image_cache, "cache_folder", lambda: tmp_path)
    for function in (pen.load, pen.is_cached):
        monkeypatch.setattr(function, "__defaults__", (None, few))
    drawn = sample_images.origin("recogniser", store)
    x_train, *_ = pen.load()
    found = _sample(store, replace(TINY, dataset="pen", validation_split=0))
    assert (found.trained, found.about) == (True, "Images of Pen.")
    assert {each.tobytes() for each in found.x_train} == {each.tobytes() for each in x_train}
    assert sample_images.origin("recogniser", store) != drawn


def test_clothes_are_for_networks_that_know_clothes(
    store: RunStore, toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = replace(TINY, dataset="fashion_mnist")
    with pytest.raises(DatasetUnavailable) as error:
        _sample(store, spec)
    assert str(error.value) == "There are no images to show. Fashion-MNIST is not on this machine."
    write_datasets(toy, tmp_path / "both")
    monkeypatch.setenv(datasets.FOLDER_VARIABLE, str(tmp_path / "both"))
    found = _sample(store, spec)
    assert (found.title, found.class_names[9]) == ("Fashion-MNIST", "ankle boot")


def test_networks_of_other_classes_have_their_own_images(other_classes: RunStore) -> None:
    found = _sample(other_classes, name=f"run-{RUNS['letters']}")
    assert (found.title, len(found.class_names), len(found.x_test)) == ("Letters", 26, 52)


def test_a_dataset_of_ones_own(store: RunStore, tmp_path: Path, toy: Dataset) -> None:
    ours = _bring(store, tmp_path, toy)
    found = _sample(store, replace(TINY, dataset="ours", validation_split=0))
    assert (found.title, found.about) == ("ours", "Images of ours.")
    assert len(found.x_train) == len(ours.x_train)
    imported_datasets.remove(store, "ours")
    assert _sample(store, replace(TINY, dataset="ours")).title == "Pen"


def test_a_dataset_that_was_replaced_is_not_what_was_learned(
    store: RunStore, tmp_path: Path, toy: Dataset
) -> None:
    before = catalogue.whole_fingerprint(_bring(store, tmp_path, toy))
    run = store.add(replace(TINY, dataset="ours"), **ADDED)  # type: ignore[arg-type]
    change(store, run, fingerprint=before)
    first = sample_images.origin(f"run-{run}", store)
    assert sample_images.sample(first, store).trained
    _bring(store, tmp_path, replace(toy, y_train=toy.y_train[::-1].copy()))
    second = sample_images.origin(f"run-{run}", store)
    assert first.mark != second.mark
    found = sample_images.sample(second, store)
    assert not found.trained
    assert found.about == "Images of ours, which has changed since the network was trained."


def test_my_handwriting(store: RunStore) -> None:
    _draw(store, 4)
    for name, about in (
        (OWN, "Images of My handwriting."),
        (MIXED, "Images of My handwriting; it learned from others as well."),
    ):
        found = _sample(store, replace(TINY, dataset=name, validation_split=0))
        assert (found.title, found.about) == ("My handwriting", about)
        assert len(found.y_train) + len(found.y_test) == 40


def test_too_few_drawings_are_as_none(store: RunStore) -> None:
    corrected_drawings.add(store, DIGIT, 3, "1", "recogniser")
    found = _sample(store, replace(TINY, dataset=OWN))
    assert found.about.startswith("My handwriting cannot be loaded on this machine. ")


def test_another_drawing_changes_the_mark(store: RunStore) -> None:
    _draw(store, 4)
    run = store.add(replace(TINY, dataset=OWN), **ADDED)  # type: ignore[arg-type]
    first = sample_images.origin(f"run-{run}", store)
    _draw(store, 1)
    assert sample_images.origin(f"run-{run}", store).mark != first.mark


@pytest.mark.parametrize("damage", [b"no archive", b""])
def test_a_damaged_file_is_as_none(toy_mnist: Path, store: RunStore, damage: bytes) -> None:
    (toy_mnist / "mnist.npz").write_bytes(damage)
    assert _sample(store).title == "Pen"


def test_a_file_damaged_within_is_as_none(toy_mnist: Path, store: RunStore) -> None:
    file = toy_mnist / "mnist.npz"
    whole = bytearray(file.read_bytes())
    whole[5000:6000] = bytes(1000)
    file.write_bytes(whole)
    assert _sample(store).title == "Pen"


def test_the_origin_is_found_without_loading_an_image(
    toy_mnist: Path, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (datasets, pen):
        monkeypatch.setattr(module, "load", None)
    assert sample_images.origin("recogniser", store).dataset == "mnist"


def test_another_file_has_another_mark(toy_mnist: Path, store: RunStore, toy: Dataset) -> None:
    first = sample_images.origin("recogniser", store)
    parts = {"y_train": toy.y_train[::-1], "x_test": toy.x_test, "y_test": toy.y_test}
    np.savez(toy_mnist / "mnist.npz", x_train=toy.x_train, **parts, allow_pickle=False)
    second = sample_images.origin("recogniser", store)
    assert first.dataset == second.dataset
    assert first.mark != second.mark


@pytest.mark.parametrize("name", ["run-7", "none", ""])
def test_an_unknown_network_has_none(name: str, store: RunStore) -> None:
    with pytest.raises(UnknownName):
        sample_images.origin(name, store)
