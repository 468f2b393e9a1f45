"""Scores as JSON values and as text for people."""

from __future__ import annotations

from typing import Any

from digitapp.scores import counted_percent

SHOWN_IN_FULL = ("as drawn", "paths")


def as_text(found: dict[str, Any]) -> str:
    """The report of `evaluate`."""
    parts = [f"Model: {found['model']}"]
    if "strokes" in found:
        parts += _strokes_text(found["strokes"])
    if "images" in found:
        parts += _pictures_text(found["images"])
    if "numbers" in found:
        parts += _numbers_text(found["numbers"])
    if "others" in found:
        parts += _refusals_text(found["others"])
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
        cells = "".join(f"{counted_percent(scores[way]['accuracy']):>10}" for way in ways)
        lines.append(f"{condition:12}{cells}")
    condition, way = SHOWN_IN_FULL
    shown = conditions[condition][way]
    lines += ["", f"{condition}, via {way}:", *_trust(shown), *_in_full(shown)]
    return lines


def _pictures_text(found: dict[str, Any]) -> list[str]:
    others = found["not_single_digits"]
    prepared, squeeze = found["prepared"], found["squeeze"]
    low, high = prepared["interval_95"]
    return [
        "",
        f"{found['file']}: {found['digits']:,} single digits; "
        f"{others} pictures of something else were left out",
        f"prepared    {counted_percent(prepared['accuracy']):>10}  "
        f"(95 % interval {counted_percent(low)} to {counted_percent(high)})",
        f"squeeze     {counted_percent(squeeze['accuracy']):>10}",
        *(
            f"{kind:12}{counted_percent(each['accuracy']):>10}"
            for kind, each in found["kinds"].items()
        ),
        *_trust(prepared),
        *([f"of the others, {_refusal(found['others'])}"] if found["others"] else []),
        "",
        *_in_full(prepared),
    ]


def _numbers_text(found: dict[str, Any]) -> list[str]:
    ways = found["ways"]
    spacings = list(next(iter(ways.values()))["spacings"])
    head = " " * 12 + "".join(f"{name:>10}" for name in ("all", *spacings))
    lines = ["", f"{found['file']}: {found['numbers']:,} numbers of 2 to 5 digits", head]
    for way, scores in ways.items():
        cells = [scores, *(scores["spacings"][name] for name in spacings)]
        lines.append(
            f"{way:12}" + "".join(f"{counted_percent(each['accuracy']):>10}" for each in cells)
        )
    return lines


def _refusals_text(found: dict[str, Any]) -> list[str]:
    return ["", "What is no digit:", *(f"{name}: {_refusal(each)}" for name, each in found.items())]


def _refusal(found: dict[str, Any]) -> str:
    low, high = found["interval_95"]
    return (
        f"{counted_percent(found['refused'])} of {found['total']:,} refused "
        f"(95 % interval {counted_percent(low)} to {counted_percent(high)})"
    )


def _trust(found: dict[str, Any]) -> list[str]:
    """How many digits were refused, and how far the confidences are off."""
    return [
        f"refused     {counted_percent(found['refused']):>10}",
        f"calibration error {counted_percent(found['calibration_error'])}",
    ]


def _test_text(found: dict[str, Any]) -> list[str]:
    low, high = found["interval_95"]
    named = enumerate(found["class_names"])
    names = ", ".join(f"{place} {name}" for place, name in named if name != str(place))
    return [
        "",
        f"{found['dataset']}, test part: {found['total']:,} images{names and f' ({names})'}",
        f"accuracy    {counted_percent(found['accuracy']):>10}  "
        f"(95 % interval {counted_percent(low)} to {counted_percent(high)})",
        *_trust(found),
        "",
        *_in_full(found),
    ]


def _in_full(score: dict[str, Any]) -> list[str]:
    classes = range(len(score["confusion"]))
    lines = ["  is \\ read" + "".join(f"{c:>6}" for c in classes) + "     right"]
    for true, row in zip(classes, score["confusion"], strict=True):
        cells = "".join(f"{count or '.':>6}" for count in row)
        lines.append(f"  {true:>9}{cells}{counted_percent(score['per_class'][true]):>10}")
    return lines
