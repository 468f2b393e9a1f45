"""Random changes to training images, as batched TensorFlow operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digitapp.spec import Augmentation

if TYPE_CHECKING:
    import tensorflow as tf

CENTRE = 13.5
SIDE = 28


def augment(images: tf.Tensor, seed: tf.Tensor, how: Augmentation) -> tf.Tensor:
    """Change each image in its own way.

    Args:
        images: float32 (batch, 28, 28), 0 to 1.
        seed: int32 or int64 (2,); the same seed gives the same changes.
        how: the largest change of each kind.
    """
    import tensorflow as tf

    batch = tf.shape(images)[0]
    draws = tf.random.stateless_uniform((7, batch), seed, -1.0, 1.0)
    images = _transformed(images, _matrices(draws, how))
    return _thickened(images, draws[6] * how.thickness) if how.thickness else images


def _matrices(draws: tf.Tensor, how: Augmentation) -> tf.Tensor:
    """The eight numbers of each projective transform, which map output to input pixels."""
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
        output_shape=(SIDE, SIDE),
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
