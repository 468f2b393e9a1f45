"""Text report of the command `evaluate`."""

from __future__ import annotations

from typing import Any

from digitapp.text.percent import counted_percent

SHOWN_IN_FULL = ("as drawn", "paths")


def as_text(found: dict[str, Any]) -> str:
    """Format the values from `full_evaluation` as a report."""
    parts = [f"Model: {found['model']}"]
    if "strokes" in found:
        parts += _strokes_text(found["strokes"])
    if "images" in found:
        parts += _pictures_text(found["images"])
    if "numbers" in found:
        parts += _numbers_text(found["numbers"])
    if "others" in found:
        parts += ["", "Non-digits:"]
        parts += [f"{name}: {_refusal(each)}" for name, each in found["others"].items()]
    if "test" in found:
        parts += _test_text(found["test"])
    return "\n".join(parts)


def _strokes_text(found: dict[str, Any]) -> list[str]:
    conditions = found["conditions"]
    rows = {
        f"{condition:10}{way}": each
        for condition, scores in conditions.items()
        for way, each in scores.items()
    }
    condition, way = SHOWN_IN_FULL
    shown = conditions[condition][way]
    return [
        "",
        f"{found['file']}: {found['digits']:,} digits (seed {found['seed']})",
        *_outcomes(rows),
        "",
        f"{condition}, via {way}:",
        _calibration(shown),
        *_in_full(shown),
    ]


def _pictures_text(found: dict[str, Any]) -> list[str]:
    others = found["not_single_digits"]
    prepared, squeeze = found["prepared"], found["squeeze"]
    return [
        "",
        f"{found['file']}: {found['digits']:,} single digits; "
        f"{others} pictures of something else were left out",
        *_outcomes({"prepared": prepared, "squeeze": squeeze, **found["kinds"]}),
        _calibration(prepared),
        *([f"of the others, {_refusal(found['others'])}"] if found["others"] else []),
        "",
        *_in_full(prepared),
    ]


def _numbers_text(found: dict[str, Any]) -> list[str]:
    rows = {
        f"{way:10}{spacing}": each
        for way, whole in found["ways"].items()
        for spacing, each in {"all": whole, **whole["spacings"]}.items()
    }
    head = f"{found['file']}: {found['numbers']:,} numbers of 2 to 5 digits"
    return ["", head, *_outcomes(rows)]


def _refusal(found: dict[str, Any]) -> str:
    low, high = found["interval_95"]
    return (
        f"{counted_percent(found['refused'])} of {found['total']:,} refused "
        f"(95 % interval {counted_percent(low)} to {counted_percent(high)})"
    )


def _outcomes(rows: dict[str, dict[str, Any]]) -> list[str]:
    """Format a table of the shares right, refused and wrong, one row per name."""
    names = ("accuracy", "refused", "wrong")
    lines = [" " * 20 + f"{'right':>10}{'refused':>10}{'wrong':>10}   95 % interval of right"]
    for name, found in rows.items():
        low, high = map(counted_percent, found["interval_95"])
        cells = "".join(f"{counted_percent(found[each]):>10}" for each in names)
        lines.append(f"{name:20}{cells}   {low} to {high}")
    return lines


def _calibration(found: dict[str, Any]) -> str:
    return f"calibration error {counted_percent(found['calibration_error'])}"


def _test_text(found: dict[str, Any]) -> list[str]:
    named = enumerate(found["class_names"])
    names = ", ".join(f"{place} {name}" for place, name in named if name != str(place))
    return [
        "",
        f"{found['dataset']}, test part: {found['total']:,} images{names and f' ({names})'}",
        *_outcomes({"all": found}),
        _calibration(found),
        "",
        *_in_full(found),
    ]


def _in_full(score: dict[str, Any]) -> list[str]:
    classes = range(len(score["confusion"]))
    lines = ["  is \\ read" + "".join(f"{c:>6}" for c in (*classes, "none")) + "     right"]
    for true, row, refused in zip(classes, score["confusion"], score["refusals"], strict=True):
        cells = "".join(f"{count or '.':>6}" for count in (*row, refused))
        lines.append(f"  {true:>9}{cells}{counted_percent(score['per_class'][true]):>10}")
    return lines
