"""The images of the second stage of the bundled network's training, in groups.

The first stage learns from MNIST, `pen` and non-digits as they are. The second adds real hands, and
what people's canvases, pictures and photographs look like after their preparation. Every part is
drawn from a seed of its own, so that the parts can be drawn by several processes, in any order.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.data import datasets, hands, more_non_digits, pen, silhouettes
from digitapp.data.array_files import Images, Labels
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.data.more_non_digits import Paths
from digitapp.data.written_images import rendered
from digitapp.process_pool import process_pool

SEED = 20_261_126
OTHER = len(DIGIT_NAMES)  # the label of non-digits
PIECE = 500  # figures drawn by one process at a time

# How many figures are drawn in each way. Real hands: how many times each digit is.
HANDS = {"redrawn": 3, "canvas": 3, "paint": 1, "photograph": 1}
DIGITS = {"canvas": 8000, "paint": 5000, "photograph": 2500}
SIGNS = {"redrawn": 32_000, "canvas": 9000, "paint": 6000, "photograph": 3000}
BESIDE = {"redrawn": 6000, "canvas": 3000}
THINGS = 16_000


@dataclass(frozen=True)
class Figures:
    """Pen paths with their labels and writers.

    Attributes:
        paths: the strokes of each figure.
        labels: uint8 (n,), `OTHER` for a non-digit.
        writers: int64 (n,), -1 for figures that the project drew itself.
    """

    paths: Paths
    labels: Labels
    writers: NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """Images from which a fixed share of every batch is drawn.

    Attributes:
        images: uint8 (n, 28, 28), 0 paper to 255 ink.
        labels: uint8 (n,), `OTHER` for a non-digit.
        writers: int64 (n,), -1 where no writer of `hands` or `uji` has a part in it.
    """

    images: Images
    labels: Labels
    writers: NDArray[np.int64]

    def chosen(self, which: NDArray[np.bool_]) -> Group:
        """Return some of the images."""
        return Group(self.images[which], self.labels[which], self.writers[which])


def all_groups(count: int, processes: int = 1) -> dict[str, Group]:
    """Return every group of the second stage.

    Args:
        count: of the images of `digits_and_others` that may be trained on; the others are held
            back to calibrate the network.
        processes: that draw images at the same time.
    """
    hand_seed, sign_seed, pair_seed, thing_seed = np.random.SeedSequence(SEED).spawn(4)
    numbers = itertools.count(SEED)

    def draw(figures: Figures, way: str) -> Group:
        return drawn(figures, way, next(numbers), processes)

    found, real = of_dataset(count), real_hands()
    for way, times in HANDS.items():
        found[f"hands, {way}"] = joined([draw(real, way) for _ in range(times)])
    rng = np.random.default_rng(hand_seed)
    for way, many in DIGITS.items():
        found[f"digits, {way}"] = draw(written_digits(many, rng), way)
    rng = np.random.default_rng(sign_seed)
    found["signs"] = joined([draw(signs(many, rng), way) for way, many in SIGNS.items()])
    rng = np.random.default_rng(pair_seed)
    pairs = [draw(beside_hands(real, many, rng), way) for way, many in BESIDE.items()]
    found["parts and pairs"] = joined(pairs)
    things = silhouettes.pictures(THINGS, np.random.default_rng(thing_seed))
    found["things"] = Group(things, np.full(THINGS, OTHER, np.uint8), np.full(THINGS, -1))
    return found


def real_hands() -> Figures:
    """Return the digits of `hands` and `uji`, in the order of the files.

    Raises:
        BadFile: when a file is missing or damaged.
    """
    digits = hands.read()
    labels = np.array([digit.label for digit in digits], dtype=np.uint8)
    writers = np.array([digit.writer for digit in digits], dtype=np.int64)
    return Figures([digit.strokes for digit in digits], labels, writers)


def of_dataset(count: int) -> dict[str, Group]:
    """Return the first images of `digits_and_others`, divided by where they come from."""
    data = datasets.load("digits_and_others")
    order = np.random.default_rng(datasets.OTHERS_SEED).permutation(len(data.x_train))[:count]
    sizes = [len(datasets.load("mnist").x_train), pen.COUNTS[0], datasets.OTHERS]
    whole = Group(data.x_train[:count], data.y_train[:count], np.full(count, -1))
    ends = np.cumsum(sizes)
    parts = zip(("mnist", "pen", "others"), ends - sizes, ends, strict=True)
    return {name: whole.chosen((order >= start) & (order < end)) for name, start, end in parts}


def joined(groups: Sequence[Group]) -> Group:
    """Return the images of all groups in one."""
    parts = zip(*[(each.images, each.labels, each.writers) for each in groups], strict=True)
    images, labels, writers = (np.concatenate(part) for part in parts)
    return Group(images, labels, writers)


def drawn(figures: Figures, way: str, seed: int, processes: int = 1) -> Group:
    """Render figures in one of the `written_images.WAYS`; the same seed gives the same images.

    Args:
        processes: that draw images at the same time.
    """
    starts = range(0, len(figures.paths), PIECE)
    seeds = np.random.SeedSequence(seed).spawn(len(starts))
    jobs = [(figures.paths[start : start + PIECE], way) for start in starts]
    if processes > 1:
        with process_pool(processes) as pool:
            found = list(pool.map(_rendered, jobs, seeds))
    else:
        found = [*map(_rendered, jobs, seeds)]
    images = np.concatenate([images for images, _ in found])
    places = np.concatenate(
        [start + places for start, (_, places) in zip(starts, found, strict=True)]
    )
    return Group(images, figures.labels[places], figures.writers[places])


def _rendered(
    job: tuple[Paths, str], seed: np.random.SeedSequence
) -> tuple[Images, NDArray[np.int64]]:
    return rendered(*job, np.random.default_rng(seed))


def written_digits(count: int, rng: np.random.Generator) -> Figures:
    """Write digits in the styles of `pen`."""
    paths, labels = more_non_digits.digit_paths(count, rng)
    return Figures(paths, labels, np.full(count, -1))


def _of_no_writer(paths: Paths) -> Figures:
    count = len(paths)
    return Figures(paths, np.full(count, OTHER, dtype=np.uint8), np.full(count, -1))


def signs(count: int, rng: np.random.Generator) -> Figures:
    """Write non-digits: known and invented signs, halves of digits, and digits side by side."""
    digits, labels = more_non_digits.digit_paths(count // 4, rng)
    return _of_no_writer(
        [
            *more_non_digits.signs(2 * count // 3, rng),
            *more_non_digits.halves(digits[: count // 10], labels[: count // 10].tolist(), rng),
            *more_non_digits.beside(digits, count // 5, rng),
        ]
    )


def beside_hands(hands: Figures, count: int, rng: np.random.Generator) -> Figures:
    """Return halves of real digits, and real digits of one writer side by side, as non-digits."""
    paths: Paths = []
    writers: list[int] = []
    known = np.unique(hands.writers)
    for writer in known:
        mine = np.flatnonzero(hands.writers == writer)
        own = [hands.paths[place] for place in mine]
        some = rng.permutation(mine)[: max(1, count // (3 * len(known)))]
        digits = [hands.paths[place] for place in some]
        made = more_non_digits.halves(digits, hands.labels[some].tolist(), rng)
        made += more_non_digits.beside(own, 2 * count // (3 * len(known)), rng)
        paths += made
        writers += [int(writer)] * len(made)
    labels = np.full(len(paths), OTHER, dtype=np.uint8)
    return Figures(paths, labels, np.array(writers, dtype=np.int64))
