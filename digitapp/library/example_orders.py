"""What a browser asks to be done to the examples of datasets: each order once, in its order.

A browser numbers its orders, and tells all that it does not yet know to be done.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing import strokes
from digitapp.errors import BadStrokes, DigitappError, StoreProblem
from digitapp.library import drawn_datasets, new_examples
from digitapp.runs import RunStore, drawn_examples
from digitapp.runs.imported_datasets import Facts

WIDEST = 280.0  # of a pen; the canvas has as many units


@dataclass
class Taken:
    """What was done for one session. It is changed in place: a page may stop at any time.

    Attributes:
        session: tells this session from one before it, whose numbers began anew.
        last: the number of the last order that was carried out, or could not be.
        ids: of the examples that it keeps, by the keys that the browser gave them.
        wrong: why an order could not be carried out, by its number.
        seen: the version of each dataset that the browser knows.
        foreign: how often a dataset was found changed by others, by its name.
        met: when that was found last, in seconds of `time.monotonic`, by its name.
        drawn: the last example that was kept, uint8 (28, 28), and the name of its class.
    """

    session: str
    last: int = 0
    ids: dict[str, int] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, int] = field(default_factory=dict)
    met: dict[str, float] = field(default_factory=dict)
    drawn: tuple[NDArray[np.uint8], str] | None = None


def carry_out(store: RunStore, taken: Taken, told: Mapping[str, Any]) -> None:
    """Carry out the orders in a message that were not yet, and note it in `taken`.

    Args:
        told: by the browser: `session`, and `waiting`, as outbox.js's `Message`.

    Raises:
        StoreProblem: when the store fails; the orders from there on are not carried out, and the
            browser will tell them again.
    """
    if told["session"] != taken.session:
        return
    for order in sorted(told["waiting"], key=lambda each: int(each["number"])):
        number = int(order["number"])
        if number <= taken.last:
            continue
        try:
            _carry_out(store, taken, order)
        except StoreProblem:
            raise
        except DigitappError as error:
            taken.wrong[number] = str(error)
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
            taken.wrong[number] = f"The browser sent something that is not an example ({error})."
        taken.last = number


def met(taken: Taken, name: str, version: str, apart: float = 0.0) -> int:
    """Return how often a dataset was changed by others, now that it has this version.

    The browser fetches all examples anew whenever this number rises.

    Args:
        apart: the least time from one rise to the next, in seconds: many may change it all the
            time.
    """
    now = time.monotonic()
    if taken.seen.get(name) != version and now - taken.met.get(name, -math.inf) >= apart:
        taken.seen[name] = version
        taken.met[name] = now
        taken.foreign[name] = taken.foreign.get(name, 0) + 1
    return taken.foreign[name]


def _carry_out(store: RunStore, taken: Taken, order: Mapping[str, Any]) -> None:
    name = str(order["dataset"])
    known = drawn_examples.facts(store, name)
    if order["act"] == "keep":
        new = new_examples.drawn(int(order["into"]), _drawing(order), known.preparation)
        kept = drawn_examples.same(store, name, new) if order.get("again") else None
        number = drawn_examples.keep(store, name, [new])[0] if kept is None else kept
        taken.ids[str(order["key"])] = number
        taken.drawn = new.image, dict(known.classes)[new.class_id]
    else:
        ids = [
            taken.ids.get(each, 0) if isinstance(each, str) else int(each)
            for each in order["examples"]
        ]
        if order["act"] == "move":
            drawn_examples.move(store, name, ids, int(order["into"]))
        elif order["act"] == "remove":
            drawn_examples.remove(store, name, ids)
        else:
            raise ValueError(f"{order['act']!r} is unknown")
    taken.last = int(order["number"])  # before anything else can fail
    with suppress(DigitappError):
        _look(store, taken, name, known)


def _look(store: RunStore, taken: Taken, name: str, before: Facts) -> None:
    """Note the version that an order has made, unless others have changed the dataset, too."""
    after = drawn_examples.facts(store, name)
    alone = after.revision <= before.revision + 1
    if alone and taken.seen.get(name) == drawn_datasets.version(before):
        taken.seen[name] = drawn_datasets.version(after)


def _drawing(order: Mapping[str, Any]) -> strokes.Drawing:
    """Return the strokes of an order, which has them as lists x0, y0, x1, y1, ...

    Raises:
        BadStrokes: when they are not strokes.
    """
    width = float(order["width"])
    if not math.isfinite(width) or not 0 < width <= WIDEST:
        raise BadStrokes(f"The pen arrived with the width {width:g}; it is at most {WIDEST:g}.")
    lines = [[*zip(line[::2], line[1::2], strict=True)] for line in order["strokes"]]
    return strokes.from_points(lines, width)
