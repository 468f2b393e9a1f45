"""Rows of the store's tables as values, and values as rows."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from digitapp.errors import InvalidSetting
from digitapp.history import Epoch
from digitapp.runs.values import ACTIVE, LOST, Run
from digitapp.spec import TrainingSpec

Row = dict[str, object]


def run_from(row: Any, queue: Sequence[int]) -> Run:
    """A run out of its row.

    Args:
        queue: the ids of the runs that wait, in order.
    """
    lost = row.status in ACTIVE and not row.alive
    return Run(
        **{name: getattr(row, name) for name in _COPIED},
        spec=_spec(row.spec),
        status=LOST if lost else row.status,
        epoch=row.epoch or 0,
        seconds=row.seconds or 0.0,
        ahead=queue.index(row.id) if row.id in queue else 0,
        handwriting=None if row.total is None else (row.correct, row.total),
        note=row.note or "",
        tags=tuple(json.loads(row.tags)) if row.tags else (),
        starred=bool(row.starred),
    )


def epoch_from(row: Any) -> Epoch:
    """A finished epoch out of its row."""
    watched = None if row.watched is None else tuple(json.loads(row.watched))
    return Epoch(**{name: getattr(row, name) for name in _OF_EPOCH}, watched=watched)


def epoch_row(run: int, epoch: Epoch) -> Row:
    """A finished epoch of a run as a row.

    Raises:
        InvalidSetting: when its loss or accuracy is no number.
    """
    if math.isnan(epoch.loss) or math.isnan(epoch.accuracy):
        raise InvalidSetting(
            f"Epoch {epoch.number} has the loss {epoch.loss} and the accuracy {epoch.accuracy}; "
            "both must be numbers."
        )
    measured = {name: known(getattr(epoch, name)) for name in ("val_loss", "val_accuracy")}
    watched = None if epoch.watched is None else json.dumps(epoch.watched)
    return {"run": run, **asdict(epoch), **measured, "watched": watched}


def known(value: float | None) -> float | None:
    """A value, or None when it is no number: SQLite has no NaN, PostgreSQL would keep it."""
    return None if value is None or math.isnan(value) else value


@lru_cache(maxsize=4096)
def _spec(text: str) -> TrainingSpec:
    """Settings, checked once: a page lists a thousand runs again and again."""
    return TrainingSpec.from_json(text)


_COPIED = (
    *("id", "name", "preset", "request", "created", "error", "images", "batches", "parameters"),
    *("learning_rate", "val_accuracy", "best_val_accuracy", "test_loss", "test_accuracy"),
)
_OF_EPOCH = tuple(name for name in Epoch.__dataclass_fields__ if name != "watched")
