"""What networks read of the drawings of a class: each drawing once by each network, and remembered.

A drawing on the class wall never changes, and a network only while it is trained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from digitapp.drawing.strokes import Drawing
from digitapp.errors import Blank
from digitapp.reading.prediction import Prediction, Predictor
from digitapp.reading.reader import read_now
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import RunStore, classroom_wall
from digitapp.runs.classroom_wall import Ink, Sent

MOST_KEPT = 20_000  # readings
MOST_INKS = 2_000
MOST_STAGES = 8  # of a drawing with more strokes, how it was read after the last ones


@dataclass(frozen=True)
class Read:
    """What a network makes of a drawing.

    Attributes:
        sign: the name of the most probable class, or a question mark if it is refused.
        sure: the probability of that class, or of being none of them if it is refused.
        refused, unsure: as of `Prediction`.
        none: what a refusal is called in short, such as `not a digit`.
        classes: the names of the network's classes.
    """

    sign: str
    sure: float
    refused: bool
    unsure: bool
    none: str
    classes: tuple[str, ...]

    def right(self, meant: str) -> bool | None:
        """Whether it read what was meant; None where that is unknown, or not one of its classes."""
        if not meant or meant not in self.classes:
            return None
        return not self.refused and self.sign == meant


@dataclass(frozen=True)
class Stages:
    """How a network read a drawing while it came about.

    Attributes:
        read: the whole drawing.
        after: the number of strokes, and the sign that was read then; without the last one.
    """

    read: Read
    after: tuple[tuple[int, str], ...]


_inks = RecentlyUsed[tuple[str, str, int], Ink](MOST_INKS)
_stages = RecentlyUsed[tuple[str, str, str, int], Stages](MOST_KEPT)


def inks(store: RunStore, room: str, sent: Iterable[Sent]) -> dict[int, Ink]:
    """Return what drawings on the wall of a room look like, by id; only new ones are fetched.

    Args:
        sent: as the wall was just read for who asks, which is what she may see.

    Raises:
        UnknownName: when who asks is not in this room.
        StoreProblem: when the store fails.
    """
    url = store.database.url
    keys = {each.id: (url, room, each.id) for each in sent}
    known = _inks.of(keys.values())
    missing = [number for number, key in keys.items() if key not in known]
    found = {keys[n]: ink for n, ink in classroom_wall.inks(store, room, missing).items()}
    _inks.keep(found)
    known |= found
    return {number: known[key] for number, key in keys.items() if key in known}


def stages(
    predictor: Predictor, name: str, version: str, url: str, drawings: Mapping[int, Ink]
) -> dict[int, Stages]:
    """Return how a network reads drawings, by their ids, stroke by stroke.

    Args:
        name, version: of the network: what it was trained to until now.
        url: of the store that the drawings and their ids are in.
    """
    keys = {number: (name, version, url, number) for number in drawings}
    known = _stages.of(keys.values())
    new = {
        key: _read_in_stages(predictor, drawings[number])
        for number, key in keys.items()
        if key not in known
    }
    _stages.keep(new)
    known |= new
    return {number: known[key] for number, key in keys.items()}


def read(predictor: Predictor, ink: Ink) -> Read:
    """Return what a network makes of a drawing: of its strokes, or else of its image."""
    return _read(predictor, _prediction(predictor, ink, ink.strokes))


def _read_in_stages(predictor: Predictor, ink: Ink) -> Stages:
    strokes = ink.strokes or ()
    after = []
    for count in range(max(1, len(strokes) - MOST_STAGES), len(strokes)):
        with suppress(Blank):
            then = _prediction(predictor, ink, strokes[:count])
            after.append((count, then.sign))
    return Stages(read(predictor, ink), tuple(after))


def _prediction(predictor: Predictor, ink: Ink, strokes: Drawing | None) -> Prediction:
    if strokes:
        with suppress(Blank):
            return read_now(predictor, strokes)[1]
    return predictor.predict([(ink.image / 255).astype(np.float32)])[0]


def _read(predictor: Predictor, found: Prediction) -> Read:
    sure = found.other if found.refused else found.sure
    classes = predictor.class_names
    return Read(found.sign, float(sure), found.refused, found.unsure, found.none, classes)
