"""Text report of the command `evaluate`."""

from __future__ import annotations

from typing import Any

from digitapp.evaluation.plain_values import BY_WRITER
from digitapp.evaluation.ways import AS_DRAWN, main_way
from digitapp.text.percent import counted_percent

NAME, CELL = 20, 10  # characters
INTERVAL, WORST = 24, 27
CONDITION, WAY = 24, 16

Values = dict[str, Any]


def as_text(found: Values) -> str:
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


def _strokes_text(found: Values) -> list[str]:
    rows = {
        f"{name:{CONDITION}}{way:{WAY}}": each
        for part in ("conditions", "variations")
        for name, scores in found[part].items()
        for way, each in scores.items()
    }
    plain = found["conditions"][AS_DRAWN]
    way = main_way(plain)
    by = f", {found['writers']} writers" if found["writers"] else ""
    return [
        "",
        f"{found['file']}: {found['digits']:,} digits{by} (seed {found['seed']})",
        *_outcomes(rows),
        f"The intervals are {_kind(plain[way])}.",
        "",
        f"{AS_DRAWN}, {way}:",
        *_in_full(plain[way]),
    ]


def _pictures_text(found: Values) -> list[str]:
    others = found["not_single_digits"]
    prepared, squeeze = found["prepared"], found["squeeze"]
    return [
        "",
        f"{found['file']}: {found['digits']:,} single digits; "
        f"{others} pictures of something else were left out",
        *_outcomes({"prepared": prepared, "squeeze": squeeze, **found["kinds"]}),
        f"The intervals are {_kind(prepared)}.",
        *([f"of the others, {_refusal(found['others'])}"] if found["others"] else []),
        "",
        *_in_full(prepared),
    ]


def _numbers_text(found: Values) -> list[str]:
    rows = {
        f"{way:{CELL}}{name}": each
        for way, whole in found["ways"].items()
        for name, each in {"all": whole["all"], **whole["spacings"], **whole["signs"]}.items()
    }
    return [
        "",
        f"{found['file']}: {found['numbers']:,} numbers of 2 to 5 digits, or with signs",
        *_outcomes(rows, NUMBER_SHARES),
        "Refused: part of it was not read. Doubted: wrong, at a confidence below 50 %.",
    ]


def _refusal(found: Values) -> str:
    low, high = found["interval_95"]
    return (
        f"{counted_percent(found['refused'])} of {found['total']:,} refused "
        f"(95 % interval {counted_percent(low)} to {counted_percent(high)})"
    )


SHARES = {"right": "accuracy", "refused": "refused", "wrong": "wrong"}
NUMBER_SHARES = {
    "right": "accuracy",
    "refused": "refused",
    "doubted": "doubted",
    "sure wrong": "surely_wrong",
}


def _outcomes(rows: dict[str, Values], shares: dict[str, str] = SHARES) -> list[str]:
    """Format a table of shares, one row per name, with the columns for which there is anything."""
    name_width = max(NAME, *(len(name) for name in rows))
    writers = any(found.get("worst_writer") for found in rows.values())
    compared = any("beside_picture" in found for found in rows.values())
    names = "".join(f"{name:>{CELL + 1}}" for name in (*shares, "cal.error"))
    head = f"{'':{name_width}}{names}   {'95 % interval of right':{INTERVAL}}"
    head += f"{'worst writer':{WORST}}" if writers else ""
    lines = [(head + ("more right than the picture alone" if compared else "")).rstrip()]
    for name, found in rows.items():
        keys = (*shares.values(), "calibration_error")
        cells = "".join(f"{counted_percent(found[key]):>{CELL + 1}}" for key in keys)
        line = f"{name:{name_width}}{cells}   {_interval(found):{INTERVAL}}"
        line += f"{worst_text(found):{WORST}}" if writers else ""
        lines.append((line + difference_text(found)).rstrip())
    return lines


def _interval(found: Values) -> str:
    return " to ".join(map(counted_percent, found["interval_95"]))


def worst_text(found: Values) -> str:
    """Return the worst writer's share, number of digits and own number; empty when unknown."""
    worst = found.get("worst_writer")
    if not worst:
        return ""
    return f"{counted_percent(worst['accuracy'])} of {worst['digits']} ({worst['writer']})"


def difference_text(found: Values) -> str:
    """Return how many more of 100 the combined reader reads; empty for the other ways."""
    beside = found.get("beside_picture")
    if not beside or beside["difference"] is None:
        return ""
    more, low, high = (
        f"{100 * each:+.2f}" for each in (beside["difference"], *beside["interval_95"])
    )
    return f"{more} ({low} to {high})"


def _kind(found: Values) -> str:
    return "bootstrapped by writer" if found["interval_by"] == BY_WRITER else "Wilson's"


def _test_text(found: Values) -> list[str]:
    named = enumerate(found["class_names"])
    names = ", ".join(f"{place} {name}" for place, name in named if name != str(place))
    return [
        "",
        f"{found['dataset']}, test part: {found['total']:,} images{names and f' ({names})'}",
        *_outcomes({"all": found}),
        "",
        *_in_full(found),
    ]


def _in_full(score: Values) -> list[str]:
    classes = range(len(score["confusion"]))
    lines = ["  is \\ read" + "".join(f"{c:>6}" for c in (*classes, "none")) + "     right"]
    for true, row, refused in zip(classes, score["confusion"], score["refusals"], strict=True):
        cells = "".join(f"{count or '.':>6}" for count in (*row, refused))
        lines.append(f"  {true:>9}{cells}{counted_percent(score['per_class'][true]):>10}")
    return lines
