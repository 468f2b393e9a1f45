"""Taking back all that one gave to a class: drawings, examples, and runs in the race."""

from __future__ import annotations

from digitapp.runs import classroom_datasets, classroom_race, classroom_wall
from digitapp.runs.store import RunStore


def take_back_all(store: RunStore, room: str) -> None:
    """Take back what who asks has on the wall, in the datasets and in the race of a room.

    Raises:
        UnknownName: when who asks is not in this room.
        StoreProblem: when the store fails.
    """
    for drawing in classroom_wall.own(store, room):
        classroom_wall.withdraw(store, room, drawing.id)
    for dataset in classroom_datasets.listed(store, room):
        if store.person in classroom_datasets.counts_by_person(store, dataset.name):
            classroom_datasets.remove_all_of(store, dataset.name, store.person)
    for entry in classroom_race.entries(store, room):
        if entry.person == store.person:
            classroom_race.take_out(store, room, entry.run.id)
