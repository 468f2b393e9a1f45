"""How each dataset's images were prepared, and captions for the steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preparation:
    """How a dataset's images were prepared.

    Attributes:
        box: the length of the ink's longest side, in pixels of the 28x28 image.
        by_mass: centre the centre of mass, not the bounding box.
        pen: pen width in pixels of the 28x28 image, for strokes; 0 keeps the drawn width.
        narrowest, widest: the range to which line widths are limited, in pixels of the 28x28
            image; 0 and infinity leave them alone. For MNIST, the middle half of its digits.
    """

    box: int
    by_mass: bool
    pen: float
    narrowest: float
    widest: float


# Titles and captions of the steps.
DRAWING = ("Your drawing", "What you drew, as it arrived.")
PICTURE = ("Your picture", "The picture, as it arrived.")
INVERTED = (
    "Grey and inverted",
    "The network learned from white digits on black, so yours becomes one too.",
)
CLEANED = (
    "Grey and inverted",
    "The ink becomes white, as in the digits the network learned from; paper and shadows vanish.",
)
CROPPED = ("Cropped", "The empty paper around the ink is cut away.")
FITTED = (
    "Made small",
    "Lines as thick as those the network learned from; fitted into a small box, not stretched.",
)
REDRAWN = (
    "Made small",
    "Drawn again in a 20x20 box, with a pen as thick as the one the network learned from.",
)
CENTRED = (
    "Centred",
    "Moved so that the ink balances on the middle: this is what the network reads.",
)
BOXED = ("Centred", "Placed in the middle: this is what the network reads.")

PREPARATIONS: dict[str, Preparation] = {
    "mnist": Preparation(box=20, by_mass=True, pen=2.5, narrowest=2.3, widest=3.0),
    "fashion_mnist": Preparation(box=28, by_mass=False, pen=0, narrowest=0, widest=float("inf")),
}
