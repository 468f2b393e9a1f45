"""Words by which names tell the part of a dataset: to train on, to test with, or held back."""

from __future__ import annotations

import re

TRAIN = ("train", "training", "tr", "trainset", "trainingset")
TEST = ("test", "testing", "te", "t10k", "testset", "testingset", "eval", "evaluation")
HELD_BACK = ("val", "valid", "validation", "dev")
PARTS = {*TRAIN, *TEST, *HELD_BACK}
BESIDE = (  # what is written to them without a sign between
    *("x", "y", "images", "image", "imgs", "img", "labels", "label", "lbls", "data", "set"),
    *("pixels", "features", "targets", "target", "classes", "class"),
)


def words(name: str) -> frozenset[str]:
    """Split a name into words: `trainImages`, `x_train` and `X-train` alike."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    found = re.split(r"[^a-z0-9]+", spaced.lower())
    return frozenset(word for each in found for word in apart(each) if word)


def apart(word: str) -> tuple[str, ...]:
    """Split `xtrain` and `trainlabels`, which have no sign between their words."""
    for part in sorted(PARTS, key=len, reverse=True):
        if word.startswith(part) and word.removeprefix(part) in BESIDE:
            return part, word.removeprefix(part)
        if word.endswith(part) and word.removesuffix(part) in BESIDE:
            return word.removesuffix(part), part
    return (word,)
