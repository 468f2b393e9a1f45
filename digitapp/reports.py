"""Scores as JSON values and as text for people."""

from __future__ import annotations

import math
from typing import Any

from digitapp.scores import Score

SHOWN_IN_FULL = ("as drawn", "paths")


def score_values(score: Score) -> dict[str, Any]:
    """A score as plain JSON values; accuracies from 0 to 1, null where there was no image."""
    low, high = score.interval
    return {
        "accuracy": _number(score.accuracy),
        "interval_95": [_number(low), _number(high)],
        "total": score.total,
        "per_class": [_number(each) for each in score.per_class],
        "confusion": score.confusion.tolist(),
    }


def as_text(found: dict[str, Any]) -> str:
    """The report of `evaluate`."""
    parts = [f"Model: {found['model']}"]
    if "strokes" in found:
        parts += _strokes_text(found["strokes"])
    if "images" in found:
        parts += _pictures_text(found["images"])
    if "test" in found:
        parts += _test_text(found["test"])
    return "\n".join(parts)


def _strokes_text(found: dict[str, Any]) -> list[str]:
    conditions = found["conditions"]
    ways = list(next(iter(conditions.values())))
    lines = [
        "",
        f"{found['file']}: {found['digits']:,} digits (seed {found['seed']})",
        " " * 12 + "".join(f"{way:>10}" for way in ways),
    ]
    for condition, scores in conditions.items():
        cells = "".join(f"{_percent(scores[way]['accuracy']):>10}" for way in ways)
        lines.append(f"{condition:12}{cells}")
    condition, way = SHOWN_IN_FULL
    return [*lines, "", f"{condition}, via {way}:", *_in_full(conditions[condition][way])]


def _pictures_text(found: dict[str, Any]) -> list[str]:
    others = found["not_single_digits"]
    prepared, squeeze = found["prepared"], found["squeeze"]
    low, high = prepared["interval_95"]
    return [
        "",
        f"{found['file']}: {found['digits']:,} single digits; "
        f"{others} pictures of something else were left out",
        f"prepared    {_percent(prepared['accuracy']):>10}  "
        f"(95 % interval {_percent(low)} to {_percent(high)})",
        f"squeeze     {_percent(squeeze['accuracy']):>10}",
        "",
        *_in_full(prepared),
    ]


def _test_text(found: dict[str, Any]) -> list[str]:
    low, high = found["interval_95"]
    named = enumerate(found["class_names"])
    names = ", ".join(f"{place} {name}" for place, name in named if name != str(place))
    return [
        "",
        f"{found['dataset']}, test part: {found['total']:,} images{names and f' ({names})'}",
        f"accuracy    {_percent(found['accuracy']):>10}  "
        f"(95 % interval {_percent(low)} to {_percent(high)})",
        "",
        *_in_full(found),
    ]


def _in_full(score: dict[str, Any]) -> list[str]:
    classes = range(len(score["confusion"]))
    lines = ["  is \\ read" + "".join(f"{c:>6}" for c in classes) + "     right"]
    for true, row in zip(classes, score["confusion"], strict=True):
        cells = "".join(f"{count or '.':>6}" for count in row)
        lines.append(f"  {true:>9}{cells}{_percent(score['per_class'][true]):>10}")
    return lines


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.2f} %"
