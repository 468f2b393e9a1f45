"""Rows of the model card's tables, from the plain values of `full_evaluation`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from digitapp.evaluation.plain_values import BY_WRITER
from digitapp.evaluation.score_table import difference_text, worst_text
from digitapp.evaluation.ways import AS_DRAWN, main_way
from digitapp.text.percent import counted_percent

Values = dict[str, Any]
Row = tuple[str, ...]

STEPS = (0.0, 0.9, 0.95, 0.98, 0.99, 1.0)  # shares read right, by which writers are counted
WORST = 5  # writers named one by one


def share(found: Values, name: str = "accuracy") -> str:
    """Return a share with its 95 % interval, such as `97.92 % (97.28 to 98.41)`."""
    low, high = ("-" if each is None else f"{100 * each:.2f}" for each in found["interval_95"])
    return f"{counted_percent(found[name])} ({low} to {high})"


def stroke_rows(found: Values) -> Iterator[Row]:
    """Yield a row for each condition or variation and way: its name, the way, the figures."""
    for part in ("conditions", "variations"):
        for name, ways in found[part].items():
            for way, each in ways.items():
                shares = (counted_percent(each[key]) for key in ("refused", "wrong"))
                error = counted_percent(each["calibration_error"])
                yield (
                    name,
                    way,
                    share(each),
                    *shares,
                    error,
                    worst_text(each),
                    difference_text(each),
                )


def number_rows(found: Values) -> Iterator[Row]:
    """Yield a row for each way and kind of numbers: the way, the kind, the figures."""
    for way, whole in found["ways"].items():
        signs = {f"with {sign}": each for sign, each in whole["signs"].items()}
        for name, each in {"all": whole["all"], **whole["spacings"], **signs}.items():
            keys = ("refused", "doubted", "surely_wrong", "calibration_error")
            yield way, name, share(each), *(counted_percent(each[key]) for key in keys)


def writer_rows(found: Values) -> Iterator[Row]:
    """Yield a row for each range of accuracies: the range, and how many writers are in it."""
    accuracies = [each["accuracy"] for each in found["each_writer"]]
    yield "100 %", str(accuracies.count(1.0))
    for low, high in reversed([*pairwise(STEPS)]):
        count = sum(low <= each < high for each in accuracies)
        yield f"{counted_percent(low, 0)} to less than {counted_percent(high, 0)}", str(count)


def worst_writers(found: Values) -> str:
    """Name the writers that were read worst, with the numbers of their digits."""
    return "; ".join(
        f"number {each['writer']}, {counted_percent(each['accuracy'])} of {each['digits']}"
        for each in found["each_writer"][:WORST]
    )


def interval_kind(found: Values) -> str:
    """Say in a sentence how the intervals of strokes or of numbers were found."""
    if "ways" in found:
        shown = next(iter(found["ways"].values()))["all"]
    else:
        plain = found["conditions"][AS_DRAWN]
        shown = plain[main_way(plain)]
    kind = "bootstrapped by writer" if shown["interval_by"] == BY_WRITER else "Wilson's"
    return f"The 95 % intervals are {kind}."
