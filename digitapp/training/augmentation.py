"""Data augmentation: random changes to training images, as batched TensorFlow operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digitapp.drawing import IMAGE_SIDE
from digitapp.training.spec import Augmentation

if TYPE_CHECKING:
    import tensorflow as tf

CENTRE = 13.5
GAPS, GAP_RADIUS = 3, 1.2  # gaps in the ink; radius in pixels
LATER_DRAWS = 1  # added to the seed for the changes introduced after the first seven draws


def augment(images: tf.Tensor, seed: tf.Tensor, how: Augmentation) -> tf.Tensor:
    """Change each image by random amounts of its own.

    Args:
        images: float32 (batch, 28, 28), 0 to 1.
        seed: int32 or int64 (2,); the same seed gives the same changes.
        how: the largest change of each kind.
    """
    import tensorflow as tf

    batch = tf.shape(images)[0]
    draws = tf.random.stateless_uniform((7, batch), seed, -1.0, 1.0)
    images = _transformed(images, _matrices(draws, how))
    if how.thickness:
        images = _thickened(images, draws[6] * how.thickness)
    if how.blur or how.pressure or how.breaks or how.noise:
        images = _worn(images, _later(seed), how)
    return images


def _matrices(draws: tf.Tensor, how: Augmentation) -> tf.Tensor:
    """Return the eight numbers of each projective transform, which map output to input pixels."""
    import tensorflow as tf

    angle = draws[0] * how.rotate * (3.14159265 / 180)
    wide, tall = 1 + draws[1] * how.scale, 1 + draws[2] * how.scale
    slant = draws[3] * how.slant
    cos, sin = tf.cos(angle), tf.sin(angle)
    a, b = cos / wide, (slant * cos + sin) / wide
    c, d = -sin / tall, (cos - slant * sin) / tall
    dx, dy = CENTRE + draws[4] * how.shift, CENTRE + draws[5] * how.shift
    zero = tf.zeros_like(a)
    rows = [a, b, CENTRE - a * dx - b * dy, c, d, CENTRE - c * dx - d * dy, zero, zero]
    return tf.stack(rows, axis=1)


def _transformed(images: tf.Tensor, matrices: tf.Tensor) -> tf.Tensor:
    import tensorflow as tf

    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images[..., None],
        transforms=matrices,
        output_shape=(IMAGE_SIDE, IMAGE_SIDE),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )[..., 0]


def _thickened(images: tf.Tensor, amount: tf.Tensor) -> tf.Tensor:
    """Blend towards the grey dilation (amount > 0) or, half as far, the erosion (amount < 0)."""
    import tensorflow as tf

    stacked = images[..., None]
    dilated = tf.nn.max_pool2d(stacked, 3, 1, "SAME")[..., 0]
    eroded = -tf.nn.max_pool2d(-stacked, 3, 1, "SAME")[..., 0]
    amount = amount[:, None, None]
    grow, shrink = tf.nn.relu(amount), 0.5 * tf.nn.relu(-amount)
    return images + grow * (dilated - images) + shrink * (eroded - images)


def _later(seed: tf.Tensor) -> tf.Tensor:
    """Derive a seed for further draws, so that they do not change the first ones."""
    import tensorflow as tf

    first, second = tf.unstack(tf.convert_to_tensor(seed))
    return tf.stack([first + LATER_DRAWS, second])


def _worn(images: tf.Tensor, seed: tf.Tensor, how: Augmentation) -> tf.Tensor:
    """Apply blur, uneven pressure, gaps and noise, as far as `how` says."""
    import tensorflow as tf

    batch = tf.shape(images)[0]
    draws = tf.random.stateless_uniform((4 + 3 * GAPS, batch), seed)
    if how.blur:
        images = _blurred(images, draws[0] * how.blur)
    if how.pressure:
        images = images * _pressed(draws[1] * how.pressure, draws[2] * (2 * 3.14159265))
    if how.breaks:
        images = images * _gaps(draws[4:], how.breaks)
    if how.noise:
        grain = tf.random.stateless_normal(tf.shape(images), seed)
        grain = grain * draws[3][:, None, None] * how.noise
        near = tf.nn.max_pool2d(images[..., None], 3, 1, "SAME")[..., 0]
        images = tf.clip_by_value(images + grain * near, 0.0, 1.0)
    return images


def _blurred(images: tf.Tensor, sigma: tf.Tensor) -> tf.Tensor:
    """Blur each image with a Gaussian of its own width, which is separable into rows and columns.

    Args:
        sigma: (batch,), standard deviations in pixels.
    """
    import tensorflow as tf

    places = tf.range(IMAGE_SIDE, dtype=tf.float32)
    apart = tf.square(places[:, None] - places[None, :])
    weights = tf.exp(-apart / (2 * tf.square(sigma)[:, None, None] + 1e-6))
    weights = weights / tf.reduce_sum(weights, axis=2, keepdims=True)
    return tf.matmul(tf.matmul(weights, images), weights, transpose_b=True)


def _pressed(weaker: tf.Tensor, direction: tf.Tensor) -> tf.Tensor:
    """Return the ink's strength for each pixel: from 1 on one side to 1 - `weaker` on the other."""
    import tensorflow as tf

    places = (tf.range(IMAGE_SIDE, dtype=tf.float32) - CENTRE) / IMAGE_SIDE
    across = tf.cos(direction)[:, None, None] * places[None, None, :]
    down = tf.sin(direction)[:, None, None] * places[None, :, None]
    return 1 - weaker[:, None, None] * tf.clip_by_value(0.5 + across + down, 0.0, 1.0)


def _gaps(draws: tf.Tensor, depth: float) -> tf.Tensor:
    """Return the ink's strength for each pixel: 1, but less in a few small round gaps."""
    import tensorflow as tf

    places = tf.range(IMAGE_SIDE, dtype=tf.float32)
    x, y = (
        draws[:GAPS, :, None, None] * IMAGE_SIDE,
        draws[GAPS : 2 * GAPS, :, None, None] * IMAGE_SIDE,
    )
    deep = draws[2 * GAPS :, :, None, None] * depth
    apart = tf.square(places[None, None, None, :] - x) + tf.square(places[None, None, :, None] - y)
    return tf.reduce_prod(1 - deep * tf.exp(-apart / (2 * GAP_RADIUS**2)), axis=0)
