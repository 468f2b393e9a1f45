"""What was read of a number: its digits and marks, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitapp.marks import UNREAD, Mark
from digitapp.prediction import Prediction
from digitapp.shapes import Box

REFUSED_FROM = 0.9
SURE_FROM, LEAST_HEIGHT = 0.8, 0.5  # of each digit; of the tallest, for several to be told
UNREAD_MOST = 0.1  # how sure a number is of a part that was not read

Images = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """One digit of a number, or what stands beside the digits.

    Attributes:
        box: left, top, right, bottom; pixels of the picture or the canvas.
        image: float32 (28, 28), as the network read it.
        cut: how many line widths of ink the cut crossed that parts it from the digit before; 0
            when it stands alone.
        mark: what it is when its shape and its place say that it is no digit.
    """

    prediction: Prediction
    box: Box
    image: Images
    cut: float = 0.0
    mark: Mark | None = None

    @property
    def height(self) -> float:
        """Of its box, in pixels."""
        return self.box[3] - self.box[1]

    @property
    def refused(self) -> bool:
        """Whether it was not read; beside digits, what could be one probably is."""
        if self.mark:
            return self.mark.sign == UNREAD
        return self.prediction.other >= REFUSED_FROM

    @property
    def is_digit(self) -> bool:
        """Whether it was read as a digit."""
        return not self.mark and not self.refused

    @property
    def doubtful(self) -> bool:
        """Whether it is hardly more likely than something else."""
        if self.mark:
            return self.refused
        return self.prediction.unsure or self.prediction.refused

    @property
    def sign(self) -> str:
        """The digit or the mark, or a question mark for what was not read."""
        if self.refused:
            return UNREAD
        return self.mark.sign if self.mark else self.prediction.name

    @property
    def confidence(self) -> float:
        """How probable it is that the sign is right, 0 to 1; little for what was not read."""
        if self.mark and not self.refused:
            return self.mark.likeness
        share = self.prediction.sure
        return min(share, UNREAD_MOST) if self.refused else share

    @property
    def picture(self) -> NDArray[np.uint8]:
        """The image to be shown: uint8 (28, 28), 0 paper to 255 ink."""
        return np.rint(self.image * 255).astype(np.uint8)


@dataclass(frozen=True)
class Number:
    """Digits in the order of reading, with the marks among them.

    Attributes:
        rows: from top to bottom, each from left to right.
    """

    rows: tuple[tuple[Place, ...], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All digits and marks in the order of reading."""
        return tuple(place for row in self.rows for place in row)

    @property
    def text(self) -> str:
        """The digits and marks, with a space between rows; a question mark for what is neither."""
        return " ".join("".join(place.sign for place in row) for row in self.rows)

    def scaled(self, by: float) -> Number:
        """The same number on a picture of another size."""
        return Number(
            tuple(
                tuple(replace(each, box=_scaled(each.box, by)) for each in row) for row in self.rows
            )
        )

    @property
    def is_several(self) -> bool:
        """Whether there are surely several digits: it is easy to cut a letter into some.

        At least two stand alone, all are about as tall, and the network is sure of each.
        """
        digits = [place for place in self.places if not place.mark]
        tallest = max((place.height for place in digits), default=0)
        likely = all(
            not place.prediction.refused
            and place.prediction.confidence >= SURE_FROM
            and place.height >= LEAST_HEIGHT * tallest
            for place in digits
        )
        return likely and sum(not place.cut for place in digits) > 1

    @property
    def unread(self) -> int:
        """How many parts were not read."""
        return sum(place.refused for place in self.places)

    @property
    def confidence(self) -> float:
        """How probable it is that every sign is right, 0 to 1; what was not read counts, too.

        Without a single digit it is no number: 0.
        """
        if all(place.mark for place in self.places):
            return 0.0
        return float(np.prod([place.confidence for place in self.places]))


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (edge * scale for edge in box)
    return left, top, right, bottom
