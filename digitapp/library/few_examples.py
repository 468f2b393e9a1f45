"""Settings for a dataset with few images: transfer learning, unless somebody asks for other ones.

With twenty drawings of each class, a network with random weights does not find out what a line or a
bend is. The bundled one has found out, from a million images. So the first layers are taken from it
as they are, the later ones are trained further, and the output layer is new (`TrainingSpec`). How
many layers, how fast and for how long was measured by `benchmarks.few_examples`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from digitapp.data.datasets import DATASETS, DIGIT_NAMES
from digitapp.errors import BadFile, InvalidSetting
from digitapp.library import catalogue, dataset_sizes
from digitapp.library.handwriting_datasets import HANDWRITING_DATASETS
from digitapp.runs import RunStore
from digitapp.training.spec import PRESETS, TrainingSpec

PRESET = "few-examples"
FEW = 100  # images of each class, on average; with more, fresh weights do as well
OF_ITS_OWN = 0.0003  # learning rate where the bundled network's output layer is kept


def settings(store: RunStore, dataset: str) -> TrainingSpec:
    """Return the settings for a dataset with few images.

    If its classes are the ten digits, the network keeps its output layer, which knows them already.
    """
    spec = replace(PRESETS[PRESET], dataset=dataset, train_size=None)
    if set(catalogue.class_names(store, dataset)) != {*DIGIT_NAMES}:
        return spec
    return replace(
        spec, new_output=False, frozen=0, none_of_these=False, learning_rate=OF_ITS_OWN
    )


def fresh(spec: TrainingSpec) -> TrainingSpec:
    """Return the same training with fresh weights, in a network that few images can train."""
    return replace(
        spec,
        base="",
        new_output=False,
        frozen=0,
        architecture="simple-cnn",
        dropout=0.0,
        none_of_these=spec.none_of_these,
        epochs=FRESH_EPOCHS,
    )


def images(store: RunStore, dataset: str) -> int | None:
    """Return how many images there are to learn from, if they are few; None if there are enough.

    None also for a built-in dataset, for My handwriting, which has settings of its own, and for a
    dataset that cannot be read, which the training will tell.

    Raises:
        StoreProblem: when the store fails.
    """
    if dataset in DATASETS or dataset in HANDWRITING_DATASETS:
        return None
    with suppress(BadFile, InvalidSetting):
        counts = dataset_sizes.counts(store, dataset)
        classes = len(catalogue.class_names(store, dataset))
        if counts and counts[0] < FEW * classes:
            return counts[0]
    return None
