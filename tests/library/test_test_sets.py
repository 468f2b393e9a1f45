"""A network's answers to the test images: what is packed is what is read."""

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.errors import BadFile
from digitapp.library import catalogue, test_sets
from digitapp.runs import RunStore
from digitapp.training import checkpoints
from tests.tiny_runs import EPOCH, TINY

SHARES = np.eye(10, dtype=np.float32)[:3]


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


def added(store: RunStore, test: bytes | None) -> int:
    """Add a finished run with these stored answers."""
    counts = {"images": 1, "batches": 1, "parameters": 1}
    scores = {"test_loss": 0.5, "test_accuracy": 0.5}
    return store.add(TINY, name="", epochs=[EPOCH], model=b"", test=test, **scores, **counts)


def test_answers_come_back_with_the_fingerprint_of_their_images(
    store: RunStore, toy: Dataset
) -> None:
    found = test_sets.answers(store, added(store, test_sets.pack_answers(SHARES, toy)))
    assert found is not None
    assert np.array_equal(found.probabilities, SHARES)
    assert found.fingerprint == catalogue.fingerprint(toy)


def test_answers_of_older_versions_have_no_fingerprint(store: RunStore) -> None:
    found = test_sets.answers(store, added(store, checkpoints.pack({"probabilities": SHARES})))
    assert found is not None
    assert found.fingerprint is None


def test_answers_belong_only_to_as_many_images_and_classes(toy: Dataset) -> None:
    whole = np.full((len(toy.y_test), 10), 0.1, np.float32)
    known = catalogue.fingerprint(toy)
    for fingerprint in (known, None):
        assert test_sets.Answers(whole, fingerprint).belong_to(toy)
        assert not test_sets.Answers(whole[1:], fingerprint).belong_to(toy)
        assert not test_sets.Answers(whole[:, 1:], fingerprint).belong_to(toy)
    assert not test_sets.Answers(whole, known + 1).belong_to(toy)


def test_a_run_without_answers_has_none(store: RunStore) -> None:
    assert test_sets.answers(store, added(store, None)) is None


@pytest.mark.parametrize("data", [b"these are no arrays", checkpoints.pack({"x": SHARES})])
def test_damaged_answers_are_a_sentence(data: bytes, store: RunStore) -> None:
    with pytest.raises(BadFile, match="damaged"):
        test_sets.answers(store, added(store, data))
