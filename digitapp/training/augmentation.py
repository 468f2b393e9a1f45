"""Data augmentation: random changes to training images, as batched TensorFlow operations."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from digitapp.training.spec import Augmentation

if TYPE_CHECKING:
    import tensorflow as tf

# Functions of `exported_functions`, in the order in which they are applied, and their settings.
CHANGES = {
    "move": ("rotate", "shift", "scale", "slant"),
    "change_thickness": ("thickness",),
    "add_blur": ("blur",),
    "vary_pressure": ("pressure",),
    "add_breaks": ("breaks",),
    "add_noise": ("noise",),
}


def changes(how: Augmentation) -> dict[str, dict[str, float]]:
    """Return the functions of `exported_functions` that `how` needs, with their arguments."""
    used = {name: value for name, value in asdict(how).items() if value}
    found = {
        function: {name: used[name] for name in names if name in used}
        for function, names in CHANGES.items()
    }
    return {function: arguments for function, arguments in found.items() if arguments}


def augment(images: tf.Tensor, seeds: list, how: Augmentation) -> tf.Tensor:
    """Change each image by random amounts of its own.

    Args:
        images: float32 (batch, 28, 28), 0 to 1.
        seeds: two integers; the same ones give the same changes.
        how: the largest change of each kind.
    """
    from digitapp.training import exported_functions

    for function, arguments in changes(how).items():
        images = getattr(exported_functions, function)(images, seeds, **arguments)
    return images
