"""What a training does, step by step, as it tells whoever follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import keras

# In the order in which they come.
IMAGES = "images"  # loading or downloading the dataset
TENSORFLOW = "tensorflow"  # loading it
NETWORK = "network"  # building it
FIRST_CHECK = "first check"  # of the untrained network
FIRST_STEP = "first step"  # compiling it
EPOCHS = "epochs"
TEST = "test"  # reading the test images
SAVING = "saving"  # the network, in the form in which pages read it
MOVEMENTS = "movements"  # teaching the reader of movements
HANDWRITING = "handwriting"  # reading the drawings of My handwriting


class Observer(Protocol):
    """Follows a training from before its first step."""

    def phase(self, name: str) -> None:
        """Hear that a phase begins.

        Args:
            name: one of this module's.
        """

    def begin(self, model: keras.Model, untrained: Mapping[str, float] | None) -> None:
        """Receive the compiled network before its first step.

        Args:
            untrained: its scores, as `first_check.scores` returns them; None when it has been
                trained already, or when they are not finite.
        """
