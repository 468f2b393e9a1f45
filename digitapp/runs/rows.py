"""Conversion between rows of the store's tables and values such as `Run` and `Epoch`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from digitapp.errors import InvalidSetting, Unreadable
from digitapp.runs.fair_order import Place
from digitapp.runs.records import LOST, STORED, DamagedRun, Run
from digitapp.runs.tables import points
from digitapp.training.history import Epoch, Point
from digitapp.training.spec import TrainingSpec

Row = dict[str, object]
LONGEST_SHOWN = 60  # characters of an invalid value in a message


def run_from(row: Any, places: Mapping[int, Place], held: bool = False) -> Run | DamagedRun:
    """Convert a row to a run; a damaged row, or one of a newer version, to a `DamagedRun`.

    Args:
        places: of the waiting runs, by their ids.
        held: whether another program has the store locked, so that no heartbeat can be written.
    """
    try:
        _check(row)
        spec, tags = spec_from(row.spec), tuple(_list("tags", row.tags, str))
    except InvalidSetting as error:
        name = row.name if isinstance(row.name, str) else ""
        return DamagedRun(row.id, name, str(error))
    place = places.get(row.id, Place())
    return Run(
        **{name: getattr(row, name) for name in _COPIED},
        spec=spec,
        status=LOST if row.unheard and not held else row.status,
        epoch=row.epoch or 0,
        seconds=row.seconds or 0.0,
        ahead=place.ahead,
        people_ahead=place.people,
        held_by=place.held,
        handwriting=None if row.own_total is None else (row.own_correct, row.own_total),
        tags=tags,
        starred=bool(row.starred),
        shown=bool(row.shown),
    )


def _check(row: Any) -> None:
    """Check the columns' types: SQLite also stores text in a numeric column.

    Raises:
        InvalidSetting: naming the column.
    """
    for kinds, names in _KINDS.items():
        for name in names:
            if not isinstance(getattr(row, name), kinds):
                raise _wrong(name, getattr(row, name))
    if row.status not in STORED:
        raise _wrong("status", row.status)


def _list(name: str, text: Any, *kinds: type) -> list[Any]:
    """Parse a JSON list.

    Raises:
        InvalidSetting: when the text is not a JSON list of values of these kinds.
    """
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, kinds) for each in found):
        raise _wrong(name, text)
    return found


def _wrong(name: str, value: object) -> InvalidSetting:
    said = repr(value)
    shown = said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]}…"
    return InvalidSetting(f"Its {name.replace('_', ' ')} is {shown}, which is not a valid value.")


def epoch_from(row: Any) -> Epoch:
    """Convert a row to a finished epoch.

    Raises:
        Unreadable: when it is damaged.
    """
    try:
        for name in _OF_EPOCH:
            kinds = (int, float, type(None)) if name.startswith("val_") else (int, float)
            if not isinstance(getattr(row, name), kinds):
                raise _wrong(name, getattr(row, name))
        watched = None if row.watched is None else tuple(_list("watched", row.watched, int, float))
    except InvalidSetting as error:
        raise Unreadable(f"Epoch {row.number} of run {row.run} cannot be read. {error}") from None
    return Epoch(**{name: getattr(row, name) for name in _OF_EPOCH}, watched=watched)


def point_from(run: int, row: Sequence[Any]) -> Point:
    """Convert a row with the columns `OF_POINT` to a point within an epoch.

    Raises:
        Unreadable: when it is damaged.
    """
    if not all(isinstance(value, int | float) for value in row):
        names = zip(OF_POINT, row, strict=True)
        wrong = next((c.name, v) for c, v in names if not isinstance(v, int | float))
        raise Unreadable(f"The progress of run {run} cannot be read. {_wrong(*wrong)}")
    return Point(*row)


def epoch_row(run: int, epoch: Epoch) -> Row:
    """Convert a finished epoch of a run to a row.

    Raises:
        InvalidSetting: when its loss or accuracy is NaN.
    """
    if math.isnan(epoch.loss) or math.isnan(epoch.accuracy):
        raise InvalidSetting(
            f"Epoch {epoch.number} has the loss {epoch.loss} and the accuracy {epoch.accuracy}; "
            "both must be numbers."
        )
    measured = {name: known(getattr(epoch, name)) for name in ("val_loss", "val_accuracy")}
    watched = None if epoch.watched is None else json.dumps(epoch.watched)
    return {"run": run, **asdict(epoch), **measured, "watched": watched}


def results(
    test_loss: float | None, test_accuracy: float | None, handwriting: tuple[int, int] | None
) -> Row:
    """Return the columns of a network's scores, as in `Outcome`."""
    tested = {"test_loss": known(test_loss), "test_accuracy": known(test_accuracy)}
    return {**tested, **own_score(handwriting)}


def own_score(found: tuple[int, int] | None) -> Row:
    """Return the columns of a score on My handwriting: correct and all drawings, or None."""
    correct, total = found or (None, None)
    return {"own_correct": correct, "own_total": total}


def known(value: float | None) -> float | None:
    """Return the value, or None for NaN: SQLite cannot store NaN, PostgreSQL would."""
    return None if value is None or math.isnan(value) else value


@lru_cache(maxsize=4096)
def spec_from(text: str) -> TrainingSpec:
    """Parse and check settings once: a page may list a thousand runs again and again."""
    return TrainingSpec.from_json(text)


_OF_USERS = ("name", "preset", "note", "experiment")
_TEXTS = (*_OF_USERS, "request", "error", "fingerprint", "phase", "preparation", "person", "room")
_WHOLE = ("id", "images", "batches", "parameters", "steps", "pause_after")
_MEASURED = (
    *("learning_rate", "pace", "val_accuracy", "best_val_accuracy", "test_loss", "test_accuracy"),
    "leaving",
)
_COPIED = (*_TEXTS, *_WHOLE, *_MEASURED, "created")
_KINDS: dict[tuple[type, ...], tuple[str, ...]] = {
    (str,): (*_TEXTS, "status", "spec", "tags"),
    (int,): _WHOLE,
    (int, float): ("created",),
    (int, float, type(None)): (*_MEASURED, "seconds"),
    (int, type(None)): ("epoch", "own_correct", "own_total"),
}
OF_POINT = tuple(points.c[name] for name in Point.__dataclass_fields__)
_OF_EPOCH = tuple(name for name in Epoch.__dataclass_fields__ if name != "watched")
