"""What the picture and the movement say, in sentences; `live/js/parts_words.js` follows it."""

from __future__ import annotations

from digitapp.reading.class_words import with_article
from digitapp.reading.prediction import Parts, Prediction
from digitapp.text.percent import percent


def disagreement(prediction: Prediction) -> str:
    """Return a sentence on picture and movement where they disagree; else an empty string."""
    parts = prediction.parts
    if not parts or parts.picture.sign == parts.movement.sign:
        return ""
    looks, drawn = _looks_like(parts.picture), _drawn_like(parts.movement)
    return f"{looks}, {_joined_by(prediction.sign, parts)} {drawn}."


def each_alone(parts: Parts) -> str:
    """Return what each of the two says alone, and how much the movement counted."""
    counts = percent(parts.weight, 0)
    said = f"From the picture: {_in_short(parts.picture)}."
    return f"{said} From the movement: {_in_short(parts.movement)}; it counts {counts}."


def _in_short(said: Prediction) -> str:
    if said.refused:
        return f"no digit, {percent(said.other, 0)}"
    return f"{said.name}, {percent(said.sure, 0)}"


def _joined_by(sign: str, parts: Parts) -> str:
    if sign == parts.picture.sign:
        return "though"
    neither = sign != parts.movement.sign
    one_refused = parts.picture.refused or parts.movement.refused
    return "and was" if neither and not one_refused else "but was"


def _looks_like(said: Prediction) -> str:
    return f"It looks like {'no digit' if said.refused else _a(said)}"


def _drawn_like(said: Prediction) -> str:
    return "not drawn like a digit" if said.refused else f"drawn like {_a(said)}"


def _a(said: Prediction) -> str:
    return with_article(said.name)
