"""What becomes of a collection when it is kept: 28x28 pixels, a test part, mixed."""

from __future__ import annotations

from dataclasses import dataclass

from digitapp.data.datasets import Dataset
from digitapp.drawing import IMAGE_SIDE
from digitapp.imports import splitting
from digitapp.imports.collection import Collection
from digitapp.imports.sizes import prepared

AS = {  # how images of other sizes are prepared
    "mnist": "as MNIST's were: the ink 20 pixels large, its weight in the middle",
    "fashion_mnist": "as Fashion-MNIST's were: what they show fills the square",
}


@dataclass(frozen=True)
class Prepared:
    """A dataset that can be kept, and what was done to get it.

    Attributes:
        told: a sentence about each conversion, each mend, and each thing that is not used.
    """

    data: Dataset
    told: tuple[str, ...]


def ready(collection: Collection, name: str, preparation: str) -> Prepared:
    """Prepare a collection, mended before, for training.

    A missing test part is set aside, and the training images are mixed unless they are already.

    Args:
        name: of the dataset.
        preparation: the entry of `PREPARATIONS` for images that are not 28x28.

    Raises:
        InvalidSetting: when there are too few images to set some aside.
    """
    told = collection.told
    if collection.test is None or not len(collection.test):
        collection = splitting.with_test_part(collection)
        told = (*told, splitting.SPLIT)
    if splitting.MIXED not in told:
        collection = splitting.mixed(collection)
        told = (*told, splitting.MIXED)
    height, width = collection.train.images.shape[1:]
    if (height, width) != (IMAGE_SIDE, IMAGE_SIDE):
        told = (*told, f"Images of {height} x {width} pixels were made 28 x 28, {AS[preparation]}.")
    train, test = collection.train, collection.test
    assert test is not None  # it was split off above
    data = Dataset(
        name,
        collection.class_names,
        prepared(train.images, preparation),
        train.labels,
        prepared(test.images, preparation),
        test.labels,
    )
    return Prepared(data, told)
