"""Whether what is wrong with a dataset is noticed: `python -m benchmarks.looking`.

Spoils random samples of 2,000 images in several ways and counts what `imports.findings` notices;
the same for clean samples. Then trains on the clean, the spoilt and the mended sample, and tests
on the same 2,000 other images. Prints Markdown tables.

The thresholds of `imports` were chosen on samples of the seeds from 1,000 on (`--choosing`); what
is reported is measured on those below. The bundled network learned from the training parts of
MNIST and `pen` and from `hands`, so samples of MNIST and `pen` are taken from the test parts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from digitapp.data.datasets import DIGIT_NAMES, Dataset, load
from digitapp.imports import keeping, placement
from digitapp.imports.collection import Collection, Labelled
from digitapp.imports.finding import Finding
from digitapp.imports.findings import findings
from digitapp.imports.mends import mended, suggested
from digitapp.library import catalogue, second_opinion

SAMPLES, CLEAN_SAMPLES = 20, 25  # of each way, and of each clean dataset
IMAGES, TESTED = 2_000, 2_000
CHOOSING = 1_000  # the first seed of the samples that thresholds are chosen on
WRONG, COPIED = 0.05, 0.1  # of the images
TRAINED, EPOCHS = 10, 10  # samples that are trained on, each so long
MANY = 100_000
FACTS = {"no_test_part"}  # true of clean samples as well

Random = np.random.Generator
Spoil = Callable[[Collection, Random], Collection]


def sample(name: str, seed: int, with_test_part: bool = False) -> Collection:
    """Return a random sample of a dataset, its classes named 0 to 9."""
    data = load(name)
    parts = [(data.x_test, data.y_test)]
    if len(data.x_test) < IMAGES:
        parts.append((data.x_train, data.y_train))
    x, y = (np.concatenate(each) for each in zip(*parts, strict=True))
    chosen = np.random.default_rng(seed).permutation(len(x))[:IMAGES]
    images, labels = x[chosen], y[chosen]
    if not with_test_part:
        return Collection(DIGIT_NAMES, Labelled(images, labels), None, "a sample")
    fifth = IMAGES // 5
    train, test = Labelled(images[fifth:], labels[fifth:]), Labelled(images[:fifth], labels[:fifth])
    return Collection(DIGIT_NAMES, train, test, "a sample")


def _of_images(change: Callable[[np.ndarray], np.ndarray]) -> Spoil:
    return lambda given, _: replace(
        given, train=Labelled(np.ascontiguousarray(change(given.train.images)), given.train.labels)
    )


def _turned(given: Collection, random: Random) -> Collection:
    quarters = int(random.integers(1, 4))
    return _of_images(lambda x: np.rot90(x, quarters, axes=(1, 2)))(given, random)


def _sorted(given: Collection, _: Random) -> Collection:
    order = np.argsort(given.train.labels, kind="stable")
    return replace(given, train=Labelled(given.train.images[order], given.train.labels[order]))


def _copied(given: Collection, random: Random) -> Collection:
    """Put copies of test images among the training images."""
    train, test = given.train, given.test
    assert test is not None
    count = int(COPIED * IMAGES)
    chosen, places = random.permutation(len(test))[:count], random.permutation(len(train))[:count]
    images, labels = train.images.copy(), train.labels.copy()
    images[places], labels[places] = test.images[chosen], test.labels[chosen]
    return replace(given, train=Labelled(images, labels))


def _to_ten(given: Collection, random: Random) -> Collection:
    """Name the classes 1 to 10: 10 is 0 as in SVHN, or all are one too high."""
    names = tuple(map(str, range(1, 11)))
    labels = given.train.labels
    labels = (labels + 9) % 10 if random.random() < 0.5 else labels
    return replace(given, class_names=names, train=Labelled(given.train.images, labels))


def _mislabelled(given: Collection, random: Random) -> Collection:
    labels = given.train.labels.copy()
    chosen = random.permutation(len(labels))[: int(WRONG * len(labels))]
    labels[chosen] = (labels[chosen] + random.integers(1, 10, len(chosen))) % 10
    return replace(given, train=Labelled(given.train.images, labels.astype(np.uint8)))


def _small(given: Collection, random: Random) -> Collection:
    """Shrink images to 16x16 pixels, and put each somewhere into 28x28."""
    images = given.train.images
    places = random.integers(0, 13, (len(images), 2))
    found = np.zeros_like(images)
    for image, target, (top, left) in zip(images, found, places, strict=True):
        small = Image.fromarray(image).resize((16, 16), Image.Resampling.BOX)
        target[top : top + 16, left : left + 16] = np.asarray(small)
    return replace(given, train=Labelled(found, given.train.labels))


WAYS: dict[str, tuple[Spoil, set[str]]] = {  # and the findings that are right
    "inverted": (_of_images(lambda x: 255 - x), {"inverted"}),
    "transposed": (_of_images(lambda x: x.transpose(0, 2, 1)), {"turned"}),
    "rotated": (_turned, {"turned"}),
    "0/1": (_of_images(lambda x: np.where(x >= 128, 255, 0).astype(np.uint8)), {"two_levels"}),
    "0/1 as bytes": (_of_images(lambda x: (x >= 128).astype(np.uint8)), {"faint", "two_levels"}),
    "small, anywhere": (_small, {"placed_otherwise"}),
    "sorted": (_sorted, {"sorted"}),
    "duplicated": (_copied, {"shared"}),
    "1 to 10": (_to_ten, {"labels_from_one"}),
    "mislabelled": (_mislabelled, {"mislabelled"}),
}


def noticed(given: Collection) -> set[str]:
    """Return the names of what is noticed, without plain facts."""
    return {each.name for each in _looked_at(given)} - FACTS


def _looked_at(given: Collection) -> tuple[Finding, ...]:
    return findings(given, second_opinion.bundled(), placement.preparation(given))


def spoilt(way: str, seed: int) -> tuple[Collection, Collection]:
    """Return a clean sample of MNIST, and the same spoilt in a way."""
    clean = sample("mnist", seed, way == "duplicated")
    return clean, WAYS[way][0](clean, np.random.default_rng(seed))


def noticing(first: int, samples: int) -> None:
    """Print how often each way is noticed, and what else is."""
    print("| sample | noticed | something else noticed |\n| --- | --- | --- |")
    for way, (_, right) in WAYS.items():
        found = [noticed(spoilt(way, first + n)[1]) for n in range(samples)]
        hits = sum(right <= each for each in found)
        others = Counter(name for each in found for name in each - right)
        print(f"| {way} | {hits} of {samples} | {dict(others) or 0} |", flush=True)


def false_alarms(first: int, samples: int) -> None:
    """Print how often something is noticed in clean samples."""
    print("\n| clean sample | samples | with a false alarm | which |\n| --- | --- | --- | --- |")
    for name in ("mnist", "fashion_mnist", "hands", "pen"):
        found = [noticed(sample(name, first + n, n % 2 == 1)) for n in range(samples)]
        which = Counter(each for one in found for each in one)
        count = sum(map(bool, found))
        print(f"| {name} | {samples} | {count} | {dict(which) or '-'} |", flush=True)


def accuracy(given: Collection, tested: Dataset, seed: int) -> float:
    """Return the accuracy of a small network trained on a collection, 0 to 1."""
    from digitapp.training.spec import PRESETS
    from digitapp.training.trainer import train

    data = keeping.ready(given, "sample", "mnist").data
    named = np.array([int(name) % 10 for name in data.class_names], dtype=np.uint8)
    data = replace(
        data,
        class_names=DIGIT_NAMES,
        y_train=named[data.y_train],
        x_test=tested.x_test,
        y_test=tested.y_test,
    )
    known = catalogue.whole_fingerprint(data), seed
    if known not in _trained:  # many mended samples are the clean ones again
        spec = PRESETS["dense-128"].changed({"seed": seed, "epochs": EPOCHS})
        _trained[known] = train(spec, data).test_accuracy
    return _trained[known]


_trained: dict[tuple[str, int], float] = {}


def mending(first: int, samples: int) -> None:
    """Print the accuracy on clean, spoilt and mended samples."""
    mnist = load("mnist")
    tested = replace(mnist, x_test=mnist.x_train[:TESTED], y_test=mnist.y_train[:TESTED])
    print("\n| sample | clean | as it is | mended |\n| --- | --- | --- | --- |")
    for way, (_, right) in WAYS.items():
        rows = []
        for seed in range(first, first + samples):
            clean, bad = spoilt(way, seed)
            found = _looked_at(bad)
            mends = suggested(found) | {
                each.mend: each.images for each in found if each.mend and each.name in right
            }
            good = mended(bad, mends)
            rows.append([100 * accuracy(each, tested, seed) for each in (clean, bad, good)])
        means = [statistics.mean(each) for each in zip(*rows, strict=True)]
        print(f"| {way} | {' | '.join(f'{each:.2f}' for each in means)} |", flush=True)


def speed() -> None:
    """Print how long it takes to look at 100,000 images, clean and mislabelled."""
    parts = [(data.x_train, data.y_train) for data in (load("mnist"), load("pen"))]
    x, y = (np.concatenate(each)[:MANY] for each in zip(*parts, strict=True))
    reader = second_opinion.bundled()
    clean = Collection(DIGIT_NAMES, Labelled(x, y), None, "many images")
    wrong = _mislabelled(clean, np.random.default_rng(0))
    for name, given in (("clean", clean), ("mislabelled", wrong)):
        begun = time.perf_counter()
        findings(given, reader)
        print(f"{len(x):,} images, {name}: {time.perf_counter() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--choosing", action="store_true")
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--only", choices=("noticing", "false_alarms", "mending", "speed"))
    chosen = parser.parse_args()
    start = CHOOSING if chosen.choosing else 0
    if chosen.only in (None, "noticing"):
        noticing(start, chosen.samples)
    if chosen.only in (None, "false_alarms"):
        false_alarms(start, CLEAN_SAMPLES)
    if chosen.only in (None, "mending"):
        mending(start, min(chosen.samples, TRAINED))
    if chosen.only in (None, "speed"):
        speed()
