"""Scores as plain JSON values, for `evaluate` and the model card."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitapp.evaluation.calibration import Reliability
    from digitapp.evaluation.intervals import Bounds
    from digitapp.evaluation.number_readings import NumberScore
    from digitapp.evaluation.outcomes import Difference, Outcomes, Writer
    from digitapp.evaluation.scores import Score

Values = dict[str, Any]

BY_WRITER, WILSON = "writer", "wilson"  # how an interval was found


def of_score(score: Score, interval: Bounds | None = None) -> Values:
    """Convert a score to plain values: shares from 0 to 1, None where there were no images.

    The shares of right (accuracy), refused and wrong images add up to 1.

    Args:
        interval: of the accuracy, if it was bootstrapped by writer; otherwise it is Wilson's.
    """
    parts = {"accuracy": score.right, "refused": score.refused, "wrong": score.wrong}
    return {
        **_shares(parts, score.total),
        **_interval(interval or score.interval, by_writer=interval is not None),
        "calibration_error": score.reliability and number(score.reliability.error),
        "per_class": [number(each) for each in score.per_class],
        "refusals": score.refusals.tolist(),
        "confusion": score.confusion.tolist(),
    }


def of_outcomes(outcomes: Outcomes) -> Values:
    """Convert outcomes to plain values: those of a score, and the worst writer, if known."""
    by_writer = outcomes.known_writers is not None and outcomes.varies
    worst = outcomes.worst_writer
    return {
        **of_score(outcomes.score, outcomes.interval if by_writer else None),
        "worst_writer": worst and of_writer(worst),
    }


def of_difference(difference: Difference) -> Values:
    """Convert the difference between two readers to plain values, -1 to 1."""
    low, high = difference.interval
    return {"difference": number(difference.share), "interval_95": [number(low), number(high)]}


def of_number_score(score: NumberScore) -> Values:
    """Convert a score of numbers to plain values; the four shares add up to 1."""
    parts = {
        "accuracy": score.right,
        "refused": score.refused,
        "doubted": score.doubted,
        "surely_wrong": score.surely_wrong,
    }
    return {
        **_shares(parts, score.total),
        **_interval(score.interval, score.by_writer),
        "calibration_error": number(score.reliability.error),
    }


def of_proportion(count: int, total: int, interval: Bounds, name: str) -> Values:
    """Convert a share of some things to plain values, under a name."""
    return {**_shares({name: count}, total), **_interval(interval, by_writer=False)}


def of_reliability(found: Reliability) -> list[list[float | int | None]]:
    """Return the number of answers, mean confidence and share right in each bin of confidence."""
    rows = zip(found.counts, found.confidence, found.accuracy, strict=True)
    return [[int(count), number(sure), number(right)] for count, sure, right in rows]


def of_writer(writer: Writer) -> Values:
    """Convert how well one writer was read to plain values."""
    accuracy = number(writer.accuracy)
    return {"writer": writer.number, "digits": writer.digits, "accuracy": accuracy}


def number(value: float) -> float | None:
    """Round a value for JSON, which has no NaN: None instead."""
    return None if math.isnan(value) else round(float(value), 6)


def _shares(parts: dict[str, int], total: int) -> Values:
    shares = {name: number(n / total if total else math.nan) for name, n in parts.items()}
    return {**shares, "total": total}


def _interval(bounds: Sequence[float], by_writer: bool) -> Values:
    kind = BY_WRITER if by_writer else WILSON
    return {"interval_95": [number(each) for each in bounds], "interval_by": kind}
