"""Settings for a dataset with few images: transfer learning, unless somebody asks for other ones.

With twenty drawings of each class, a network with random weights hardly finds out what a line or a
bend is. The bundled one has found out, from a million images. So its layers are taken, the first
ones as they are and the later ones trained further, below a new output layer
(`TrainingSpec.new_output`). How many layers, how fast and for how long, is from
`benchmarks.few_examples`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from digitapp.data.datasets import DATASETS, DIGIT_NAMES
from digitapp.errors import BadFile, InvalidSetting
from digitapp.library import catalogue, dataset_sizes
from digitapp.library.handwriting_datasets import HANDWRITING_DATASETS
from digitapp.runs import RunStore, imported_datasets
from digitapp.training.spec import FEW_EXAMPLES, PRESETS, TrainingSpec

PRESET = FEW_EXAMPLES
# Images of each class, on average, up to which they are few. Up to about the first number, others
# learn less well; a dataset that was made by hand keeps what it has learned to refuse.
FEW, FEW_MADE = 100, 1000
KEPT_OUTPUT_RATE = 0.0003  # learning rate with the output layer of the bundled network
SHAPES_PREPARED = "mnist"
FRESH = "simple-cnn"  # the architecture that learns most from few images without help


def images(store: RunStore, dataset: str) -> int | None:
    """Return how many images there are to learn from, if they are few; None if they are not.

    None also for a built-in dataset, for My handwriting, which has settings of its own, and for a
    dataset that cannot be read, as its training will tell.

    Raises:
        StoreProblem: when the store fails.
    """
    if dataset in DATASETS or dataset in HANDWRITING_DATASETS:
        return None
    with suppress(BadFile, InvalidSetting):
        counts = dataset_sizes.counts(store, dataset)
        classes = len(catalogue.class_names(store, dataset))
        known = imported_datasets.facts(store, dataset)
        most = FEW_MADE if known and known.made else FEW
        if counts and counts[0] <= most * classes:
            return counts[0]
    return None


def settings(store: RunStore, dataset: str) -> TrainingSpec:
    """Return the settings for a dataset with few images.

    If its classes are the ten digits, the network keeps the output layer that knows them. The other
    shapes are prepared as MNIST's images are, so they are left out among images that are not: from
    their size alone they would be told apart.

    Raises:
        StoreProblem, Unreadable: as `catalogue.class_names`.
    """
    spec = replace(PRESETS[PRESET], dataset=dataset, train_size=None)
    if catalogue.preparation(store, dataset) != SHAPES_PREPARED:
        spec = replace(spec, none_of_these=False)
    if {*catalogue.class_names(store, dataset)} != {*DIGIT_NAMES}:
        return spec
    kept = replace(spec, new_output=False, frozen=0, none_of_these=False)
    return replace(kept, learning_rate=KEPT_OUTPUT_RATE)


def with_fresh_weights(spec: TrainingSpec) -> TrainingSpec:
    """Return the same training without the bundled network, in an architecture that suits it."""
    start = replace(spec, base="", new_output=False, frozen=0, architecture=FRESH, dropout=0.0)
    return replace(start, learning_rate=PRESETS[PRESET].learning_rate)
