"""TensorFlow functions that training uses and that exported Keras code contains.

Exported code takes them from the text of this file, without their type hints, and imports `math`
and `tensorflow` (as `tf`) before them. So they use only their arguments, those two modules and
functions above them, and their comments are for someone who sees nothing else of digitapp.

Throughout, `images` are float32 (n, 28, 28), from 0 (paper) to 1 (ink), and `seeds` are two
integers: the same seeds give the same changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import tensorflow as tf


def batches(
    images: tf.Tensor,
    labels: tf.Tensor,
    batch_size: int,
    seed: int,
    change: Callable[[tf.Tensor, list], tf.Tensor] | None = None,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Return an endless stream of batches; the seed determines what is in each of them."""
    images, labels, size = tf.constant(images), tf.constant(labels), len(images)
    steps = math.ceil(size / batch_size)  # per epoch; the last batch may be smaller

    def batch(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        epoch, start = step // steps, step % steps * batch_size
        places = tf.range(start, tf.minimum(start + batch_size, size))
        # Shuffle the images, in a new order every epoch.
        places = tf.random.experimental.index_shuffle(places, [seed, epoch], size - 1)
        chosen = tf.gather(images, places)
        if change:
            chosen = change(chosen, [seed, step])
        return chosen, tf.gather(labels, places)

    stream = tf.data.Dataset.counter(first_epoch * steps)
    stream = stream.map(batch, num_parallel_calls=tf.data.AUTOTUNE)
    return stream.prefetch(tf.data.AUTOTUNE)  # prepare the next ones while the network learns


def random_numbers(images: tf.Tensor, seeds: list) -> tf.Tensor:
    """Return seven random numbers from -1 to 1 for each of n images: float32 (7, n)."""
    return tf.random.stateless_uniform((7, tf.shape(images)[0]), seeds, -1.0, 1.0)


def move(
    images: tf.Tensor,
    seeds: list,
    rotate: float = 0,
    shift: float = 0,
    scale: float = 0,
    slant: float = 0,
) -> tf.Tensor:
    """Rotate (degrees), shift (pixels), stretch and slant each image by up to these amounts."""
    random = random_numbers(images, seeds)
    angle = random[0] * rotate * (math.pi / 180)
    wide, tall = 1 + random[1] * scale, 1 + random[2] * scale
    lean = random[3] * slant
    x, y = 13.5 + random[4] * shift, 13.5 + random[5] * shift  # 13.5, 13.5: the middle
    # The matrix says where in the old image each pixel of the new one comes from.
    cos, sin, zero = tf.cos(angle), tf.sin(angle), tf.zeros_like(angle)
    a, b = cos / wide, (lean * cos + sin) / wide
    c, d = -sin / tall, (cos - lean * sin) / tall
    matrix = [a, b, 13.5 - a * x - b * y, c, d, 13.5 - c * x - d * y, zero, zero]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images[..., None],
        transforms=tf.stack(matrix, axis=1),
        output_shape=(28, 28),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )[..., 0]


def change_thickness(images: tf.Tensor, seeds: list, thickness: float) -> tf.Tensor:
    """Make the lines thicker, by up to this many pixels on each side, or half as much thinner."""
    # Each pixel becomes more like its brightest neighbour (thicker) or its darkest (thinner).
    brightest = tf.nn.max_pool2d(images[..., None], 3, 1, "SAME")[..., 0]
    darkest = -tf.nn.max_pool2d(-images[..., None], 3, 1, "SAME")[..., 0]
    amount = (random_numbers(images, seeds)[6] * thickness)[:, None, None]
    grow, shrink = tf.nn.relu(amount), 0.5 * tf.nn.relu(-amount)
    return images + grow * (brightest - images) + shrink * (darkest - images)


def more_random_numbers(images: tf.Tensor, seeds: list) -> tf.Tensor:
    """Return 13 more random numbers, from 0 to 1, for each of n images: float32 (13, n)."""
    return tf.random.stateless_uniform((13, tf.shape(images)[0]), [seeds[0] + 1, seeds[1]])


def add_blur(images: tf.Tensor, seeds: list, blur: float) -> tf.Tensor:
    """Blur each image by up to this many pixels (the standard deviation of a Gaussian)."""
    sigma = (more_random_numbers(images, seeds)[0] * blur)[:, None, None]
    # Each pixel becomes a mean of its row, then of its column, in which near pixels count most.
    places = tf.range(28, dtype=tf.float32)
    apart = tf.square(places[:, None] - places[None, :])
    weights = tf.exp(-apart / (2 * tf.square(sigma) + 1e-6))
    weights = weights / tf.reduce_sum(weights, axis=2, keepdims=True)
    return tf.matmul(tf.matmul(weights, images), weights, transpose_b=True)


def vary_pressure(images: tf.Tensor, seeds: list, pressure: float) -> tf.Tensor:
    """Make the ink weaker towards one side, by up to this share (1: all of it)."""
    random = more_random_numbers(images, seeds)
    weaker, direction = random[1] * pressure, random[2] * (2 * math.pi)
    places = (tf.range(28, dtype=tf.float32) - 13.5) / 28
    across = tf.cos(direction)[:, None, None] * places[None, None, :]
    down = tf.sin(direction)[:, None, None] * places[None, :, None]
    share = tf.clip_by_value(0.5 + across + down, 0.0, 1.0)
    return images * (1 - weaker[:, None, None] * share)


def add_breaks(images: tf.Tensor, seeds: list, breaks: float) -> tf.Tensor:
    """Fade the ink in three small round gaps, by up to this share."""
    random = more_random_numbers(images, seeds)[:, :, None, None]
    x, y, deep = random[4:7] * 28, random[7:10] * 28, random[10:] * breaks
    places = tf.range(28, dtype=tf.float32)
    apart = tf.square(places[None, None, None, :] - x) + tf.square(places[None, None, :, None] - y)
    return images * tf.reduce_prod(1 - deep * tf.exp(-apart / (2 * 1.2**2)), axis=0)


def add_noise(images: tf.Tensor, seeds: list, noise: float) -> tf.Tensor:
    """Add grain in and around the ink, with a standard deviation of up to this much."""
    grain = tf.random.stateless_normal(tf.shape(images), [seeds[0] + 1, seeds[1]])
    grain = grain * more_random_numbers(images, seeds)[3][:, None, None] * noise
    near = tf.nn.max_pool2d(images[..., None], 3, 1, "SAME")[..., 0]
    return tf.clip_by_value(images + grain * near, 0.0, 1.0)
