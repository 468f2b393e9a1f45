"""Letters that look like digits, and the sentence in which the Draw page says so."""

from __future__ import annotations

from digitapp.reading.prediction import Prediction

LETTERS = {"0": "O", "1": "I", "2": "Z", "5": "S", "9": "g"}


def remark(prediction: Prediction) -> str:
    """Return a sentence on the letter that looks like the digit read; nothing if there is none.

    A network that refuses what is no digit has learned letters, but none that can pass for a digit
    (`data.non_digit_shapes`): those it reads as the digit, and as surely.
    """
    letter = LETTERS.get(prediction.name)
    certain = prediction.refuses and not prediction.refused and not prediction.unsure
    return f"The letter {letter} looks the same to this network." if letter and certain else ""
