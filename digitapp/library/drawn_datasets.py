"""Datasets made in the page, as datasets for training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from digitapp.data.array_files import Images, Labels
from digitapp.data.datasets import Dataset
from digitapp.errors import InvalidSetting
from digitapp.runs import RunStore, drawn_examples
from digitapp.runs.drawn_examples import Example
from digitapp.runs.imported_datasets import Facts

AIM = 20  # examples of a class, to which the page leads
LEAST = 3  # examples of a class: two to learn from, and one for the test
TEST_OF, TEST_PLACE = 5, 2  # the third of five examples of a class, in their order, is for the test
SHUFFLED_BY = 20_261_127


Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Parts:
    """The examples of a dataset, and the indices of their classes, in the order of training."""

    train: Sequence[tuple[Example, int]]
    test: Sequence[tuple[Example, int]]


def dataset(store: RunStore, name: str) -> Dataset:
    """Return the examples as a dataset; of five of a class, one is for the test.

    The training images are shuffled, always in the same way: the last ones are for validation.

    Raises:
        UnknownName: when there is none of that name.
        InvalidSetting: when a class has too few examples.
        StoreProblem: when the store fails.
    """
    known = drawn_examples.facts(store, name)
    check(name, known, drawn_examples.counts(store, name))
    found = parts(known, drawn_examples.read(store, name)[0])
    return Dataset(name, known.class_names, *arrays(found.train), *arrays(found.test))


def counts(store: RunStore, name: str) -> tuple[int, int]:
    """Return the number of training and test images that `dataset` would return.

    Raises:
        UnknownName, InvalidSetting, StoreProblem: as `dataset`.
    """
    known = drawn_examples.facts(store, name)
    found = drawn_examples.counts(store, name)
    check(name, known, found)
    each_class = [found[number] for number, _ in known.classes]
    aside = [sum(map(is_aside, range(count))) for count in each_class]
    return sum(each_class) - sum(aside), sum(aside)


def version(known: Facts) -> str:
    """Return what changes whenever a dataset's examples or classes do."""
    return f"{known.created:.6f}-{known.revision}"


def parts(known: Facts, found: Sequence[Example]) -> Parts:
    """Split examples into those to train on, shuffled, and those for the test.

    Args:
        known: the dataset's classes; examples of other ones are left out.
        found: in the order in which they were made.
    """
    by_class: dict[int, list[Example]] = defaultdict(list)
    for each in found:
        by_class[each.class_id].append(each)
    train: list[tuple[Example, int]] = []
    test: list[tuple[Example, int]] = []
    for label, (number, _) in enumerate(known.classes):
        for place, each in enumerate(by_class[number]):
            (test if is_aside(place) else train).append((each, label))
    return Parts([train[place] for place in _shuffling(len(train))], test)


def unshuffled(train: Sequence[Kept]) -> list[Kept]:
    """Return what `parts` has shuffled in the order it had before: by class, oldest first."""
    pairs = zip(_shuffling(len(train)), range(len(train)), strict=True)
    return [train[place] for _, place in sorted(pairs)]


def _shuffling(count: int) -> list[int]:
    return [int(each) for each in np.random.default_rng(SHUFFLED_BY).permutation(count)]


def is_aside(place: int) -> bool:
    """Whether the example at this place of its class, from 0, is for the test."""
    return place % TEST_OF == TEST_PLACE


def lacking(known: Facts, counts: Mapping[int, int], least: int = LEAST) -> list[tuple[str, int]]:
    """Return the classes with fewer than `least` examples, and how many each has."""
    return [
        (own, counts.get(number, 0))
        for number, own in known.classes
        if counts.get(number, 0) < least
    ]


def check(name: str, known: Facts, counts: Mapping[int, int]) -> None:
    """Reject a dataset that has too few examples to learn from.

    Raises:
        InvalidSetting: saying of which classes.
    """
    few = lacking(known, counts)
    if few:
        told = ", ".join(f"“{own}” has {count}" for own, count in few[:5])
        more = f" and {len(few) - 5} more have too few" if len(few) > 5 else ""
        raise InvalidSetting(
            f"The dataset “{name}” needs more examples: {told}{more}. A network can learn from it "
            f"once each class has at least {LEAST}.",
            "dataset",
        )


def arrays(found: Sequence[tuple[Example, int]]) -> tuple[Images, Labels]:
    """Return the images of examples, uint8 (n, 28, 28), and their labels, uint8 (n,)."""
    images = [each.image for each, _ in found]
    x = np.stack(images) if images else np.zeros((0, 28, 28), np.uint8)
    return x, np.array([label for _, label in found], dtype=np.uint8)
