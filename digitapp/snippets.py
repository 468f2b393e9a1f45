"""Pieces of Keras code for `scripts`: the datasets, the networks, the random changes.

Each piece is the written form of a function in `datasets`, `architectures` or `augmentation`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from digitapp.spec import Augmentation, TrainingSpec

_LAYER_WIDTH = 92


class Source(NamedTuple):
    """How the code gets a dataset.

    Attributes:
        imported: an import that it needs on top, or nothing; one of ours after an empty line.
        code: leaves x_train, y_train, x_test and y_test: uint8 images and their labels.
        classes: the number of classes, as code.
    """

    imported: str
    code: str
    classes: str


_MNIST = """\
# MNIST: 70,000 handwritten digits, 28 x 28 pixels each; downloaded the first time only (11 MB).
path = keras.utils.get_file(
    "mnist.npz",
    origin="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
)
with np.load(path) as data:  # x: the images, y: the digits that they show
    x_train, y_train = data["x_train"], data["y_train"]
    x_test, y_test = data["x_test"], data["y_test"]"""

_FASHION_MNIST = """\
# Fashion-MNIST: 70,000 pictures of clothes, 28 x 28 pixels each; downloaded the first time only.
# x: the images, y: what they show, from 0 (T-shirt) to 9 (ankle boot).
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()"""

_FROM_DIGITAPP = """\
# These images come with digitapp: save this file in digitapp's folder and run it there.
data = {load}
classes = len(data.class_names)
x_train, y_train = data.x_train, data.y_train  # x: the images, y: what they show
x_test, y_test = data.x_test, data.y_test"""

_BROUGHT_IMPORTS = "\nfrom digitapp.library import dataset\nfrom digitapp.runs import RunStore"

_AUGMENT = """\
# The network never sees the same image twice, and so learns what matters.
def augment(images, step):
    # For each image seven random numbers from -1 to 1, other ones in every step.
    random = tf.random.stateless_uniform((7, tf.shape(images)[0]), [seed, step], -1.0, 1.0)"""

_TRANSFORM = """\
    # Where in the old image each pixel of the new one comes from (13.5, 13.5: the middle).
    matrix = [a, b, 13.5 - a * x - b * y, c, d, 13.5 - c * x - d * y, zero, zero]
    images = tf.raw_ops.ImageProjectiveTransformV3(
        images=images[..., None],
        transforms=tf.stack(matrix, axis=1),
        output_shape=(28, 28),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )[..., 0]"""

_THICKNESS = """\
    # Thicker lines: each pixel becomes more like its brightest neighbour; thinner: its darkest.
    thicker = tf.nn.max_pool2d(images[..., None], 3, 1, "SAME")[..., 0]
    thinner = -tf.nn.max_pool2d(-images[..., None], 3, 1, "SAME")[..., 0]
    amount = random[6][:, None, None] * {thickness}
    grow, shrink = tf.nn.relu(amount), 0.5 * tf.nn.relu(-amount)
    images = images + grow * (thicker - images) + shrink * (thinner - images)"""

_BATCHES = """\
# model.fit(x_train, y_train, batch_size=batch_size, ...) would make batches by itself. These here
# come in the order that digitapp uses, so that the same network comes out.
def batches():
    images, labels, size = tf.constant(x_train), tf.constant(y_train), len(x_train)

    def shuffle(epoch):  # every epoch has an order of its own, fixed by the seed
        order = tf.random.experimental.index_shuffle(tf.range(size), [seed, epoch], size - 1)
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size)

    def pick(places):  # the images at these places, and their labels
        return tf.gather(images, places), tf.gather(labels, places)
{change}
    stream = tf.data.Dataset.range(epochs).flat_map(shuffle).map(pick){then_change}
    return stream.prefetch(tf.data.AUTOTUNE)  # make the next ones while the network learns


steps_per_epoch = math.ceil(len(x_train) / batch_size)  # the last batch may be smaller"""

_CHANGE = """
    def change(step, batch):  # the images change, their labels do not
        return augment(batch[0], step), batch[1]
"""
_THEN_CHANGE = """
    stream = stream.enumerate().map(change, num_parallel_calls=tf.data.AUTOTUNE)"""


def source(dataset: str) -> Source:
    """How the code gets the dataset of that name."""
    if dataset in SOURCES:
        return SOURCES[dataset]
    name = json.dumps(dataset) if dataset.isascii() else repr(dataset)
    code = _FROM_DIGITAPP.format(load=f"dataset(RunStore(), {name})")
    return Source(_BROUGHT_IMPORTS, code, "classes")


def _built_in(name: str) -> Source:
    code = _FROM_DIGITAPP.format(load=f'load("{name}")')
    return Source("\nfrom digitapp.datasets import load", code, "classes")


def _dense(spec: TrainingSpec) -> list[str]:
    flatten = _line("layers.Flatten()", "the rows of pixels, one after the other: 784 numbers")
    return [flatten, *_dense_block(spec, spec.hidden)]


def _simple_cnn(spec: TrainingSpec) -> list[str]:
    found = [_RESHAPE]
    for filters in (16, 32):
        found.append(_convolution(filters, 3, _options(spec)))
        found.append(_line("layers.MaxPooling2D(2)", "keeps the largest of each 2 x 2 numbers"))
    return [*found, _FLATTEN, *_dense_block(spec, (64,))]


def _lenet5(spec: TrainingSpec) -> list[str]:
    pooling = _line("layers.AveragePooling2D(2)", "the mean of each 2 x 2 numbers")
    first = _convolution(6, 5, f'padding="same", {_options(spec)}')
    second = _convolution(16, 5, _options(spec))
    block = _dense_block(spec, (120, 84))
    return [_RESHAPE, first, pooling, second, pooling, _FLATTEN, *block]


def _deep_cnn(spec: TrainingSpec) -> list[str]:
    found = [_RESHAPE]
    for filters, strides in ((32, ""), (32, "strides=2, "), (64, ""), (64, "strides=2, ")):
        options = f'{strides}padding="same", use_bias=False{_regularizer(spec)}'
        found.append(_convolution(filters, 3, options))
        found.append(_line("layers.BatchNormalization()", "brings the numbers near to 0"))
        found.append(f'layers.Activation("{spec.activation}"),')
    return [*found, _FLATTEN, *_dense_block(spec, (128,))]


def _dense_block(spec: TrainingSpec, widths: tuple[int, ...]) -> list[str]:
    found = []
    for width in widths:
        nodes = f"a hidden layer: {width} node{'s' * (width > 1)}"
        found.append(_line(f"layers.Dense({width}, {_options(spec)})", nodes))
        if spec.dropout:
            off = f"switches off {spec.dropout * 100:g} % of them at random, in training only"
            found.append(_line(f"layers.Dropout({spec.dropout})", off))
    return found


def _convolution(filters: int, side: int, options: str) -> str:
    code = f"layers.Conv2D({filters}, {side}, {options})"
    return _line(code, f"{filters} filters of {side} x {side} pixels")


def _options(spec: TrainingSpec) -> str:
    return f'activation="{spec.activation}"{_regularizer(spec)}'


def _regularizer(spec: TrainingSpec) -> str:
    return ", kernel_regularizer=l2" if spec.l2 else ""


def _line(code: str, note: str) -> str:
    """A layer with a note behind it, or above it where the line would be too long."""
    line = f"{code},  # {note}"
    return line if len(line) <= _LAYER_WIDTH else f"# {note}\n{code},"


_RESHAPE = _line("layers.Reshape((28, 28, 1))", "1: there is one number for each pixel, its grey")
_FLATTEN = _line("layers.Flatten()", "all the numbers in one row")


def augmentation(how: Augmentation) -> str:
    """The function `augment(images, step)`; empty when nothing is to be changed."""
    if not how:
        return ""
    moving = _moving(how) if how.rotate or how.shift or how.scale or how.slant else []
    thickness = [_THICKNESS.format(thickness=how.thickness)] if how.thickness else []
    return "\n".join([_AUGMENT, *moving, *thickness, "    return images"])


def _moving(how: Augmentation) -> list[str]:
    """The lines that rotate, stretch, slant and shift, as far as they are needed."""
    found = ["    zero = tf.zeros_like(random[0])"]
    if how.rotate:
        turn = f"random[0] * {how.rotate} * (3.14159265 / 180)"
        found.append(f"    angle = {turn}  # rotate by up to {how.rotate:g} degrees")
        found.append("    cos, sin = tf.cos(angle), tf.sin(angle)")
    else:
        found.append("    one = tf.ones_like(random[0])")
    if how.scale:
        share = f"  # stretch or shrink by up to {how.scale * 100:g} %"
        found.append(f"    wide = 1 + random[1] * {how.scale}{share}, sideways")
        found.append(f"    tall = 1 + random[2] * {how.scale}{share}, upwards")
    if how.slant:
        found.append(f"    slant = random[3] * {how.slant}  # lean to the left or to the right")
    pixels = f"  # shift by up to {how.shift:g} pixels"
    x, y = (f" + random[{row}] * {how.shift}{pixels}" if how.shift else "" for row in (4, 5))
    found += [f"    x = 13.5{x}", f"    y = 13.5{y}"]
    return [*found, *_matrix(how), _TRANSFORM]


def _matrix(how: Augmentation) -> list[str]:
    """The lines for a, b, c and d, without the terms that would be zero."""
    sides = ("wide", "wide", "tall", "tall") if how.scale else ("", "", "", "")
    terms = _TERMS[bool(how.rotate), bool(how.slant)]
    a, b, c, d = (_divided(term, side) for term, side in zip(terms, sides, strict=True))
    return [f"    a, b = {a}, {b}", f"    c, d = {c}, {d}"]


def _divided(term: str, side: str) -> str:
    if not side or term == "zero":
        return term
    return f"({term}) / {side}" if " " in term else f"{term} / {side}"


# By whether there is rotation, and slant.
_TERMS = {
    (True, True): ("cos", "slant * cos + sin", "-sin", "cos - slant * sin"),
    (True, False): ("cos", "sin", "-sin", "cos"),
    (False, True): ("one", "slant", "zero", "one"),
    (False, False): ("one", "zero", "zero", "one"),
}


def batches(augmented: bool) -> str:
    """The function `batches()`, and how many of them make an epoch."""
    change, then_change = (_CHANGE, _THEN_CHANGE) if augmented else ("", "")
    return _BATCHES.format(change=change, then_change=then_change)


LAYERS: dict[str, Callable[[TrainingSpec], list[str]]] = {
    "dense": _dense,
    "simple-cnn": _simple_cnn,
    "lenet-5": _lenet5,
    "deep-cnn": _deep_cnn,
}
SOURCES: dict[str, Source] = {
    "mnist": Source("import numpy as np", _MNIST, "10"),
    "fashion_mnist": Source("", _FASHION_MNIST, "10"),
    "pen": _built_in("pen"),
    "mnist_and_pen": _built_in("mnist_and_pen"),
}
