"""A room with a teacher, two pupils and somebody who is not in it, for tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitapp.drawing.strokes import from_points
from digitapp.runs import RunStore, classrooms
from digitapp.runs.classroom_joining import join, teach
from digitapp.runs.classroom_wall import NewDrawing
from digitapp.runs.drawn_examples import NewExample

TEACHER, ADA, BO, EVE = "teacher", "ada", "bo", "eve"
LINK_KEY = "key of the link"


@dataclass(frozen=True)
class Class:
    """The room, and the store as each of them sees it; `house` is who runs the server."""

    room: str
    house: RunStore
    teacher: RunStore
    ada: RunStore
    bo: RunStore
    eve: RunStore


def seen_by(store: RunStore, person: str) -> RunStore:
    """The store as a person sees it."""
    return store.seen_by(person)


def a_class(store: RunStore) -> Class:
    """Make the room, with its teacher and the pupils Ada and Bo."""
    room = classrooms.create(store, "7a", LINK_KEY).code
    teacher, ada, bo, eve = (seen_by(store, person) for person in (TEACHER, ADA, BO, EVE))
    teach(teacher, room, LINK_KEY)
    join(ada, room, "Ada")
    join(bo, room, "Bo")
    return Class(room, store, teacher, ada, bo, eve)


def drawing(number: int = 0, meant: str = "") -> NewDrawing:
    """A stroke down the middle, a little different for each number."""
    strokes = from_points([[(140, 40), (141, 150 + number % 90)]], 14)
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 13:15] = 200 + number % 50
    return NewDrawing(image, strokes, "1", 0.98, meant)


def example(class_id: int = 0, number: int = 0) -> NewExample:
    """The same as an example of a class."""
    sent = drawing(number)
    return NewExample(class_id, sent.image, sent.strokes)
