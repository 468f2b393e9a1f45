"""Generate Keras code for networks and batches, for `scripts`.

Layers are written from the same descriptions from which `architectures.build` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from digitapp.training.architectures import LayerSpec

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


def layer(spec: LayerSpec) -> str:
    """Return a layer's code with a trailing comment, or one above it if the line is too long."""
    options = [f"{name}={_shown(value)}" for name, value in spec.options.items()]
    regularizer = ["kernel_regularizer=l2"] if spec.l2 else []
    arguments = ", ".join([*map(_shown, spec.arguments), *options, *regularizer])
    code = f"layers.{spec.kind}({arguments}),"
    note = NOTES[spec.kind](*spec.arguments, **spec.options) if spec.kind in NOTES else ""
    if not note:
        return code
    line = f"{code}  # {note}"
    return line if len(line) <= _LAYER_WIDTH else f"# {note}\n{code}"


def _shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def batches(augmented: bool) -> str:
    """Return the code of `batches()` and of the number of steps in an epoch."""
    change, then_change = (_CHANGE, _THEN_CHANGE) if augmented else ("", "")
    return _BATCHES.format(change=change, then_change=then_change)


# Comments on layers, by kind, made from their arguments.
NOTES: dict[str, Callable[..., str]] = {
    "Reshape": lambda shape: "1: each pixel is one number, its grey level",
    "Conv2D": lambda filters, side, **_: f"{filters} filters of {side} x {side} pixels",
    "MaxPooling2D": lambda side: f"keeps the largest number of each {side} x {side} square",
    "AveragePooling2D": lambda side: f"keeps the mean of each {side} x {side} square",
    "BatchNormalization": lambda trainable=True: (
        "keeps the numbers near 0" if trainable else "stays as the first network left it"
    ),
    "Flatten": lambda: "all the numbers in one long row",
    "Dense": lambda width, **_: f"a hidden layer of {width} node{'s' * (width > 1)}",
    "Dropout": lambda share: f"switches off {share * 100:g} % of them at random, while training",
}
