"""What the picture and the movement say, in sentences; `live/js/parts_words.js` follows it."""

from __future__ import annotations

from digitapp.reading.prediction import Parts, Prediction, with_article
from digitapp.text.percent import percent


def disagreement(prediction: Prediction) -> str:
    """Return a sentence on picture and movement where they disagree; else an empty string."""
    parts = prediction.parts
    if not parts or parts.picture.sign == parts.movement.sign:
        return ""
    looks, moved = _looks_like(parts.picture), _moved_like(parts.movement)
    if prediction.sign == parts.movement.sign:
        return f"{_capital(looks)}, but {moved}."
    if prediction.sign == parts.picture.sign:
        return f"{_capital(moved)}, but {looks}."
    return f"{_capital(looks)}, and {moved}."


def each_alone(parts: Parts) -> str:
    """Return what each of the two says alone, and how much the movement counted."""
    counts = percent(parts.weight, 0)
    said = f"From the picture: {_in_short(parts.picture)}."
    return f"{said} From the movement: {_in_short(parts.movement)}; it counts {counts}."


def _in_short(said: Prediction) -> str:
    if said.refused:
        return f"no digit, {percent(said.other, 0)}"
    return f"{said.name}, {percent(said.sure, 0)}"


def _looks_like(said: Prediction) -> str:
    return "it does not look like a digit" if said.refused else f"it looks like {_a(said)}"


def _moved_like(said: Prediction) -> str:
    return "your pen moved as for no digit" if said.refused else f"your pen moved as for {_a(said)}"


def _a(said: Prediction) -> str:
    return with_article(said.name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
