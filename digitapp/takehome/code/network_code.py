"""Generate Keras code for networks and batches, for `scripts`.

Each piece of code corresponds to a function in `architectures` or `batching`.
"""

from __future__ import annotations

from collections.abc import Callable

from digitapp.training.spec import TrainingSpec

_LAYER_WIDTH = 92


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
    return _convolutions(spec, (32, 32, 64, 64))


def _deeper_cnn(spec: TrainingSpec) -> list[str]:
    return _convolutions(spec, (32, 48, 64, 96, 128, 160))


def _convolutions(spec: TrainingSpec, widths: tuple[int, ...]) -> list[str]:
    found = [_RESHAPE]
    for number, filters in enumerate(widths):
        strides = "strides=2, " if number % 2 else ""
        options = f'{strides}padding="same", use_bias=False{_regularizer(spec)}'
        found.append(_convolution(filters, 3, options))
        found.append(_NORMALIZATION[bool(spec.base)])
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
    """Return a layer's code with a trailing comment, or one above it if the line is too long."""
    line = f"{code},  # {note}"
    return line if len(line) <= _LAYER_WIDTH else f"# {note}\n{code},"


_RESHAPE = _line("layers.Reshape((28, 28, 1))", "1: there is one number for each pixel, its grey")
_NORMALIZATION = {
    False: _line("layers.BatchNormalization()", "brings the numbers near to 0"),
    True: _line("layers.BatchNormalization(trainable=False)", "as the other network does it"),
}
_FLATTEN = _line("layers.Flatten()", "all the numbers in one row")


def batches(augmented: bool) -> str:
    """Return the code of `batches()` and of the number of steps in an epoch."""
    change, then_change = (_CHANGE, _THEN_CHANGE) if augmented else ("", "")
    return _BATCHES.format(change=change, then_change=then_change)


LAYERS: dict[str, Callable[[TrainingSpec], list[str]]] = {
    "dense": _dense,
    "simple-cnn": _simple_cnn,
    "lenet-5": _lenet5,
    "deep-cnn": _deep_cnn,
    "deeper-cnn": _deeper_cnn,
}
