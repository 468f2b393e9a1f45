"""Samples of images for the browser: their addresses, and what is packed there."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.errors import DatasetUnavailable, UnknownName
from digitapp.library import sample_images
from digitapp.live import samples
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import RunStore
from tests.live.stored import add_run
from tests.stores import ADDED, on_both
from tests.tiny_runs import TINY

HOSTILE = 'x"<script>alert(1)</script>\u202e'


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    with patch.object(samples, "_samples", RecentlyUsed(samples.SAMPLES_KEPT)):
        yield


def _digest(address: str) -> str:
    return Path(address).stem


@on_both
def test_a_sample_is_found_at_its_address(toy_mnist: Path, store: RunStore) -> None:
    add_run(store)
    address = samples.address("run-1", store)
    assert address.startswith("live/samples/run-1/")
    found = samples.gzipped("run-1", _digest(address), store)
    told = json.loads(gzip.decompress(found.description))
    values = gzip.decompress(found.values)
    expected = sample_images.sample(sample_images.origin("run-1", store), store)
    assert told["values"] == f"{_digest(address)}.bin"
    assert (told["title"], told["about"]) == ("MNIST", "Images of MNIST.")
    assert told["trained"] is True
    assert told["class_names"] == [*expected.class_names]
    for part, x, y in (
        ("training", expected.x_train, expected.y_train),
        ("test", expected.x_test, expected.y_test),
    ):
        count, place = told[part]["count"], told[part]
        images = np.frombuffer(values, np.uint8, count * 784, place["images"])
        np.testing.assert_array_equal(images.reshape(-1, 28, 28), x)
        np.testing.assert_array_equal(np.frombuffer(values, np.uint8, count, place["labels"]), y)
    assert len(values) == 785 * (len(expected.x_train) + len(expected.x_test))


def test_runs_on_the_same_images_share_them(toy_mnist: Path, store: RunStore) -> None:
    for seed in range(2):
        add_run(store, seed)
    store.add(replace(TINY, train_size=20), **ADDED)  # type: ignore[arg-type]
    digests = [_digest(samples.address(f"run-{number}", store)) for number in (1, 2, 3)]
    assert digests[0] == digests[1] != digests[2]
    with patch.object(sample_images, "sample", side_effect=sample_images.sample) as loaded:
        for number in (1, 2):
            samples.gzipped(f"run-{number}", digests[0], store)
    assert loaded.call_count == 1


def test_a_class_that_asks_at_once_has_them_loaded_once(toy_mnist: Path, store: RunStore) -> None:
    digest = _digest(samples.address("recogniser", store))
    with (
        patch.object(sample_images, "sample", side_effect=sample_images.sample) as loaded,
        ThreadPoolExecutor(8) as pool,
    ):
        found = [*pool.map(lambda _: samples.gzipped("recogniser", digest, store), range(30))]
    assert loaded.call_count == 1
    assert all(each is found[0] for each in found)


def test_images_that_have_changed_are_gone(toy_mnist: Path, store: RunStore, toy: Dataset) -> None:
    before = _digest(samples.address("recogniser", store))
    (toy_mnist / "mnist.npz").unlink()
    with pytest.raises(UnknownName, match=r"are no longer the same\. Reload the page"):
        samples.gzipped("recogniser", before, store)
    assert before != _digest(samples.address("recogniser", store))


def test_without_images_there_is_no_address(no_datasets: Path, store: RunStore) -> None:
    store.add(replace(TINY, dataset="fashion_mnist"), **ADDED)  # type: ignore[arg-type]
    with pytest.raises(DatasetUnavailable, match="Fashion-MNIST is not on this machine"):
        samples.address("run-1", store)


@pytest.mark.parametrize("name", ["run-7", "none", "../recogniser", ""])
def test_an_unknown_network_has_no_address(name: str, store: RunStore) -> None:
    with pytest.raises(UnknownName):
        samples.address(name, store)
    with pytest.raises(UnknownName):
        samples.gzipped(name, "0" * 24, store)


def test_names_cannot_affect_the_text_around_them(toy: Dataset) -> None:
    arrays = (toy.x_train[:3], toy.y_train[:3], toy.x_test[:2], toy.y_test[:2])
    sample = sample_images.Sample(HOSTILE, HOSTILE, True, (HOSTILE,), *arrays)
    told = json.loads(samples.packed(sample, "digest").description)
    assert not {"\u202e"} & {*told["title"], *told["about"], *told["class_names"][0]}
