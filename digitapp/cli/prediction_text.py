"""What `predict` prints of digits and numbers: lines for people, and values for programs."""

from __future__ import annotations

from string import digits
from typing import TYPE_CHECKING, Any

from digitapp.text.percent import percent

if TYPE_CHECKING:
    from digitapp.reading.number_layout import Number, Place
    from digitapp.reading.prediction import Prediction


def digit_values(read: Prediction) -> dict[str, Any]:
    """Return a prediction as JSON values; where two readers were combined, what each says, too."""
    values = {
        "digit": _digit(read),
        "class": read.name,
        "confidence": round(read.confidence, 6),
        "probabilities": [round(float(share), 6) for share in read.probabilities],
        "unsure": read.unsure,
        "refused": read.refused,
        "none_of_these": round(read.other, 6),
    }
    return values | _parts_values(read)


def _digit(read: Prediction) -> int | None:
    """Return the digit that was read; None for a class that is called otherwise."""
    return int(read.name) if len(read.name) == 1 and read.name in digits else None


def _parts_values(read: Prediction) -> dict[str, Any]:
    if read.parts is None:
        return {}
    return {
        "picture": digit_values(read.parts.picture),
        "movement": digit_values(read.parts.movement),
        "movement_weight": round(read.parts.weight, 6),
    }


def number_line(number: Number) -> str:
    """Return a number as text, such as `2026 (97.9 %: 2 99.8 %, ...)`."""
    each = ", ".join(
        f"{place.sign} {'not read' if place.refused else percent(place.confidence)}"
        for place in number.places
    )
    return f"{number.text} ({percent(number.confidence)}: {each})"


def number_values(number: Number) -> dict[str, Any]:
    """Return a number and its digits as JSON values.

    The number's confidence is the product of those of its places, and of the grouping: the
    probability that the ink or the strokes were divided rightly among them.
    """
    return {
        "number": number.text,
        "confidence": round(number.confidence, 6),
        "grouping": round(number.grouping, 6),
        "digits": [_place_values(place) for place in number.places],
    }


def _place_values(place: Place) -> dict[str, Any]:
    values = {
        "sign": place.sign,
        "digit": None if place.mark else _digit(place.prediction),
        "class": None if place.mark else place.prediction.name,
        "confidence": round(place.confidence, 6),
        "refused": place.refused,
        "box": [round(edge, 1) for edge in place.box],
    }
    return values if place.mark else values | _parts_values(place.prediction)
