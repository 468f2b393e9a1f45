"""The class wall as it is shown: who drew it, how the pen went, and what a network reads of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitapp.drawing.strokes import Drawing, Points
from digitapp.drawing.thinning import thinned
from digitapp.library import class_readings
from digitapp.library.class_readings import Stages
from digitapp.reading.prediction import Predictor
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import RunStore, classroom_wall, classrooms
from digitapp.runs.classroom_wall import Ink, Sent

LEAST_APART, MOST_SHOWN = 3.0, 250  # units of the canvas between two points; points in all
MOST_WAYS = 2_000

Way = tuple[dict[str, object], ...]

_ways = RecentlyUsed[tuple[str, int], Way](MOST_WAYS)


@dataclass(frozen=True)
class Shown:
    """A drawing on the wall.

    Attributes:
        way: how the pen went, as the function of this name returns it; empty of a picture.
        name: what the class calls who drew it; empty of somebody who has left.
        own: whether who asks drew it.
    """

    sent: Sent
    ink: Ink
    stages: Stages
    way: Way
    name: str
    own: bool


@dataclass(frozen=True)
class Reader:
    """A network that reads the wall; `version` changes whenever it learns more."""

    predictor: Predictor
    name: str
    version: str


@dataclass(frozen=True)
class Wall:
    """The latest drawings, oldest first, and how many there are in all."""

    shown: tuple[Shown, ...]
    count: int


def wall(store: RunStore, room: str, reader: Reader, most: int) -> Wall:
    """Return the latest drawings on the wall of a room, read by a network.

    Args:
        most: how many of them.

    Raises:
        UnknownName: when who asks is not in this room.
        StoreProblem: when the store fails.
    """
    sent = classroom_wall.sent(store, room)
    return Wall(shown(store, room, reader, sent[-most:]), len(sent))


def shown(store: RunStore, room: str, reader: Reader, sent: Sequence[Sent]) -> tuple[Shown, ...]:
    """Return drawings with what the network reads of them; damaged ones are left out.

    Args:
        sent: as the wall was just read for who asks.

    Raises:
        UnknownName, StoreProblem: as `wall`.
    """
    inks = class_readings.inks(store, room, sent)
    url, names = store.database.url, classrooms.names_for_all(store, room)
    read = class_readings.stages(reader.predictor, reader.name, reader.version, url, inks)
    return tuple(
        Shown(
            each,
            inks[each.id],
            read[each.id],
            _way(url, each.id, inks[each.id]),
            names.get(each.person, ""),
            each.person == store.person,
        )
        for each in sent
        if each.id in inks
    )


def _way(url: str, number: int, ink: Ink) -> Way:
    """Return how the pen went in a drawing, made once for all who look at it."""
    return _ways.get((url, number), lambda: way(ink.strokes or ()))


def way(strokes: Drawing) -> Way:
    """Return strokes as plain values for a page: width, and places x0, y0, x1, y1, ...

    Points that lie close together are left out; the first and the last one of a stroke stay.
    """
    few = thinned(strokes, max(MOST_SHOWN, 3 * len(strokes)))
    return tuple({"width": round(each.width), "places": _places(each.points)} for each in few)


def _places(points: Points) -> list[int]:
    kept = [points[0]]
    for point in points[1:-1]:
        if np.abs(point - kept[-1]).max() >= LEAST_APART:
            kept.append(point)
    kept += [points[-1]] if len(points) > 1 else []
    return [round(float(each)) for point in kept for each in point]
