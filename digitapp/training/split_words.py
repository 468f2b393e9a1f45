"""A run's images in a sentence: how many it learns from, checks itself on and is tested on."""

from __future__ import annotations

from digitapp.data.writers import Writers
from digitapp.training.batching import sizes, wanted_validation
from digitapp.training.random_labels import random_count
from digitapp.training.spec import TrainingSpec


def in_words(spec: TrainingSpec, images: int, tests: int, writers: Writers | None = None) -> str:
    """Describe the parts of a dataset in a sentence; of a dataset by writers, also whose they are.

    Random labels are told, too.

    Args:
        images, tests: the numbers of images in the dataset's training and test part.
        writers: who wrote them, if that is known.

    Raises:
        InvalidSetting: as `batching.sizes`.
    """
    used, held_back = sizes(spec, images, writers)
    learned, checked, tested = (f"{each:,}" for each in (used, held_back, tests))
    random = _random_labels(spec, used)
    if not writers:
        return (
            f"This training learns from {learned} images, checks itself on {checked} and is "
            f"tested on {tested} that it never saw.{random}"
        )
    readers = writers.people(0, used)
    checks = f", checks itself on {checked} by {_others(writers, images, held_back)}"
    text = (
        f"This training learns from {learned} images by {_people(readers)}"
        f"{checks if held_back else ''}, and is tested on {tested} by {writers.tests} more, whose "
        f"writing it never saw.{random}"
    )
    wanted = wanted_validation(spec, images)
    if wanted == held_back:
        return text
    return (
        f"{text} Nobody's images are split between two parts, so instead of the {wanted:,} images "
        f"asked for, it checks itself on {held_back:,}."
    )


def _others(writers: Writers, images: int, held_back: int) -> str:
    count = writers.people(images - held_back, images)
    return f"{count} other{'' if count == 1 else 's'}"


def _random_labels(spec: TrainingSpec, used: int) -> str:
    """Return how many training images get a random label, or nothing where none does."""
    wrong = random_count(spec.random_labels, used)
    if not wrong:
        return ""
    whose = "every training image" if wrong == used else f"{wrong:,} of the training images"
    return (
        f" For {whose} it is told a label drawn at random. Images for checking and testing keep "
        "their true labels."
    )


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"
