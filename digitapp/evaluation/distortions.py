"""Distortions of drawings for the stress test: rotation, shift, size and pen width.

They apply to the drawing after its preparation, in the frame of 28x28 pixels, since preparing it
afterwards would undo shift, size and pen width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE, coverage
from digitapp.drawing.digit import PREPARATIONS
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing, moved
from digitapp.training import setting_checks
from digitapp.training.spec import Augmentation

MIDDLE = (IMAGE_SIDE - 1) / 2  # centre of rotation and scaling, in pixels; as in augmentation
PEN = PREPARATIONS["mnist"].pen


@dataclass(frozen=True)
class Scale:
    """The range of one kind of distortion, and its texts.

    Attributes:
        title: its title on the page.
        unit: appended to each value.
        about: one sentence for a student.
        low, high, step: its smallest and largest value, and the step between values.
        tick: distance between numbers on a plot's axis.
        start: the value that leaves a drawing undistorted.
        trained: the setting of `Augmentation` that trains a network for it.
        verb: what that augmentation does to digits, as a past participle.
    """

    title: str
    unit: str
    about: str
    low: float
    high: float
    step: float
    tick: float
    start: float
    trained: str
    verb: str

    @property
    def values(self) -> list[float]:
        """All its values, evenly spaced."""
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * number for number in range(count + 1)]

    def in_words(self, value: float) -> str:
        """Format a value, such as `-35°` or `2.5 px`."""
        sign = "+" if self.low < 0 < value else ""
        return f"{sign}{value:g}{self.unit}"


DISTORTIONS: dict[str, Scale] = {
    "rotation": Scale(
        title="Rotation",
        unit="°",
        about="Clockwise; below zero, anticlockwise.",
        low=-180,
        high=180,
        step=5,
        tick=90,
        start=0,
        trained="rotate",
        verb="turned",
    ),
    "shift_x": Scale(
        title="Shift sideways",
        unit=" px",
        about="To the right; below zero to the left. The whole picture is 28 pixels wide.",
        low=-10,
        high=10,
        step=0.5,
        tick=5,
        start=0,
        trained="shift",
        verb="shifted",
    ),
    "shift_y": Scale(
        title="Shift up or down",
        unit=" px",
        about="Down; below zero up. The whole picture is 28 pixels high.",
        low=-10,
        high=10,
        step=0.5,
        tick=5,
        start=0,
        trained="shift",
        verb="shifted",
    ),
    "size": Scale(
        title="Size",
        unit=" %",
        about="Compared with its size after the preparation; the pen width does not change.",
        low=30,
        high=150,
        step=2,
        tick=20,
        start=100,
        trained="scale",
        verb="made larger or smaller",
    ),
    "pen": Scale(
        title="Pen width",
        unit=" px",
        about="In pixels of the 28x28 picture. Lines in MNIST are usually about 2.5 wide.",
        low=1,
        high=8,
        step=0.25,
        tick=1,
        start=PEN,
        trained="thickness",
        verb="drawn with thicker and thinner lines",
    ),
}


@dataclass(frozen=True)
class Distortion:
    """A distortion of a drawing; the default does nothing.

    Attributes:
        rotation: degrees, clockwise about the centre of the image.
        shift_x: pixels of the 28x28 image, to the right.
        shift_y: pixels, down.
        size: percent, about the centre of the image; the pen width does not change.
        pen: its width in pixels.

    Raises:
        InvalidSetting: from the constructor, when a value is not a number or out of range.
    """

    rotation: float = 0.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    size: float = 100.0
    pen: float = PEN

    def __post_init__(self) -> None:
        for name, scale in DISTORTIONS.items():
            setting_checks.number(scale.title, getattr(self, name), scale.low, scale.high)


def practised(name: str, how: Augmentation) -> str:
    """Describe in a sentence whether training with this augmentation included a distortion."""
    scale = DISTORTIONS[name]
    amount = getattr(how, scale.trained)
    if not amount:
        return f"During training, no digit was {scale.verb}."
    limit = {"rotate": f" by up to {amount:g}°", "shift": f" by up to {amount:g} px"}
    limit["scale"] = f" by up to {100 * amount:g} %"
    return f"During training, digits were {scale.verb}{limit.get(scale.trained, '')}."


def distorted(strokes: Drawing, how: Distortion) -> Drawing:
    """Scale and rotate strokes about the centre of the 28x28 frame, then shift them.

    Args:
        strokes: from `preprocessing.placed_strokes`.
    """
    angle, scale = math.radians(how.rotation), how.size / 100
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]])
    goal = MIDDLE + np.array([how.shift_x, how.shift_y])
    return moved(strokes, [(each.points - MIDDLE) @ turn + goal for each in strokes], how.pen)


def image(strokes: Drawing, again: bool = False) -> NDArray[np.float32]:
    """Render strokes in the 28x28 frame as network input: float32 (28, 28), 0 paper to 1 ink.

    Args:
        again: prepare them once more, like any drawing.
    """
    if again:
        return stroke_image(strokes)
    return coverage.of_strokes(strokes, (IMAGE_SIDE, IMAGE_SIDE))
