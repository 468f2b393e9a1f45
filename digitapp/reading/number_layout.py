"""A number as it was read: its digits and marks, and the position of each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing.marks import SIGNS, TYPED, UNREAD, Mark
from digitapp.drawing.piece_shapes import Box, Boxed
from digitapp.drawing.strokes import Drawing
from digitapp.errors import InvalidSetting
from digitapp.reading.prediction import Inputs, Prediction

UNREAD_FROM = 0.9
SURE_FROM, LEAST_HEIGHT = 0.8, 0.5  # of each of several digits; of the tallest one's height
CERTAIN = "-+×=%"  # signs that make a single digit a number
SURE_SIGN = 0.9  # their least likeness
UNREAD_MOST = 0.1  # highest confidence of a part that was not read

DIGITS = "0123456789"
LEAST = 1e-6  # lowest probability of a digit that is counted


def log_shares(prediction: Prediction) -> list[float]:
    """Return the logarithms of two probabilities: of the class read, and that it is a class."""
    shares = prediction.confidence, 1 - prediction.other
    return [math.log(max(share, LEAST)) for share in shares]


@dataclass(frozen=True)
class Place(Boxed):
    """One digit of a number, or a mark among the digits.

    Attributes:
        box: left, top, right, bottom, in pixels of the picture or the canvas.
        image: float32 (28, 28), as the network read it.
        cut: line widths of ink crossed by the cut that separates it from the digit before; 0 when
            it stands alone.
        mark: the mark that it is, by shape and position; None for a digit.
        strokes: its strokes, as they were drawn on the canvas; None in a picture.
    """

    prediction: Prediction
    box: Box
    image: Inputs
    cut: float = 0.0
    mark: Mark | None = None
    strokes: Drawing | None = None

    @property
    def refused(self) -> bool:
        """Whether it was not read; the limit is high, as a part among digits is likely one."""
        if self.mark:
            return self.mark.sign == UNREAD
        return self.prediction.other >= UNREAD_FROM

    @property
    def is_digit(self) -> bool:
        """Whether it was read as a digit."""
        return not self.mark and not self.refused

    @property
    def doubtful(self) -> bool:
        """Whether it is unread or hardly more likely than something else."""
        if self.mark:
            return self.refused
        return self.prediction.unsure or self.prediction.refused

    @property
    def sign(self) -> str:
        """The digit or the mark; a question mark if it was not read."""
        if self.refused:
            return UNREAD
        return self.mark.sign if self.mark else self.prediction.name

    @property
    def confidence(self) -> float:
        """The probability that the sign is right, 0 to 1; low if it was not read."""
        if self.mark and not self.refused:
            return self.mark.likeness
        share = self.prediction.sure
        return min(share, UNREAD_MOST) if self.refused else share

    @property
    def guess(self) -> str:
        """The result of reading, as stored with a correction."""
        return NOT_A_DIGIT if self.refused else self.sign

    def scaled(self, by: float) -> Place:
        """Return the place in a picture scaled by this factor."""
        left, top, right, bottom = self.box
        return replace(self, box=(left * by, top * by, right * by, bottom * by))

    @property
    def picture(self) -> NDArray[np.uint8]:
        """The image for display: uint8 (28, 28), 0 paper to 255 ink."""
        return np.rint(self.image * 255).astype(np.uint8)


@dataclass(frozen=True)
class Number:
    """Digits and marks in reading order.

    Attributes:
        rows: from top to bottom, each from left to right.
        grouping: the probability that strokes or pieces that belong together were kept together.
    """

    rows: tuple[tuple[Place, ...], ...]
    grouping: float = 1.0

    @property
    def places(self) -> tuple[Place, ...]:
        """All digits and marks in reading order."""
        return tuple(place for row in self.rows for place in row)

    @property
    def text(self) -> str:
        """The digits and marks, with a space between rows; a question mark for each unread part."""
        return " ".join("".join(place.sign for place in row) for row in self.rows)

    def scaled(self, by: float) -> Number:
        """Return the number for a picture scaled by this factor."""
        rows = tuple(tuple(place.scaled(by) for place in row) for row in self.rows)
        return replace(self, rows=rows)

    @property
    def digits(self) -> tuple[Place, ...]:
        """The places that the network decided: all except the marks."""
        return tuple(place for place in self.places if not place.mark)

    @property
    def has_sign(self) -> bool:
        """Whether there is certainly a sign among the digits that no crumb looks like."""
        signs = (place.mark for place in self.places if place.mark)
        return any(mark.sign in CERTAIN and mark.likeness >= SURE_SIGN for mark in signs)

    @property
    def is_several(self) -> bool:
        """Whether there are certainly several digits, or one digit with a sign such as a minus.

        Two of them (or the one) must stand alone, all digits must be about equally tall, and the
        network must be sure of each and of how strokes were grouped: a letter, too, has parts.
        """
        digits = self.digits
        tallest = max((place.height for place in digits), default=0)
        likely = all(
            not place.prediction.refused
            and place.prediction.confidence >= SURE_FROM
            and place.height >= LEAST_HEIGHT * tallest
            for place in digits
        )
        alone = sum(not place.cut for place in digits)
        likely = likely and self.grouping >= SURE_FROM
        return likely and (alone > 1 or (alone == 1 and self.has_sign))

    @property
    def widest_gap(self) -> float:
        """The widest gap between two neighbouring digits, relative to the taller one's height."""
        rows = ([place for place in row if not place.mark] for row in self.rows)
        return max(
            (
                (after.box[0] - before.box[2]) / max(before.height, after.height)
                for row in rows
                for before, after in itertools.pairwise(row)
            ),
            default=0.0,
        )

    @property
    def unread(self) -> int:
        """The number of parts that were not read."""
        return sum(place.refused for place in self.places)

    @property
    def confidence(self) -> float:
        """The probability that every sign is right, 0 to 1, including the unread parts.

        0 when there is not a single digit.
        """
        if all(place.mark for place in self.places):
            return 0.0
        return float(self.grouping * np.prod([place.confidence for place in self.places]))

    def corrections(self, text: str) -> list[tuple[Place, int]]:
        """List the places that were read wrongly, given the correct text.

        Args:
            text: a sign for each place, or a digit for each place that is not a mark; spaces are
                ignored, and x, X or * is a ×.

        Returns:
            each place to correct, and its digit.

        Raises:
            InvalidSetting: when the text has other characters, or too many or too few; or when it
                differs in signs alone, of which none is learned.
        """
        signs = "".join(TYPED.get(sign, sign) for sign in "".join(text.split()))
        if not signs or not {*signs} <= {*DIGITS, *SIGNS, UNREAD}:
            raise InvalidSetting(
                f"A number consists of the digits 0 to 9 and {' '.join(SIGNS)}; "
                f"it cannot be {text!r}."
            )
        places: Sequence[Place] = self.places
        if len(signs) != len(places):
            signs, places = "".join(sign for sign in signs if sign in DIGITS), self.digits
        if len(signs) != len(places):
            raise InvalidSetting(
                f"{len(places)} digits were found, but {text!r} has {len(signs)}. Type one for "
                "each box, in their order, or correct them one by one."
            )
        wrong = [(place, s) for place, s in zip(places, signs, strict=True) if s != place.sign]
        digits = [(place, int(s)) for place, s in wrong if s in DIGITS]
        if not digits and any(s != UNREAD for _, s in wrong):
            raise InvalidSetting(
                f"{text!r} differs from {self.text} only in what is not a digit; digits alone are "
                "kept and learned."
            )
        return digits


@dataclass(frozen=True)
class Decision:
    """The decision whether some writing is one digit or a number.

    Attributes:
        several: whether it is a number.
        number: the writing read as a number; None when that is impossible.
    """

    several: bool
    number: Number | None = None

    @property
    def doubtful_number(self) -> Number | None:
        """The number that it may be although it was read as one digit; None if implausible."""
        number = self.number
        if self.several or not number or number.unread:
            return None
        read = sum(place.is_digit for place in number.places)
        return number if read > 1 or (read == 1 and number.has_sign) else None
