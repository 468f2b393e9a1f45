"""A sample of the images that a network was trained and tested on, without downloading anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitapp.data import array_files, hand_images, hands, pen
from digitapp.data.array_files import Images, Labels
from digitapp.data.datasets import DATASETS, Dataset, knows_digits, local_folder
from digitapp.errors import BadFile, DatasetUnavailable, InvalidSetting, UnknownName
from digitapp.library import catalogue, models
from digitapp.library.handwriting_datasets import HANDWRITING_DATASETS, MIXED, OWN
from digitapp.runs import RunStore
from digitapp.training import batching
from digitapp.training.random_labels import share_in_words
from digitapp.training.spec import TrainingSpec

SIZES = (2000, 1000)  # training and test images
SEEDS = (20_261_126, 20_261_127)


class Origin(NamedTuple):
    """Where a network's sample comes from; it is found without loading an image.

    Attributes:
        spec: the settings that the network was trained with.
        class_names: of the network.
        learned: the fingerprint of the dataset that it was trained on; empty when unknown.
        dataset: the name of the dataset that the sample is taken from.
        mark: changes with the content of that dataset.
    """

    spec: TrainingSpec
    class_names: tuple[str, ...]
    learned: str
    dataset: str
    mark: str


@dataclass(frozen=True)
class Sample:
    """Some images of a dataset, as many of each class as there are, in the same order each time.

    Attributes:
        title: of the dataset.
        about: a sentence on what the images are.
        trained: whether the network has learned from the training images.
        class_names: of the network.
        x_train, x_test: uint8 (n, 28, 28); 0 is paper, 255 is ink.
        y_train, y_test: uint8 (n,), indices into `class_names`.
    """

    title: str
    about: str
    trained: bool
    class_names: tuple[str, ...]
    x_train: Images
    y_train: Labels
    x_test: Images
    y_test: Labels


def origin(name: str, store: RunStore) -> Origin:
    """Return where the sample for a network comes from: its dataset, if that is on this machine.

    Of a dataset that is made of several, it is the first. For a network that reads digits, *Pen*
    stands in for a dataset that is not there.

    Args:
        name: as for `models.load`.

    Raises:
        UnknownName: when there is no such network.
        DatasetUnavailable: when there are no images for it.
        StoreProblem: when the store fails.
    """
    number, known = models.run_of(name), ""
    if number is None:
        spec, class_names = models.settings(name, store), models.class_names(name, store)
    else:
        run = store.get(number)
        spec, class_names, known = run.spec, models.class_names_of(store, run), run.fingerprint
    dataset = _first_of(spec.dataset)
    try:
        mark = _mark(store, dataset)
    except (BadFile, UnknownName) as error:
        if not knows_digits(class_names):
            raise DatasetUnavailable(f"There are no images to show. {error}") from None
        dataset, mark = "pen", _mark(store, "pen")
    return Origin(spec, class_names, known, dataset, mark)


def sample(found: Origin, store: RunStore) -> Sample:
    """Load the sample.

    Args:
        found: as `origin` returns it.

    Raises:
        DatasetUnavailable: when the dataset turns out to be damaged, or to have too few images.
        StoreProblem: when the store fails.
    """
    try:
        loaded = _loaded(store, found.dataset)
        known = catalogue.as_learned(loaded, found.class_names, found.learned)
        data = catalogue.in_terms_of(known, found.class_names)
    except (BadFile, InvalidSetting) as error:
        if found.dataset == "pen" or not knows_digits(found.class_names):
            raise DatasetUnavailable(f"There are no images to show. {error}") from None
        return sample(found._replace(dataset="pen", mark=""), store)
    trained, about = _relation(found, loaded)
    size = _trained_on(found.spec, data) if trained else len(data.x_train)
    train = balanced(data.y_train[:size], SIZES[0], SEEDS[0])
    test = balanced(data.y_test, SIZES[1], SEEDS[1])
    return Sample(
        catalogue.title(found.dataset),
        about,
        trained,
        found.class_names,
        data.x_train[train],
        data.y_train[train],
        data.x_test[test],
        data.y_test[test],
    )


def balanced(labels: Labels, most: int, seed: int) -> NDArray[np.intp]:
    """Choose images at random, equally many of each class as far as there are.

    Returns:
        up to `most` indices into `labels`, one of each class after the other.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    turn = np.zeros(len(labels), dtype=np.intp)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels[order] == label)
        turn[mine] = np.arange(len(mine))
    return order[np.lexsort((labels[order], turn))[:most]]


def _first_of(dataset: str) -> str:
    """Return the dataset whose images stand for another that is made of several."""
    if dataset == MIXED:
        return OWN
    made_of = DATASETS[dataset].made_of if dataset in DATASETS else ()
    return made_of[0] if made_of else dataset


def _mark(store: RunStore, dataset: str) -> str:
    """Return what changes with a dataset's content.

    Raises:
        BadFile: when its files are damaged.
        UnknownName: when it is not on this machine.
        StoreProblem: when the store fails.
    """
    if dataset == "pen":
        return f"version {pen.VERSION}, {'cached' if pen.is_cached() else 'drawn'}"
    if dataset in hands.FILES:
        return hand_images.fingerprint(dataset)
    source = DATASETS.get(dataset)
    folder = local_folder(source) if source else None
    if source and folder:
        return " ".join(array_files.checksums(folder / file) for file in source.files)
    if source or dataset not in catalogue.dataset_names(store):
        raise UnknownName(f"{catalogue.title(dataset)} is not on this machine.")
    return catalogue.version(store, dataset)


def _loaded(store: RunStore, dataset: str) -> Dataset:
    if dataset != "pen" or pen.is_cached():
        return catalogue.dataset(store, dataset)
    train, test = (pen.generate(*each) for each in zip(SIZES, SEEDS, strict=True))
    return Dataset("pen", DATASETS["pen"].class_names, *train, *test)


def _trained_on(spec: TrainingSpec, data: Dataset) -> int:
    """Return how many of the training images, from the first on, the network has learned from."""
    if data.name != spec.dataset:
        return len(data.x_train)
    try:
        return batching.sizes(spec, len(data.x_train), data.writers)[0]
    except InvalidSetting:  # there are fewer by now
        return len(data.x_train)


def _relation(found: Origin, data: Dataset) -> tuple[bool, str]:
    """Return whether the network has learned from these images, and what they are."""
    wanted, title = found.spec.dataset, catalogue.title(found.dataset)
    drawn = found.dataset == "pen" and not pen.is_cached()
    if _first_of(wanted) != found.dataset:
        missing = f"{catalogue.title(_first_of(wanted))} cannot be loaded on this machine."
        if wanted in DATASETS and found.dataset in DATASETS[wanted].made_of:
            return not drawn, f"{missing} These are digits of {title}; it learned from both."
        return False, f"{missing} These are digits of {title}; it did not learn from them."
    if drawn:
        return False, f"Digits drawn in the same way as those of {title}, which it learned from."
    if _changed(found, data):
        return False, f"Images of {title}, which has changed since the network was trained."
    more = wanted != found.dataset or bool(found.spec.base)
    about = f"Images of {title}{'; it learned from others as well' * more}."
    if random := found.spec.random_labels:
        told = f"It was told random labels for {share_in_words(random)} of them"
        about = f"{about} {told}; these are the true ones."
    return True, about


def _changed(found: Origin, data: Dataset) -> bool:
    """Return whether the network was trained on other images of the same dataset."""
    if found.dataset in HANDWRITING_DATASETS:
        return found.learned not in ("", found.mark)
    same = found.dataset == found.spec.dataset and found.learned
    return bool(same) and found.learned != catalogue.whole_fingerprint(data)
