"""Shapes that look like none of a dataset's classes, from which a network learns to say so.

A network that has only learned three signs sees one of them in everything (`data.non_digits`). So
it also gets letters, shapes, signs, digits and scribbles, as a class of their own. Whatever looks
like one of the classes must not be among them: a star would be called *none of these* by a network
that is to read stars. What looks alike is found by what the bundled network's convolutions see in
it, compared by the cosine of the angle (as in Vinyals et al., "Matching Networks for One Shot
Learning", NeurIPS 2016): a shape is left out if it is nearly as close to an example of a class as
two examples of that class are to each other.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from digitapp.data import non_digits, pen
from digitapp.data.array_files import Images, Labels
from digitapp.data.datasets import Dataset
from digitapp.data.more_non_digits import KNOWN
from digitapp.data.non_digit_shapes import LETTERS, SHAPES
from digitapp.data.pen_styles import STYLES, Style
from digitapp.library import models
from digitapp.reading.onnx_session import Session
from digitapp.training import batching, onnx_layers, onnx_model
from digitapp.training.inference_layers import Flatten
from digitapp.training.spec import TrainingSpec

Features = NDArray[np.float32]  # (n, features), each of length 1

FEWEST, MOST = 200, 6000  # shapes
PER_CLASS = 3.0  # shapes for each image of a class, on average
SEED = 20_261_127
WRITTEN = 0.7  # of the shapes are letters, signs and digits that have a name; the rest is free
PROBES = 4  # drawings of each by which it is judged
COMPARED = 60  # examples of each class at most
# How close a shape may come to a class, as a share of how close its examples are to each other.
ALIKE, FREE_ALIKE = 0.68, 0.8
FREE: dict[Callable[[int, np.random.Generator], Images], float] = {
    non_digits.signs: 0.4,
    non_digits.scribbles: 0.25,
    non_digits.rows: 0.2,
    non_digits.textures: 0.15,
}


def count(images: int, classes: int) -> int:
    """Return how many shapes are learned beside so many images of so many classes."""
    return min(max(round(PER_CLASS * images / classes), FEWEST), MOST)


def unlike(data: Dataset, spec: TrainingSpec) -> Images | None:
    """Return what a training learns as *none of these*: uint8 (n, 28, 28).

    None if the spec does not ask for it. The same dataset and settings give the same shapes.

    Args:
        data: its training images are compared, those that the spec leaves for training.

    Returns:
        what is to be the dataset's `others`.

    Raises:
        InvalidSetting: when the spec does not fit the dataset.
        BadFile: when the bundled network's file is missing or damaged.
    """
    if not spec.none_of_these:
        return None
    size, _ = batching.sizes(spec, len(data.x_train), data.writers)
    return beside(data.x_train[:size], data.y_train[:size], spec.seed)


def beside(images: Images, labels: Labels, seed: int) -> Images:
    """Return what is learned as *none of these* beside these images: uint8 (n, 28, 28)."""
    return shapes(images, labels, count(len(images), len(np.unique(labels))), seed)


def shapes(images: Images, labels: Labels, wanted: int, seed: int) -> Images:
    """Draw shapes that look like none of the classes of these images: uint8 (n, 28, 28).

    They are as many as wanted, unless the classes look like nearly everything that can be drawn.
    """
    rng = np.random.default_rng([SEED, seed])
    near = Nearness(images, labels)
    kept = kept_styles(near)
    free = _free(near, wanted - round(WRITTEN * wanted) if kept else wanted, rng)
    left = wanted - sum(map(len, free))
    return rng.permutation(np.concatenate([*free, _written(kept, left, rng)]))


def kept_styles(near: Nearness) -> list[Style]:
    """Return the letters, signs and digits with a name that look like none of the classes."""
    styles, features = _probes()
    closeness = near(features).reshape(len(styles), PROBES).mean(axis=1)
    return [style for style, close in zip(styles, closeness, strict=True) if close < ALIKE]


class Nearness:
    """Tells how close images come to the classes of examples.

    Args:
        images: uint8 (n, 28, 28), the examples.
        labels: uint8 (n,), their classes.
    """

    def __init__(self, images: Images, labels: Labels) -> None:
        self._examples: list[Features] = []
        self._usual: list[float] = []  # how close an example is to the one that it is most like
        for label in np.unique(labels):
            examples = features(images[labels == label][:COMPARED])
            between = examples @ examples.T
            np.fill_diagonal(between, -1)
            usual = float(np.median(between.max(axis=1))) if len(examples) > 1 else 1.0
            self._examples.append(examples)
            self._usual.append(usual)

    def __call__(self, shown: Features) -> NDArray[np.float32]:
        """Return how close each comes to the class it is most like; 1 is as close as examples."""
        pairs = zip(self._examples, self._usual, strict=True)
        close = [(shown @ examples.T).max(axis=1) / usual for examples, usual in pairs]
        return np.asarray(np.max(close, axis=0))


def features(images: Images) -> Features:
    """Return what the bundled network's last convolution sees in images, uint8 (n, 28, 28)."""
    seen = _extractor().outputs(batching.as_input(images))
    length = np.linalg.norm(seen, axis=1, keepdims=True)
    return np.asarray(seen / np.maximum(length, 1e-6))


@functools.cache
def _extractor() -> Session:
    """Return the bundled network as far as its last convolution."""
    layers = onnx_layers.layers_of(models.network_file(models.DEFAULT).content)
    end = next(place for place, layer in enumerate(layers) if isinstance(layer, Flatten))
    flattened = layers[end]
    assert isinstance(flattened, Flatten)
    names = [f"feature {number}" for number in range(np.prod(flattened.shape))]
    return Session(onnx_model.of_layers(layers[: end + 1], names))


@functools.cache
def _probes() -> tuple[list[Style], Features]:
    """Return what has a name, and features (styles * PROBES, ...) of some drawings of each."""
    known = [each for each in (*LETTERS, *SHAPES) if each.name not in non_digits.KEPT_ASIDE]
    styles = [*known, *KNOWN, *(style for digit in STYLES.values() for style in digit)]
    rng = np.random.default_rng(SEED)
    drawn = [pen.draw(style.strokes, PROBES, rng, style.pen) for style in styles]
    return styles, features(np.concatenate(drawn))


def _written(styles: Sequence[Style], wanted: int, rng: np.random.Generator) -> Images:
    """Draw so many of these styles, of each as often as of any other; none without styles."""
    if not styles:
        return np.zeros((0, 28, 28), np.uint8)
    turns = rng.permutation(len(styles))[np.arange(wanted) % len(styles)]
    counts = np.bincount(turns, minlength=len(styles))
    drawn = [
        pen.draw(style.strokes, int(times), rng, style.pen)
        for style, times in zip(styles, counts, strict=True)
        if times
    ]
    return np.concatenate(drawn)


def _free(near: Nearness, wanted: int, rng: np.random.Generator) -> list[Images]:
    """Draw scribbles, made-up signs and textures, so many of all, but none that is like a class.

    They are fewer where a class is like them.
    """
    counts = np.diff(np.rint(np.cumsum([0, *FREE.values()]) * wanted)).astype(int)
    found = []
    for draw, many in zip(FREE, counts, strict=True):
        drawn = draw(2 * int(many), rng)
        found.append(drawn[near(features(drawn)) < FREE_ALIKE][:many])
    return found
